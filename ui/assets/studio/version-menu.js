/* The menu beside the versions: which are shown, and a version from a file. */

import { make } from "../shared/page.js";
import { menu } from "./menu.js";
import { sendVersion } from "./uploads.js";

export class VersionMenu {
  /* told : onShow(id, whether it is shown), clip() -> id of the open clip, onAdded({version: its condition}),
       onProblem(sentence) */
  constructor(told) {
    this.told = told;
    this.list = make("div", { class: "lab-shown", role: "group", "aria-label": "Versions shown" });
    this.name = make("input", { type: "text", id: "version-name", maxlength: 60,
      "aria-label": "Name of the version to add", placeholder: "Name (else that of the file)" });
    this.file = make("input", { type: "file", id: "version-file", hidden: "",
      onchange: () => this._send() });
    this.add = make("button", { type: "button", class: "lab-small", id: "version-add",
      text: "Add a version …", title: "A file that was restored elsewhere: it is aligned with the original",
      onclick: () => this.file.click() });
    this.problems = make("p", { class: "lab-hint" });
    this.element = menu("Versions", this.list, this.problems, this.name, this.add, this.file);
    this.element.id = "versions-menu";
  }

  /* shown : a Shown; problems : sentences about versions that are damaged */
  show(shown, problems) {
    this.problems.textContent = problems.join(" ");
    if (this.versions === shown.versions) {
      for (const tick of this.list.querySelectorAll("input")) tick.checked = shown.has(tick.dataset.version);
      return; // the focus stays where it is
    }
    this.versions = shown.versions;
    this.list.replaceChildren(...shown.versions.slice(1).map(({ id, title, kind }) => {
      const tick = make("input", { type: "checkbox", "data-version": id, "aria-label": `Show ${title}`,
        onchange: () => this.told.onShow(id, tick.checked) });
      tick.checked = shown.has(id);
      return make("label", { class: "lab-check" }, tick, ` ${title}`,
        ...(kind === "file" ? [make("span", { class: "lab-hint", text: " file" })] : []));
    }));
  }

  async _send() {
    const [file] = this.file.files;
    if (!file) return;
    const title = this.name.value.trim() || nameOf(file.name);
    this.add.disabled = true;
    try {
      const added = await sendVersion(this.told.clip(), title, file);
      this.name.value = "";
      this.element.open = false;
      this.told.onAdded(added);
    } catch (error) {
      this.told.onProblem(error.message);
    } finally {
      this.add.disabled = false;
      this.file.value = "";
    }
  }
}

/* A file's name without its ending, short enough for a version. */
function nameOf(fileName) {
  return fileName.replace(/\.[^.]+$/, "").slice(0, 60).trim() || "Version";
}
