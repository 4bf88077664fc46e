/* All settings under a name, and as a line to copy or to paste. */

import { make } from "../shared/page.js";
import { askJson } from "./api.js";

export class Presets {
  /* settings() : the current ones, {condition: {parameter: value}}; onApply(settings) */
  constructor({ settings, onApply }) {
    this.settings = settings;
    this.onApply = onApply;
    this.choice = make("select", { id: "preset", "aria-label": "Preset",
      onchange: () => this._do("presets/load", { name: this.choice.value }) });
    this.name = make("input", { type: "text", id: "preset-name", "aria-label": "Name of the preset",
      placeholder: "Name", maxlength: 80,
      onkeydown: (event) => { if (event.key === "Enter") this._save(); } });
    this.said = make("p", { class: "lab-hint", role: "status" });
    this.json = text("settings-json", "Settings (JSON)");
    this.python = text("settings-python", "Settings (Python)");
    this.pasted = text("settings-paste", "Settings to apply (JSON)", false);
    this.element = make("details", { class: "lab-presets", id: "settings",
      ontoggle: () => { if (this.element.open) this._do("presets"); } },
    make("summary", { text: "Presets and settings" }),
    make("div", { class: "lab-row" }, this.choice, this.name,
      button("Save as preset", "preset-save", () => this._save()),
      button("Delete preset", "preset-delete",
        () => this._do("presets/delete", { name: this.choice.value })), this.said),
    field("Settings (JSON)", this.json), field("Settings (Python)", this.python),
    field("Settings to apply (JSON); what is not named gets the report's value", this.pasted),
    button("Apply", "settings-apply", () => this._do("settings", { text: this.pasted.value })));
    this._list([]);
  }

  /* json, python : the current settings as the server writes them */
  show({ json, python }) {
    this.json.value = json;
    this.python.value = python;
  }

  _save() {
    this._do("presets/save", { name: this.name.value, settings: this.settings() });
  }

  async _do(what, question = {}) {
    this.said.textContent = "";
    try {
      const { names, name, settings } = await askJson(what, question);
      if (names) this._list(names, name);
      if (settings) this.onApply(settings);
    } catch (error) {
      this.said.textContent = error.message;
    }
  }

  _list(names, chosen = this.choice.value) {
    const none = make("option", { value: "", text: names.length ? "Choose a preset" : "No presets yet" });
    this.choice.replaceChildren(none, ...names.map((name) => make("option", { value: name, text: name })));
    this.choice.value = names.includes(chosen) ? chosen : "";
  }
}

const button = (label, id, onclick) => make("button", { type: "button", class: "lab-small", id,
  text: label, onclick });

const text = (id, label, isFixed = true) => make("textarea", { id, rows: 2, "aria-label": label,
  spellcheck: "false", ...(isFixed ? { readonly: "" } : {}) });

const field = (label, control) => make("label", { class: "lab-field" }, label, control);
