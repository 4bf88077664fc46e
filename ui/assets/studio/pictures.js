/* The spectrogram on the stage, of all of a long clip above it, and their colour scale. */

import { make } from "../shared/page.js";
import { addressOf } from "./api.js";
import { ORIGINAL } from "./hearing.js";

export class Pictures {
  constructor({ stage, overview, options }) {
    this.stage = stage;
    this.overview = overview;
    this.options = options;
    this.legend = make("span", { class: "lab-legend" });
    stage.spectrogram.append(this.legend);
  }

  /* view : what the server said of the clip; place : which one it is, as addresses name it
     condition, settings, isResidual : what is heard */
  show(view, place, { condition, settings, isResidual }) {
    const { options, overview, stage } = this;
    const shown = this._shownOf(condition, isResidual);
    const { title } = view.versions.find(({ id }) => id === condition);
    stage.setAxis(view.axes[options.axis], view.cutoff_hz);
    stage.setPicture(this._address(place, condition, settings, isResidual),
      `Spectrogram of ${title}${isResidual ? ", residual" : ""}`);
    overview.show(view.whole, view.duration_s,
      view.whole && addressOf("overview", { ...place, axis: options.axis }));
    this._showLegend(view.scales[shown], shown);
  }

  /* Those of some versions, so that a switch shows its picture at once. */
  preload(ids, place, settings) {
    for (const id of ids) new Image().src = this._address(place, id, settings, false);
  }

  /* The original and the residuals have no difference to show. */
  _shownOf(condition, isResidual) {
    return condition === ORIGINAL || isResidual ? "level" : this.options.shown;
  }

  _address(place, condition, settings, isResidual) {
    return addressOf("picture", {
      ...place,
      version: versionAsked(condition, settings),
      is_residual: isResidual,
      axis: this.options.axis,
      shown: this._shownOf(condition, isResidual),
    });
  }

  _showLegend({ low_db, high_db, unit, colours }, shown) {
    const signed = (number) => String(number).replace("-", "−");
    const bar = make("span", { class: "lab-colours" });
    bar.style.background = `linear-gradient(to right, ${colours.join(",")})`;
    const what = shown === "change" ? `${unit}; blue: less than in the original, red: more` : unit;
    this.legend.replaceChildren(signed(low_db), bar, `${signed(high_db)} ${what}`);
  }
}

/* A version as addresses name it. */
export function versionAsked(condition, settings) {
  return condition === ORIGINAL ? null : { [condition]: settings[condition] ?? {} };
}
