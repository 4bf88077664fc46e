/* A button that opens a few controls over the page; Escape and a click elsewhere close it. */

import { make } from "../shared/page.js";

export function menu(label, ...children) {
  const element = make("details", { class: "lab-menu" },
    make("summary", { text: `${label} ▾` }), make("div", { class: "lab-menu-body" }, ...children));
  const close = (event) => {
    if (!element.isConnected) document.removeEventListener("pointerdown", close);
    else if (!element.contains(event.target)) element.open = false;
  };
  document.addEventListener("pointerdown", close);
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !element.open) return;
    element.open = false;
    element.querySelector("summary").focus();
  });
  return element;
}
