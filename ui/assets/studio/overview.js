/* All of a long clip as one narrow spectrogram, and the part of it that is open: click, drag or use
   the arrow keys to open another part. */

import { clock, make, showPicture } from "../shared/page.js";

export class Overview {
  static STEP_S = 5;

  /* onPart(startS) : the listener wants the part that begins there */
  constructor(onPart) {
    this.onPart = onPart;
    this.whole = null; // {duration_s, part_s}
    this.partS = 0; // how long a part is
    this.wantedS = 0;
    this.image = make("img", { alt: "", draggable: "false" });
    this.image.hidden = true;
    this.window = make("div", {
      class: "lab-part", role: "slider", tabindex: 0, "aria-label": "Part of the clip that is open",
      "aria-valuemin": 0, onkeydown: (event) => this._stepByKey(event),
    });
    this.strip = make("div", { class: "lab-overview-strip",
      title: "Click or drag to open another part of the clip" }, this.image, this.window);
    this.text = make("p", { class: "lab-hint" });
    this.element = make("div", { class: "lab-overview" }, this.strip, this.text);
    this.element.hidden = true;
    this._followPointer();
  }

  /* whole : null for a clip that is open as a whole; partS : how much of it is open, in seconds
     picture : the address of its spectrogram */
  show(whole, partS, picture) {
    this.element.hidden = !whole;
    this.whole = whole;
    if (!whole) return;
    this.partS = partS;
    this._place(whole.part_s);
    showPicture(this.image, picture);
    this.text.textContent = `Open: ${clock(whole.part_s, 0)}–${clock(whole.part_s + partS, 0)} of `
      + `${clock(whole.duration_s, 0)}. Sound, picture and scores are those of this part, restored `
      + "as in the whole clip. Downloads are the whole clip.";
  }

  _place(startS) {
    const { duration_s: duration } = this.whole;
    const latest = duration - this.partS;
    this.wantedS = Math.min(Math.max(0, startS), latest);
    this.window.style.left = `${100 * this.wantedS / duration}%`;
    this.window.style.width = `${100 * this.partS / duration}%`;
    this.window.setAttribute("aria-valuemax", latest.toFixed(1));
    this.window.setAttribute("aria-valuenow", this.wantedS.toFixed(1));
    this.window.setAttribute("aria-valuetext",
      `${clock(this.wantedS, 0)} to ${clock(this.wantedS + this.partS, 0)}`);
  }

  _open() {
    if (this.wantedS !== this.whole.part_s) this.onPart(this.wantedS);
  }

  _stepByKey(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageDown: -6, PageUp: 6 }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    this._place(this.wantedS + step * this.constructor.STEP_S);
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this._open(), 400);
  }

  _followPointer() {
    const middleAt = (event) => {
      const box = this.strip.getBoundingClientRect();
      const share = (event.clientX - box.left) / box.width;
      return share * this.whole.duration_s - this.partS / 2;
    };
    let isDragged = false;
    this.strip.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      isDragged = true;
      this.strip.setPointerCapture(event.pointerId);
      this._place(middleAt(event));
    });
    this.strip.addEventListener("pointermove", (event) => {
      if (isDragged) this._place(middleAt(event));
    });
    this.strip.addEventListener("pointerup", () => {
      if (!isDragged) return;
      isDragged = false;
      this._open();
    });
    this.strip.addEventListener("pointercancel", () => {
      isDragged = false;
      this._place(this.whole.part_s);
    });
  }
}
