/* How the workbench shows and plays: loudness, residual gain, frequency axis, kind of picture. */

import { choice, make } from "../shared/page.js";
import { menu } from "./menu.js";

const GAINS_DB = [0, 12, 24, 36];
const AXES = ["linear", "log", "mel"];
const PICTURES = [["level", "Spectrogram"], ["change", "Difference"]];

export class View {
  /* kept : what `kept` gave in an earlier visit, or anything else
     onGains(), onPictures() : told after a change, when this object says what is wanted now */
  constructor(kept, { onGains, onPictures }) {
    const one = (value, offered, standard) => (offered.includes(value) ? value : standard);
    this.axis = one(kept?.axis, AXES, "linear");
    this.shown = one(kept?.shown, PICTURES.map(([value]) => value), "level");
    this.residualGainDb = one(kept?.residualGainDb, GAINS_DB, 24);
    this.isMatched = kept?.isMatched !== false;
    const change = (name, told) => (value) => { this[name] = value; told(); };
    this.match = make("input", { type: "checkbox", "aria-label": "Match loudness",
      onchange: () => change("isMatched", onGains)(this.match.checked) });
    this.match.checked = this.isMatched;
    this.matchLabel = make("label", { class: "lab-check" }, this.match, " Match");
    this.menu = menu("View",
      choice("View", PICTURES, this.shown, change("shown", onPictures)),
      choice("Frequency axis", AXES.map((axis) => [axis, axis]), this.axis, change("axis", onPictures)),
      choice("Residual gain", GAINS_DB.map((db) => [db, `+${db} dB`]), this.residualGainDb,
        change("residualGainDb", onGains)));
  }

  get kept() {
    const { axis, shown, residualGainDb, isMatched } = this;
    return { axis, shown, residualGainDb, isMatched };
  }

  /* Whether all versions can be made equally loud. */
  allowMatching(canMatch) {
    this.match.disabled = !canMatch;
    this.matchLabel.title = canMatch ? "Match loudness: all versions as loud as the original (BS.1770)"
      : "A version is too quiet to have a loudness (below −70 LUFS).";
  }
}
