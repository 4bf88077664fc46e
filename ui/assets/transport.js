/* The row of controls of every player, and its level meter. */

"use strict";

RestorationLab.Transport = class {
  constructor(engine, { words = RestorationLab.WORDS.en, hasMeter = true, volume = 1,
    onVolume = () => {} } = {}) {
    const { make } = RestorationLab;
    this.engine = engine;
    this.words = words;
    this.playButton = make("button", {
      type: "button", class: "lab-play", onclick: () => this.engine.toggle(),
    });
    this.seekBar = make("input", {
      type: "range", class: "lab-seek", min: 0, max: 1, step: 0.01, value: 0, "aria-label": words.position,
      oninput: () => this.engine.seek(Number(this.seekBar.value)),
    });
    this.time = make("span", { class: "lab-time" });
    this.loop = make("input", {
      type: "checkbox", "aria-keyshortcuts": "L",
      onchange: () => this.engine.setLoop(this.loop.checked),
    });
    this.volume = make("input", {
      type: "range", class: "lab-volume", min: 0, max: 1, step: 0.01, value: volume,
      oninput: () => {
        this.engine.setVolume(Number(this.volume.value));
        onVolume(Number(this.volume.value));
      },
    });
    this.meter = hasMeter ? new RestorationLab.Meter(words) : null;
    this.row = make("div", { class: "lab-transport" },
      this.playButton, this.seekBar, this.time,
      make("label", { class: "lab-check" }, this.loop, ` ${words.loop}`),
      make("label", { class: "lab-volume-label" }, `${words.volume} `, this.volume),
      ...(hasMeter ? [this.meter.element] : []));
    engine.setVolume(volume);
    this.refresh();
  }

  /* A clip at another rate needs another engine; the listener's settings stay. */
  use(engine) {
    engine.loop = this.engine.loop;
    this.engine = engine;
    engine.setVolume(Number(this.volume.value));
  }

  refresh() {
    const { playing, position, duration } = this.engine;
    this.playButton.textContent = playing ? this.words.pause : this.words.play;
    this.playButton.disabled = !duration;
    this.loop.checked = this.engine.loop;
    this.seekBar.max = duration || 1;
    if (this.seekBar !== document.activeElement || playing) this.seekBar.value = position;
    this.seekBar.setAttribute("aria-valuetext", RestorationLab.clock(position));
    this.time.textContent = `${RestorationLab.clock(position)} / ${RestorationLab.clock(duration)}`;
    this.meter?.show(this.engine.levels());
  }
};

/* Peak and root-mean-square level of what is heard, before the volume. */
RestorationLab.Meter = class {
  static FLOOR_DB = -60;
  static HOLD_MS = 1500;

  constructor(words) {
    const { make } = RestorationLab;
    this.rms = make("div", { class: "lab-meter-rms" });
    this.peak = make("div", { class: "lab-meter-peak" });
    this.bar = make("div", {
      class: "lab-meter-bar", role: "meter", "aria-label": words.level,
      "aria-valuemin": this.constructor.FLOOR_DB, "aria-valuemax": 0,
    }, this.rms, this.peak);
    this.text = make("span", { class: "lab-meter-text" });
    this.element = make("div", { class: "lab-meter", title: "Level before the volume: bar root mean "
      + "square, line highest peak of the last seconds" }, this.bar, this.text);
    this.held = 0;
    this.heldAt = 0;
  }

  show({ peak, rms }) {
    const now = performance.now();
    if (peak >= this.held || now - this.heldAt > this.constructor.HOLD_MS) {
      this.held = peak;
      this.heldAt = now;
    }
    const db = (level) => Math.max(this.constructor.FLOOR_DB, 20 * Math.log10(level));
    const share = (level) => 100 * (1 - db(level) / this.constructor.FLOOR_DB);
    this.rms.style.width = `${share(rms)}%`;
    this.peak.style.left = `${share(this.held)}%`;
    this.bar.setAttribute("aria-valuenow", db(this.held).toFixed(1));
    const heard = this.held > 10 ** (this.constructor.FLOOR_DB / 20);
    this.text.textContent = heard ? `${db(this.held).toFixed(1).replace("-", "−")} dBFS` : "– dBFS";
  }
};
