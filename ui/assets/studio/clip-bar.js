/* What is open: its title, its format, whether it has hiss, and what can be taken along. */

import { make } from "../shared/page.js";
import { addressOf } from "./api.js";
import { HissMenu } from "./hiss-menu.js";
import { menu } from "./menu.js";

export class ClipBar {
  /* told : onFormat(format), the user wants the clip in another format; and what a HissMenu tells */
  constructor(told) {
    this.headline = make("h2", { class: "lab-headline" });
    this.origin = make("span", { class: "lab-origin" });
    this.format = make("select", { class: "lab-format", id: "format", "aria-label": "Sample rate",
      title: "What is restored and heard. Scores are always those of the 16 kHz mono mix.",
      onchange: () => told.onFormat(this.format.value) });
    this.hiss = make("span", { class: "lab-hiss-level" });
    this.version = link("Download at full quality");
    this.bundle = link("All versions and scores (ZIP)");
    this.element = make("header", { class: "lab-bar" }, this.headline, this.origin, this.format,
      this.hiss, new HissMenu(told).element, menu("Download", this.version, this.bundle));
  }

  show(view, title) {
    this.setTitle(title ?? view.title);
    this.origin.textContent = view.origin;
    this.origin.title = view.origin;
    this.format.replaceChildren(...view.formats.map(
      (format) => make("option", { value: format.value, text: format.title })));
    this.format.value = view.format;
    this.hiss.textContent = view.hiss.level && `floor ${view.hiss.level}`;
    this.hiss.title = view.hiss.sentence;
    this.version.title = view.download_note;
  }

  setTitle(title) {
    this.headline.textContent = title;
    this.headline.title = title;
  }

  /* asked : the place, the version that is heard, and whether its residual is; settings : all */
  setDownloads(asked, settings) {
    this.version.href = addressOf("version", asked);
    this.bundle.href = addressOf("bundle", { ...asked, settings });
  }
}

function link(text) {
  return make("a", { class: "lab-download", download: "", text });
}
