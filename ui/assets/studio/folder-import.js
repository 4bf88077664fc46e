/* Clips with versions from a folder that has a subfolder for each condition. */

import { make } from "../shared/page.js";
import { sendFolder } from "./uploads.js";

export class FolderImport {
  /* onAdded(ids of the clips) */
  constructor(onAdded) {
    this.onAdded = onAdded;
    this.files = make("input", { type: "file", id: "folder-files", hidden: "", multiple: "",
      onchange: () => this._send() });
    this.files.webkitdirectory = true;
    this.button = make("button", { type: "button", class: "lab-small", id: "folder-import",
      text: "Import a folder …", title: "A folder with a subfolder “original” and one for each version, "
        + "with files of the same names", onclick: () => this.files.click() });
    this.said = make("p", { class: "lab-hint", role: "status", id: "folder-said" });
    this.element = make("div", { class: "lab-folder" }, this.button, this.files, this.said);
  }

  async _send() {
    const files = [...this.files.files];
    if (!files.length) return;
    this.button.disabled = true;
    try {
      const { clips, problems } = await sendFolder(files, (sentence) => { this.said.textContent = sentence; });
      const added = clips.length === 1 ? "1 clip added." : `${clips.length} clips added.`;
      this.said.textContent = [added, ...problems].join(" ");
      if (clips.length) this.onAdded(clips);
    } catch (error) {
      this.said.textContent = error.message;
    } finally {
      this.button.disabled = false;
      this.files.value = "";
    }
  }
}
