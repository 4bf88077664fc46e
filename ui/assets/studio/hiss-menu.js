/* The menu that adds known hiss to the open clip: the result is a clip of its own. */

import { make } from "../shared/page.js";
import { menu } from "./menu.js";
import { addHiss } from "./uploads.js";

const KINDS = [
  ["steady", "Steady"],
  ["following", "Following the music’s level"],
  ["file", "A recording of hiss …"],
  ["codec", "MusicGen’s codec"],
];
const SHAPES = [["high-pass", "High-passed at 6 kHz"], ["musicgen", "As the floor of MusicGen’s clips"]];
const LEVEL_DBFS = { value: -50, min: -100, max: -10, step: 1 };

export class HissMenu {
  /* told : clip() -> id of the open clip, onNewClip(id), onProblem(sentence) */
  constructor(told) {
    this.told = told;
    this.kind = choice("hiss-kind", KINDS);
    this.shape = choice("hiss-shape", SHAPES);
    this.level = make("input", { type: "number", id: "hiss-level", ...LEVEL_DBFS });
    this.file = make("input", { type: "file", id: "hiss-file", hidden: "",
      onchange: () => this._send(this.file.files[0]) });
    this.add = make("button", { type: "button", class: "lab-small", id: "hiss-add", text: "Add to a copy",
      title: "Makes a clip of its own, with the clean one beside it",
      onclick: () => (this.kind.value === "file" ? this.file.click() : this._send()) });
    this.element = menu("Add known hiss",
      make("p", { class: "lab-hint", text: "To a clean clip: then the scores also tell how much of the "
        + "hiss, and of the music, each version removed." }),
      labelled("Kind", this.kind), labelled("Spectrum", this.shape),
      labelled("Level above 6 kHz (RMS, dBFS)", this.level), this.add, this.file);
    this.element.id = "hiss-menu";
  }

  async _send(recording) {
    if (this.kind.value === "file" && !recording) return;
    const hiss = { kind: this.kind.value, shape: this.shape.value, level_dbfs: this.level.valueAsNumber,
      file: recording?.name ?? "" };
    this.add.disabled = true;
    try {
      const { id } = await addHiss(this.told.clip(), hiss, recording);
      this.element.open = false;
      this.told.onNewClip(id);
    } catch (error) {
      this.told.onProblem(error.message);
    } finally {
      this.add.disabled = false;
      this.file.value = "";
    }
  }
}

function choice(id, options) {
  return make("select", { id }, ...options.map(([value, text]) => make("option", { value, text })));
}

function labelled(text, control) {
  return make("label", { class: "lab-field" }, text, control);
}
