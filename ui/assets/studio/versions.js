/* The row of versions, and whether the residual of the chosen one is heard instead. */

import { decibels, make } from "../shared/page.js";

export class Versions {
  /* onChoose(condition), onResidual(wanted) */
  constructor({ onChoose, onResidual }) {
    this.onChoose = onChoose;
    this.conditions = [];
    this.buttons = new Map(); // condition -> {button, gain}
    this.group = make("div", { class: "lab-version-buttons", role: "group", "aria-label": "Versions" });
    this.residual = make("button", { type: "button", class: "lab-residual", "aria-pressed": "false",
      "aria-keyshortcuts": "R", title: "Hear what the restorer removed: original minus restored",
      onclick: () => onResidual(this.residual.getAttribute("aria-pressed") !== "true") },
    "Residual ", make("kbd", { text: "R" }));
    this.element = make("div", { class: "lab-versions" }, this.group, this.residual);
  }

  /* versions : [{id, title, short}] */
  build(versions) {
    this.revealed = null; // the version that was scrolled to
    this.conditions = versions.map(({ id }) => id);
    this.buttons = new Map(versions.map((version, index) => [version.id, this._button(version, index)]));
    this.group.replaceChildren(...[...this.buttons.values()].map(({ button }) => button));
  }

  show(chosen, { isResidual, pending }) {
    for (const [condition, { button }] of this.buttons) {
      button.setAttribute("aria-pressed", String(condition === chosen));
      button.classList.toggle("lab-chosen", condition === chosen);
      button.classList.toggle("lab-pending", pending.includes(condition));
    }
    if (this.revealed !== chosen) this._reveal(chosen);
    this.residual.setAttribute("aria-pressed", String(isResidual));
    this.residual.disabled = chosen === "original" || pending.includes(chosen);
  }

  /* Scrolls the row, and nothing else, to a version that has just been chosen. */
  _reveal(chosen) {
    const { left, right } = this.buttons.get(chosen)?.button.getBoundingClientRect() ?? {};
    const row = this.group.getBoundingClientRect();
    if (!row.width || right === undefined) return; // not on the page yet
    this.revealed = chosen;
    this.group.scrollLeft += Math.max(0, right - row.right) + Math.min(0, left - row.left);
  }

  /* heard : {db, isLimited}, null while it is not known; wantedDb : of a residual that is limited */
  setGain(condition, heard, wantedDb) {
    const { gain } = this.buttons.get(condition);
    gain.textContent = heard ? decibels(heard.db) : "";
    gain.title = heard?.isLimited ? `Limited by the peak: +${wantedDb} dB would clip.` : "";
  }

  _button({ id, title, short }, index) {
    const gain = make("span", { class: "lab-gain" });
    const button = make("button", { type: "button", class: "lab-choose", "data-condition": id,
      "aria-keyshortcuts": String(index + 1), onclick: () => this.onChoose(id) },
    make("kbd", { text: String(index + 1) }), " ", make("span", { class: "lab-name", text: short, title }),
    " ", gain);
    return { button, gain };
  }
}
