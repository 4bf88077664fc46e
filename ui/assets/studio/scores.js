/* The scores of the chosen version, the table of all of them, and whether they are still true. */

import { make } from "../shared/page.js";

export class Scores {
  constructor() {
    this.note = make("p", { class: "lab-stale-note", role: "status" });
    this.hiss = make("p", { class: "lab-notice lab-hiss", id: "hiss" });
    this.verdict = make("p", { class: "lab-verdict" });
    this.cards = make("div", { class: "lab-cards" });
    this.fitNote = make("p", { class: "lab-hint", id: "fit-note", role: "status" });
    this.curve = make("div", { id: "fit-curve" });
    this.table = make("div", { class: "lab-all" });
    this.spoken = make("p", { class: "lab-unseen", "aria-live": "polite" });
    this.all = make("button", { type: "button", class: "lab-small", "aria-expanded": "false",
      text: "All versions ▾", onclick: () => this._toggleAll() });
    this.element = make("section", { class: "lab-scoring", "aria-label": "Scores" },
      make("div", { class: "lab-summary" }, this.verdict, this.note, this.all),
      this.cards, this.fitNote, this.curve);
    this.whole = make("section", { id: "scores", "aria-label": "All versions" }, this.hiss, this.table);
    this.answer = null; // {table, verdicts, cards, spoken}
    this.fits = new Map(); // condition -> {sentence, curve, rest}
    this.chosen = null;
    this.isOpen = false;
  }

  /* Of another clip. */
  clear() {
    this.answer = null;
    this.fits.clear();
    this.table.replaceChildren();
    this.setStale("");
  }

  /* chosen : a condition; the original's are the table and the hiss check
     rest : the parameters that Auto-fit leaves as they are; what it found is true of those only */
  show(chosen, { isOriginal, rest }) {
    this.chosen = chosen;
    this.verdict.textContent = this.answer?.verdicts[chosen] ?? "";
    this.cards.innerHTML = this.answer?.cards[chosen] ?? ""; // the server's own markup
    this.all.hidden = isOriginal;
    this.hiss.hidden = !isOriginal;
    this.whole.hidden = !isOriginal && !this.isOpen;
    const found = this.fits.get(chosen);
    const fit = found?.rest === rest ? found : null;
    this.fitNote.textContent = fit?.sentence ?? "";
    this.curve.innerHTML = fit?.curve ?? "";
    this.curve.hidden = !fit?.curve;
  }

  /* moved : the condition whose scores are told to those who listen to the page, or null */
  setAnswer(answer, moved) {
    this.answer = answer;
    this.table.innerHTML = answer.table;
    if (moved) this.spoken.textContent = answer.spoken[moved] ?? "";
    this.setStale("");
  }

  setFit(slug, fit, rest) {
    this.fits.set(slug, { ...fit, rest });
  }

  /* why : shown beside scores that are not those of the present settings; "" if they are */
  setStale(why) {
    this.note.textContent = why;
    for (const part of [this.element, this.whole]) part.classList.toggle("lab-stale", why !== "");
  }

  setHiss({ finding, sentence }) {
    this.hiss.className = `lab-notice lab-hiss lab-hiss-${finding}`;
    this.hiss.textContent = sentence;
  }

  _toggleAll() {
    this.isOpen = !this.isOpen;
    this.all.setAttribute("aria-expanded", String(this.isOpen));
    this.whole.hidden = !this.isOpen;
    if (this.isOpen) this.whole.scrollIntoView({ block: "nearest" });
  }
}
