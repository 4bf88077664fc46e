/* A version made elsewhere, where the others have their sliders: what it was, what was corrected. */

import { make } from "../shared/page.js";

export class FilePanel {
  /* file : what the server says of it; onRemove() */
  constructor({ title, file, format, facts }, onRemove) {
    const remove = make("button", { type: "button", class: "lab-small lab-remove",
      text: "Remove", "aria-label": `Remove the version ${title}`, onclick: () => {
        if (window.confirm(`Remove the version “${title}” for good? Votes cast on it stay.`)) onRemove();
      } });
    this.element = make("section", { class: "lab-controls lab-file", "aria-label": `Version ${title}` },
      make("div", { class: "lab-actions" }, remove),
      make("p", { class: "lab-hint" }, `Made elsewhere: ${file} (${format}).`),
      make("ul", { class: "lab-facts" }, ...facts.map((text) => make("li", { text }))));
  }
}
