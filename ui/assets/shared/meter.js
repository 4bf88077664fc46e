/* Peak and root-mean-square level of what is heard, before the volume: a bar for each channel. */

import { make } from "./page.js";

const FLOOR_DB = -60;
const HOLD_MS = 1500;

export class Meter {
  constructor(say) {
    this.say = say;
    this.bars = [];
    this.box = make("div", { class: "lab-meter-bars" });
    this.text = make("span", { class: "lab-meter-text" });
    this.element = make("div", { class: "lab-meter", title: "Level before the volume: bar root mean "
      + "square, line highest peak of the last seconds" }, this.box, this.text);
  }

  /* levels : {peak, rms} of each channel, the left one first */
  show(levels) {
    if (levels.length !== this.bars.length) this._build(levels.length);
    levels.forEach((level, channel) => this.bars[channel].show(level));
    const highest = Math.max(...this.bars.map(({ held }) => held));
    const isHeard = highest > 10 ** (FLOOR_DB / 20);
    this.text.textContent = isHeard ? `${dbfs(highest).toFixed(1).replace("-", "−")} dBFS`
      : "– dBFS";
  }

  _build(channelCount) {
    const { say } = this;
    const labels = channelCount === 1 ? [say("level")] : [say("level_left"), say("level_right")];
    this.bars = labels.map((label) => new Bar(label));
    this.box.replaceChildren(...this.bars.map(({ element }) => element));
  }
}

class Bar {
  constructor(label) {
    this.rms = make("div", { class: "lab-meter-rms" });
    this.peak = make("div", { class: "lab-meter-peak" });
    this.element = make("div", {
      class: "lab-meter-bar", role: "meter", "aria-label": label,
      "aria-valuemin": FLOOR_DB, "aria-valuemax": 0,
    }, this.rms, this.peak);
    this.held = 0; // the highest peak of the last seconds
    this.heldAt = 0;
  }

  show({ peak, rms }) {
    const now = performance.now();
    if (peak >= this.held || now - this.heldAt > HOLD_MS) {
      this.held = peak;
      this.heldAt = now;
    }
    const share = (level) => 100 * (1 - dbfs(level) / FLOOR_DB);
    this.rms.style.width = `${share(rms)}%`;
    this.peak.style.left = `${share(this.held)}%`;
    this.element.setAttribute("aria-valuenow", dbfs(this.held).toFixed(1));
  }
}

function dbfs(level) {
  return Math.max(FLOOR_DB, 20 * Math.log10(level));
}
