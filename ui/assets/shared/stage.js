/* The picture of what is heard: waveform, and mostly spectrogram, over one time axis, the playhead,
   and the loop, which is set by dragging and has a handle at either end. */

import { SyncEngine } from "./engine.js";
import { clock, make, showPicture } from "./page.js";

export class Stage {
  static DRAG_PX = 5; // less is a click
  static WAVE_COLUMNS = 1200;

  /* onSeek(seconds), onRegion(start, end): what the listener asked for
     say : speaks the catalogue's section `trial`
     hasPicture : whether there is a spectrogram under the waveform */
  constructor({ onSeek, onRegion }, { say, hasPicture = true }) {
    this.say = say;
    this.onSeek = onSeek;
    this.onRegion = onRegion;
    this.duration = 1;
    this.region = null; // [start, end] in seconds
    this.wave = make("canvas", { class: "lab-wave", "aria-hidden": "true",
      width: this.constructor.WAVE_COLUMNS, height: 80 });
    this.image = make("img", { alt: "", draggable: "false" });
    this.image.hidden = true;
    this.cutoff = make("div", { class: "lab-cutoff" }, make("span"));
    this.spectrogram = make("div", { class: "lab-spectrogram" }, this.image, this.cutoff);
    this.playhead = make("div", { class: "lab-playhead" });
    this.shade = make("div", { class: "lab-region" });
    this.shade.hidden = true;
    this.handles = ["loop_start", "loop_end"].map(
      (key, which) => this._handle(say(key), which));
    this.plot = make("div", { class: "lab-plot" },
      this.wave, ...(hasPicture ? [this.spectrogram] : []), this.shade, this.playhead, ...this.handles);
    this.frequencies = make("div", { class: "lab-frequency-axis", "aria-hidden": "true" });
    this.times = make("div", { class: "lab-time-axis", "aria-hidden": "true" });
    this.element = make("div", { class: hasPicture ? "lab-stage" : "lab-stage lab-plain" },
      ...(hasPicture ? [this.frequencies] : []), this.plot, this.times);
    this._followPointer();
  }

  setDuration(duration) {
    this.duration = duration;
    const most = window.innerWidth < 640 ? 6 : 12;
    const step = [0.1, 0.2, 0.5, 1, 2, 5].find((s) => duration / s <= most) || 10;
    const ticks = [];
    for (let k = 0; k * step <= duration * 0.97; k++) {
      const second = Number((k * step).toFixed(1));
      const tick = make("span", { text: k === 0 ? "0 s" : String(second) });
      tick.style.left = `${100 * second / duration}%`;
      ticks.push(tick);
    }
    this.times.replaceChildren(...ticks);
  }

  /* axis : {ticks: [{label, at}], cutoff_at}; places are shares of the height */
  setAxis(axis, cutoffHz) {
    this.frequencies.replaceChildren(...axis.ticks.map(({ label, at }, index) => {
      const tick = make("span", { text: index === 0 ? `${label} kHz` : label });
      tick.style.bottom = `${100 * at}%`;
      return tick;
    }));
    this.cutoff.hidden = axis.cutoff_at > 1; // above all that the clip has
    this.cutoff.style.bottom = `${100 * axis.cutoff_at}%`;
    this.cutoff.firstChild.textContent = `${cutoffHz / 1000} kHz`;
  }

  setPicture(address, description) {
    this.image.alt = description;
    showPicture(this.image, address);
  }

  /* A lane for each channel, left on top: highest and lowest sample of every column, times `scale`. */
  setWave(channels, scale) {
    const { width, height } = this.wave;
    const context = this.wave.getContext("2d");
    context.clearRect(0, 0, width, height);
    context.fillStyle = "#9aa8ff";
    const lane = height / channels.length;
    channels.forEach((samples, c) => this._drawLane(context, samples, scale, c * lane, lane));
  }

