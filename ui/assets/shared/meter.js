/* Peak and root-mean-square level of what is heard, before the volume. */

import { make } from "./page.js";

export class Meter {
  static FLOOR_DB = -60;
  static HOLD_MS = 1500;

  constructor(say) {
    this.rms = make("div", { class: "lab-meter-rms" });
    this.peak = make("div", { class: "lab-meter-peak" });
    this.bar = make("div", {
      class: "lab-meter-bar", role: "meter", "aria-label": say("level"),
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
}
