/* The row of controls under every player, and the keys that do the same. */

"use strict";

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

RestorationLab.clock = function (seconds) {
  const tenths = Math.round(seconds * 10);
  const minutes = Math.floor(tenths / 600);
  return `${minutes}:${((tenths % 600) / 10).toFixed(1).padStart(4, "0")}`;
};

RestorationLab.Transport = class {
  constructor(engine) {
    const { make } = RestorationLab;
    this.engine = engine;
    this.playButton = make("button", {
      type: "button", class: "lab-play", onclick: () => this.engine.toggle(),
    });
    this.seekBar = make("input", {
      type: "range", class: "lab-seek", min: 0, max: 1, step: 0.01, value: 0, "aria-label": "Position",
      oninput: () => this.engine.seek(Number(this.seekBar.value)),
    });
    this.time = make("span", { class: "lab-time" });
    this.loop = make("input", {
      type: "checkbox", onchange: () => this.engine.setLoop(this.loop.checked),
    });
    this.loop.checked = true;
    this.volume = make("input", {
      type: "range", class: "lab-volume", min: 0, max: 1, step: 0.01, value: 1,
      oninput: () => this.engine.setVolume(Number(this.volume.value)),
    });
    this.row = make("div", { class: "lab-transport" },
      this.playButton, this.seekBar, this.time,
      make("label", { class: "lab-loop" }, this.loop, " Loop"),
      make("label", { class: "lab-volume-label" }, "Volume ", this.volume));
    this.refresh();
  }

  /* A clip at another rate needs another engine; the listener's settings stay. */
  use(engine) {
    this.engine = engine;
    engine.setLoop(this.loop.checked);
    engine.setVolume(Number(this.volume.value));
  }

  refresh() {
    const { playing, position, duration } = this.engine;
    this.playButton.textContent = playing ? "❚❚ Pause" : "▶ Play";
    this.playButton.disabled = !duration;
    this.seekBar.max = duration || 1;
    if (this.seekBar !== document.activeElement || playing) this.seekBar.value = position;
    this.seekBar.setAttribute("aria-valuetext", RestorationLab.clock(position));
    this.time.textContent = `${RestorationLab.clock(position)} / ${RestorationLab.clock(duration)}`;
  }
};

/* Keys 1-9 choose, Space plays: while the player is on screen and nobody is typing. */
RestorationLab.listenToKeys = function (element, { choose, toggle }) {
  const isForUs = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !element.offsetParent) return false;
    const target = event.target;
    if (target.closest("textarea, select, [contenteditable=true]")) return false;
    if (target.matches("input:not([type=range]):not([type=checkbox]):not([type=radio])")) return false;
    const control = target.closest("button, a, summary, input, [role=button], [role=tab]");
    return event.key !== " " || !control || element.contains(control) && !control.matches("input");
  };
  const onKeyDown = (event) => {
    if (!element.isConnected) return stop();
    if (!isForUs(event)) return;
    if (event.key === " ") {
      event.preventDefault();
      if (!event.repeat) toggle();
    } else if (/^[1-9]$/.test(event.key)) {
      choose(Number(event.key) - 1);
    }
  };
  const onKeyUp = (event) => { // a focused button would be clicked by Space as well
    if (event.key === " " && element.isConnected && isForUs(event)) event.preventDefault();
  };
  const stop = () => {
    document.removeEventListener("keydown", onKeyDown);
    document.removeEventListener("keyup", onKeyUp);
  };
  document.addEventListener("keydown", onKeyDown);
  document.addEventListener("keyup", onKeyUp);
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
