/* A button that opens a few controls over the page; Escape closes it, and so does going
   elsewhere. */

import { make } from "../shared/page.js";

const MARGIN_PX = 8; // that is kept to the window's edges

export function menu(label, ...children) {
  const body = make("div", { class: "lab-menu-body" }, ...children);
  const element = make("details", { class: "lab-menu", ontoggle: () => keepInside(element, body) },
    make("summary", { text: `${label} ▾` }), body);
  whileInPage(element, document, "pointerdown", (event) => {
    if (!element.contains(event.target)) element.open = false;
  });
  element.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && !element.contains(relatedTarget)) element.open = false;
  });
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !element.open) return;
    element.open = false;
    element.querySelector("summary").focus();
  });
  return element;
}

/* Moves what is open sideways, so that all of it lies in the window, wherever the page's layout
   takes its button while it is open. moved : how far it is moved by now, in pixels */
function keepInside(element, body, moved = 0) {
  if (!element.open || !element.isConnected) {
    body.style.translate = "";
    return;
  }
  const { left, right } = body.getBoundingClientRect();
  const width = document.documentElement.clientWidth;
  const move = Math.max(MARGIN_PX - left + moved, Math.min(0, width - MARGIN_PX - right + moved));
  if (move !== moved) body.style.translate = `${move}px`;
  requestAnimationFrame(() => keepInside(element, body, move));
}

function whileInPage(element, target, event, listener) {
  const heard = (what) => {
    if (element.isConnected) listener(what);
    else target.removeEventListener(event, heard);
  };
  target.addEventListener(event, heard);
}
