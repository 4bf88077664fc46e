/* What every script of a page needs: elements, keys, animation. */

"use strict";
window.RestorationLab = window.RestorationLab || {};

RestorationLab.make = function (tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") node.textContent = value; // never markup: prompts come through here
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
};

RestorationLab.clock = function (seconds, digits = 1) {
  const unit = 10 ** digits;
  const whole = Math.round(seconds * unit);
  const minutes = Math.floor(whole / (60 * unit));
  return `${minutes}:${((whole % (60 * unit)) / unit).toFixed(digits).padStart(digits + 3, "0")}`;
};

/* The bytes of a sound. */
RestorationLab.fetchBytes = async function (url) {
  const response = await fetch(url, { cache: "no-store" });
  if (!response.ok) throw new Error(`The sound could not be loaded (${response.status}).`);
  return response.arrayBuffer();
};

/* Highest absolute sample. */
RestorationLab.peakOf = function (samples) {
  let peak = 0;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  return peak;
};

RestorationLab.decibels = function (db) {
  return `${db < 0 ? "−" : "+"}${Math.abs(db).toFixed(1)} dB`;
};

/* 128 random bits as hexadecimal digits; also where a page has no secure context. */
RestorationLab.randomId = function () {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");
};

/* A choice of one among a few, as a row of radio buttons.
   choices : [[value, text], ...] */
RestorationLab.choice = function (label, choices, chosen, onchange) {
  const { make } = RestorationLab;
  const name = `lab-choice-${++RestorationLab.choice.made}`;
  return make("fieldset", { class: "lab-choice" }, make("legend", { text: label }),
    ...choices.map(([value, text]) => {
      const input = make("input", { type: "radio", name, value, onchange: () => onchange(value) });
      input.checked = value === chosen;
      return make("label", {}, input, ` ${text}`);
    }));
};
RestorationLab.choice.made = 0;

/* The player's keys, while it is on screen and nobody is typing: 1-9 choose, Space plays, L loops,
   arrows step, Home rewinds. A control that uses a key itself keeps it. */
RestorationLab.listenToKeys = function (element, player) {
  const STEP_S = 1, FINE_STEP_S = 0.1;
  const actions = {
    " ": (event) => event.repeat || player.toggle(),
    l: (event) => event.repeat || player.toggleLoop(),
    ArrowLeft: (event) => player.step(event.shiftKey ? -FINE_STEP_S : -STEP_S),
    ArrowRight: (event) => player.step(event.shiftKey ? FINE_STEP_S : STEP_S),
    Home: () => player.rewind(),
  };
  for (let number = 1; number <= 9; number++) actions[number] = () => player.choose(number - 1);
  const usesArrows = "input, [role=slider], [role=tab], [role=listbox], [role=option]";

  const actionFor = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !element.offsetParent) return null;
    const target = event.target;
    if (target.closest("textarea, select, [contenteditable=true]")) return null;
    if (target.matches("input:not([type=range]):not([type=checkbox]):not([type=radio])")) return null;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (key === " ") {
      const control = target.closest("button, a, summary, input, [role=button], [role=tab]");
      const isOurs = !control || element.contains(control) && !control.matches("input, a, summary");
      return isOurs ? actions[key] : null;
    }
    if (key.length > 1 && target.closest(usesArrows)) return null;
    return actions[key] || null;
  };
  const onKeyDown = (event) => {
    if (!element.isConnected) return stop();
    const action = actionFor(event);
    if (!action) return;
    event.preventDefault();
    action(event);
  };
  const onKeyUp = (event) => { // a focused button would be clicked by Space as well
    if (event.key === " " && element.isConnected && actionFor(event)) event.preventDefault();
  };
  const stop = () => {
    document.removeEventListener("keydown", onKeyDown);
    document.removeEventListener("keyup", onKeyUp);
  };
  document.addEventListener("keydown", onKeyDown);
  document.addEventListener("keyup", onKeyUp);
};

/* What the keys do to an engine; `choose` is the page's own. */
RestorationLab.keysFor = function (currentEngine, choose) {
  return {
    choose,
    toggle: () => currentEngine()?.toggle(),
    toggleLoop: () => currentEngine()?.setLoop(!currentEngine().loop),
    step: (seconds) => currentEngine()?.step(seconds),
    rewind: () => currentEngine()?.rewind(),
  };
};

/* Calls `draw` on every animation frame while `element` is in the page, then `end`. */
RestorationLab.animate = function (element, draw, end) {
  const frame = () => {
    if (!element.isConnected) return end();
    draw();
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
};

/* The next clip with this id that the player shows begins to play by itself. */
RestorationLab.playNext = function (clipId) {
  document.dispatchEvent(new CustomEvent("lab-play", { detail: clipId }));
};
