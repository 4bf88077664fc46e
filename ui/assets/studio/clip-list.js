/* The clips on disk: searched here, everything else is asked of the server. */

import { make } from "../shared/page.js";
import { playNext } from "./play-next.js";

export function mountClipList({ element, props, watch, trigger }) {
  const list = new ClipList(element.querySelector(".lab-library"), trigger);
  watch("value", () => list.show(props.value));
  list.show(props.value);
}

const button = (text, onclick) => make("button", { type: "button", class: "lab-small", text, onclick });

class ClipList {
  /* trigger(event, data) : asks the server */
  constructor(root, trigger) {
    this.trigger = trigger;
    this.rows = []; // {row, words}
    this.search = make("input", {
      type: "search", class: "lab-search", placeholder: "Search your clips",
      "aria-label": "Search your clips", oninput: () => this._showFound(),
    });
    this.count = make("p", { class: "lab-hint", role: "status" });
    this.list = make("ul", { class: "lab-clips", "aria-label": "Your clips" });
    this.actions = make("div", { class: "lab-actions" });
    this.problems = make("ul", { class: "lab-problems" });
    root.append(this.search, this.count, this.list, this.actions, this.problems);
  }

  show(value) {
    if (!value || !value.clips) return;
    this.rows = value.clips.map((clip) => ({
      row: this._row(clip, clip.id === value.chosen),
      words: `${clip.title} ${clip.origin}`.toLowerCase(),
    }));
    this.list.replaceChildren(...this.rows.map(({ row }) => row));
    this.list.hidden = this.search.hidden = !this.rows.length;
    this.problems.replaceChildren(...value.problems.map((text) => make("li", { text })));
    const chosen = value.clips.find(({ id }) => id === value.chosen);
    if (chosen) this._showActions(chosen, value.download);
    else this.actions.replaceChildren();
    this._showFound();
  }

  _row(clip, isChosen) {
    const open = (play) => {
      if (play) playNext(clip.id);
      this.trigger("open", { id: clip.id });
    };
    return make("li", { class: isChosen ? "lab-chosen" : "" },
      make("button", { type: "button", class: "lab-small", text: "▶",
        "aria-label": `Open and play ${clip.title}`, onclick: () => open(true) }),
      make("button", { type: "button", class: "lab-open", "aria-pressed": String(isChosen),
        onclick: () => open(false) },
      make("span", { class: "lab-clip-title", text: clip.title }),
      make("span", { class: "lab-clip-origin", text: clip.origin })));
  }

  /* Every word searched for stands somewhere in the clip's line. */
  _showFound() {
    const wanted = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const { row, words } of this.rows) {
      row.hidden = !wanted.every((word) => words.includes(word));
      if (!row.hidden) found += 1;
    }
    const total = this.rows.length;
    const all = total === 1 ? "1 clip" : `${total} clips`;
    this.count.textContent = !total ? "No clips yet: everything made or uploaded is kept here."
      : wanted.length ? `${found} of ${all}` : `${all}, newest first`;
  }

  _showActions(clip, download) {
    const usual = () => this.actions.replaceChildren(
      button("Rename", () => this._rename(clip, usual)),
      button("Delete", () => this._confirmDelete(clip, usual)),
      ...(clip.can_be_made_again
        ? [button("Make again with another seed", () => this.trigger("again", { id: clip.id }))]
        : []),
      make("a", { class: "lab-download", href: download, download: "", text: "Download WAV" }));
    usual();
  }

  _rename({ id, title }, back) {
    const field = make("input", { type: "text", maxlength: 200, "aria-label": "New title" });
    field.value = title;
    const save = () => { back(); this.trigger("rename", { id, title: field.value }); };
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") save();
      if (event.key === "Escape") back();
    });
    this.actions.replaceChildren(field, button("Save the title", save), button("Keep it", back));
    field.focus();
    field.select();
  }

  _confirmDelete({ id, title }, back) {
    const no = button("Keep it", back);
    this.actions.replaceChildren(
      make("span", { text: `Delete “${title}” for good? Votes cast on it stay.` }),
      button("Yes, delete it", () => { back(); this.trigger("remove", { id }); }), no);
    no.focus();
  }
}
