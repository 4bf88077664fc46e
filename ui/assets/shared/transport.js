/* The row of controls of every player, and its level meter. */

import { Meter } from "./meter.js";
import { clock, make } from "./page.js";

export class Transport {
  /* say : speaks the catalogue's section `trial` */
  constructor(engine, { say, hasMeter = true, volume = 1, onVolume = () => {} }) {
    this.engine = engine;
    this.say = say;
    this.playButton = make("button", {
      type: "button", class: "lab-play", onclick: () => this.engine.toggle(),
    });
    this.seekBar = make("input", {
      type: "range", class: "lab-seek", min: 0, max: 1, step: 0.01, value: 0, "aria-label": say("position"),
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
    this.meter = hasMeter ? new Meter(say) : null;
    this.row = make("div", { class: "lab-transport" },
      this.playButton, this.seekBar, this.time,
      make("label", { class: "lab-check" }, this.loop, ` ${say("loop")}`),
      make("label", { class: "lab-volume-label" }, `${say("volume")} `, this.volume),
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
    this.playButton.textContent = this.say(playing ? "pause" : "play");
    this.playButton.disabled = !duration;
    this.loop.checked = this.engine.loop;
    this.seekBar.max = duration || 1;
    if (this.seekBar !== document.activeElement || playing) this.seekBar.value = position;
    this.seekBar.setAttribute("aria-valuetext", clock(position));
    this.time.textContent = `${clock(position)} / ${clock(duration)}`;
    this.meter?.show(this.engine.levels());
  }
}
