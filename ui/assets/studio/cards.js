/* A card for each version, and for what each restoration removed: picture, name, gain. */

import { decibels, make, showPicture } from "../shared/page.js";

export class Cards {
  /* onChoose(id) : the listener wants to hear this one */
  constructor(onChoose) {
    this.onChoose = onChoose;
    this.byId = new Map(); // id -> {box, button, gain, thumbnail}
    this.versions = make("div", { class: "lab-cards", role: "group", "aria-label": "Versions" });
    this.removed = make("div", { class: "lab-cards", role: "group",
      "aria-label": "What was removed" });
    this.removedLabel = make("p", { class: "lab-cards-label", text: "What each one removed:" });
  }

  get ids() {
    return [...this.byId.keys()];
  }

  build(stimuli) {
    this.byId = new Map(stimuli.map((stimulus, index) => [stimulus.id, this._card(stimulus, index)]));
    const boxes = (areResiduals) => stimuli.filter((s) => s.is_residual === areResiduals)
      .map(({ id }) => this.byId.get(id).box);
    this.versions.replaceChildren(...boxes(false));
    this.removed.replaceChildren(this.removedLabel, ...boxes(true));
  }

  setChosen(chosen) {
    for (const [id, { box, button }] of this.byId) {
      box.classList.toggle("lab-chosen", id === chosen);
      button.setAttribute("aria-pressed", String(id === chosen));
    }
  }

  setPicture(id, address) {
    showPicture(this.byId.get(id).thumbnail, address);
  }

  /* limitedBoostDb : the boost that was asked for, where the peak allowed less */
  setGain(id, db, limitedBoostDb = null) {
    const { gain } = this.byId.get(id);
    gain.textContent = `${decibels(db)}${limitedBoostDb === null ? "" : " (peak)"}`;
    gain.title = limitedBoostDb === null ? "" : `A boost of +${limitedBoostDb} dB would clip.`;
  }

  _card({ id, title }, index) {
    const thumbnail = make("img", { alt: "", draggable: "false" });
    thumbnail.hidden = true;
    const gain = make("span", { class: "lab-gain" });
    const key = index < 9 ? [make("kbd", { text: String(index + 1) }), " "] : [];
    const button = make("button", {
      type: "button", class: "lab-choose", "data-condition": id,
      "aria-keyshortcuts": String(index + 1), onclick: () => this.onChoose(id),
    }, make("span", { class: "lab-thumbnail" }, thumbnail),
    make("span", { class: "lab-name" }, ...key, make("span", { text: title }), " ", gain));
    return { box: make("div", { class: "lab-card" }, button), button, gain, thumbnail };
  }
}
