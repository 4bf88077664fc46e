/* What every script of a page needs: elements, sounds, numbers as text, animation. */

export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") node.textContent = value; // never markup: prompts come through here
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

export function clock(seconds, digits = 1) {
  const unit = 10 ** digits;
  const whole = Math.round(seconds * unit);
  const minutes = Math.floor(whole / (60 * unit));
  return `${minutes}:${((whole % (60 * unit)) / unit).toFixed(digits).padStart(digits + 3, "0")}`;
}

/* The bytes of a sound. */
export async function fetchBytes(url) {
  const response = await fetch(url, { cache: "no-store" });
  if (!response.ok) throw new Error(`The sound could not be loaded (${response.status}).`);
  return response.arrayBuffer();
}

/* Highest absolute sample of all channels. */
export function peakOf(channels) {
  let peak = 0;
  for (const samples of channels) {
    for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  }
  return peak;
}

export function decibels(db) {
  return `${db < 0 ? "−" : "+"}${Math.abs(db).toFixed(1)} dB`;
}

/* 128 random bits as hexadecimal digits; also where a page has no secure context. */
export function randomId() {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

let choicesMade = 0;

/* A choice of one among a few, as a row of radio buttons.
   choices : [[value, text], ...] */
export function choice(label, choices, chosen, onchange) {
  const name = `lab-choice-${++choicesMade}`;
  return make("fieldset", { class: "lab-choice" }, make("legend", { text: label }),
    ...choices.map(([value, text]) => {
      const input = make("input", { type: "radio", name, value, onchange: () => onchange(value) });
      input.checked = value === chosen;
      return make("label", {}, input, ` ${text}`);
    }));
}

/* Calls `draw` on every animation frame while `element` is in the page, then `end`. */
export function animate(element, draw, end) {
  const frame = () => {
    if (!element.isConnected) return end();
    draw();
    return requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

/* Returns a function that tells whether `element` is laid out, which it is not in a tab behind
   another. Cheap enough for every frame: nothing is measured while the element has its size. */
export function visibilityOf(element) {
  let hasSize = true;
  new ResizeObserver(([{ contentRect }]) => { hasSize = contentRect.width > 0; }).observe(element);
  return () => hasSize || element.checkVisibility(); // the observer may be a frame late
}

/* Shows a picture in `image` once it can be drawn: the old one stays until then. */
export function showPicture(image, address) {
  if (image.dataset.address === address) return;
  image.dataset.address = address;
  const ahead = new Image();
  ahead.onload = () => {
    if (image.dataset.address !== address) return;
    image.src = ahead.src;
    image.hidden = false;
  };
  ahead.src = address;
}