  _drawLane(context, samples, scale, y, height) {
    const { width } = this.wave;
    const perColumn = samples.length / width;
    for (let x = 0; x < width; x++) {
      let low = 0, high = 0;
      const end = Math.min(samples.length, Math.ceil((x + 1) * perColumn));
      for (let i = Math.floor(x * perColumn); i < end; i++) {
        if (samples[i] < low) low = samples[i];
        if (samples[i] > high) high = samples[i];
      }
      const top = (1 - Math.min(1, scale * high)) / 2 * height;
      const bottom = (1 - Math.max(-1, scale * low)) / 2 * height;
      context.fillRect(x, y + top, 1, Math.max(1, bottom - top));
    }
  }

  setPosition(seconds) {
    this.playhead.style.left = `${100 * seconds / this.duration}%`;
  }

  setRegion(region) {
    this.region = region;
    this._drawRegion(region);
  }

  _drawRegion(region) {
    this.shade.hidden = !region;
    this.handles.forEach((handle) => { handle.hidden = !region; });
    if (!region) return;
    const share = (seconds) => `${100 * seconds / this.duration}%`;
    this.shade.style.left = share(region[0]);
    this.shade.style.right = share(this.duration - region[1]);
    this.handles.forEach((handle, which) => {
      handle.style.left = share(region[which]);
      handle.setAttribute("aria-valuemax", this.duration.toFixed(2));
      handle.setAttribute("aria-valuenow", region[which].toFixed(2));
      handle.setAttribute("aria-valuetext", clock(region[which], 2));
    });
  }

  _handle(label, which) {
    const handle = make("div", {
      class: "lab-handle", role: "slider", tabindex: 0, "aria-label": label, "aria-valuemin": 0,
      title: `${label}: ${this.say("handle")}`,
      onkeydown: (event) => {
        const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
        if (!step) return;
        event.preventDefault();
        const moved = this.region.with(which,
          this.region[which] + step * (event.shiftKey ? 0.01 : 0.1));
        this.onRegion(...this._kept(moved, which));
      },
    });
    handle.hidden = true;
    handle.dataset.which = which;
    return handle;
  }

  /* A region whose moved end (0 or 1) is kept apart from the other one and inside the clip. */
  _kept([start, end], which) {
    const shortest = SyncEngine.SHORTEST_LOOP_S;
    if (which === 0) return [Math.min(Math.max(0, start), end - shortest), end];
    return [start, Math.max(Math.min(this.duration, end), start + shortest)];
  }

  _secondsAt(event) {
    const box = this.plot.getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    return this.duration * Math.min(1, Math.max(0, share));
  }

  _followPointer() {
    let drag = null; // {fromX, from, which}: a handle's number, or null for a new region
    const regionOf = (event) => {
      const here = this._secondsAt(event);
      if (drag.which !== null) {
        return this._kept(this.region.with(drag.which, here), drag.which);
      }
      const isForward = here >= drag.from;
      return this._kept(isForward ? [drag.from, here] : [here, drag.from], isForward ? 1 : 0);
    };
    this.plot.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      const which = event.target.dataset.which;
      drag = { fromX: event.clientX, from: this._secondsAt(event), moved: false,
        which: which === undefined ? null : Number(which) };
      this.plot.setPointerCapture(event.pointerId);
    });
    this.plot.addEventListener("pointermove", (event) => {
      if (!drag) return;
      if (Math.abs(event.clientX - drag.fromX) >= this.constructor.DRAG_PX) drag.moved = true;
      if (drag.moved) this._drawRegion(regionOf(event));
    });
    this.plot.addEventListener("pointerup", (event) => {
      if (!drag) return;
      const region = regionOf(event);
      const { moved, which } = drag;
      drag = null;
      if (moved) this.onRegion(...region);
      else if (which === null) this.onSeek(this._secondsAt(event));
    });
    this.plot.addEventListener("pointercancel", () => { // the browser took it, to scroll the page
      drag = null;
      this._drawRegion(this.region);
    });
  }
}
