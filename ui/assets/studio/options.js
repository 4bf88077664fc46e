/* How the player shows and plays: loudness, boost, frequency axis, picture. */

import { choice, make } from "../shared/page.js";

const BOOSTS_DB = [0, 12, 24, 36];

export class Options {
  /* onGains(), onPictures() : told after a change, when this object says what is wanted now */
  constructor({ onGains, onPictures }) {
    this.axis = "linear";
    this.shown = "level";
    this.isMatched = true;
    this.boostDb = 24;
    const change = (name, told) => (value) => { this[name] = value; told(); };
    const match = change("isMatched", onGains);
    this.match = make("input", { type: "checkbox", onchange: () => match(this.match.checked) });
    this.match.checked = this.isMatched;
    this.matchLabel = make("label", { class: "lab-check" }, this.match, " Match loudness");
    this.element = make("div", { class: "lab-options" }, this.matchLabel,
      choice("Boost of what was removed", BOOSTS_DB.map((db) => [db, `+${db} dB`]), this.boostDb,
        change("boostDb", onGains)),
      choice("Frequency axis", ["linear", "log", "mel"].map((axis) => [axis, axis]), this.axis,
        change("axis", onPictures)),
      choice("Picture", [["level", "level"], ["change", "change from the original"]], this.shown,
        change("shown", onPictures)));
  }

  /* Whether all versions can be made equally loud. */
  allowMatching(canMatch) {
    this.match.disabled = !canMatch;
    this.matchLabel.title = canMatch ? "All versions as loud as the original (BS.1770)"
      : "A version is too quiet to have a loudness (below −70 LUFS).";
  }
}
