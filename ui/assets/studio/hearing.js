/* What is heard: the chosen version at its active setting, or its residual, at the gain that goes with
   it. The engine knows every setting by a name of its own. */

import { peakOf } from "../shared/page.js";
import { residualOf } from "./sounds.js";

export const ORIGINAL = "original";
const RESIDUAL = "residual"; // the engine's name of it
const CEILING_DBFS = -1; // no gain drives a residual's peaks higher

export class Hearing {
  /* settings : a Settings; shown : a Shown; options : a View */
  constructor(settings, shown, options) {
    this.settings = settings;
    this.shown = shown;
    this.options = options;
    this.engine = null;
    this.gains = {}; // name -> {plain, matched} in dB, of what has been restored by now
    this.peaks = new WeakMap(); // a sound's channels -> their highest sample
    this.version = ORIGINAL;
    this.wantsResidual = false;
    this.residualFrom = null; // the channels that the residual was made from
  }

  /* Of another clip. */
  use(engine) {
    this.engine = engine;
    this.gains = {};
    this.residualFrom = null;
  }

  get isResidual() {
    return this.wantsResidual && this.version !== ORIGINAL;
  }

  /* {name: what the server is to restore}: the original first */
  get wanted() {
    const { settings, shown } = this;
    const wanted = { [ORIGINAL]: null };
    for (const slug of shown.ids) {
      if (!settings.slugs.includes(slug)) {
        wanted[slug] = { [slug]: {} };
        continue;
      }
      for (const slot of settings.hasSnapshot(slug) ? ["A", "B"] : ["A"]) {
        wanted[nameOf(slug, slot)] = { [slug]: settings.values(slug, slot) };
      }
    }
    return wanted;
  }

  /* The version of an engine's name. */
  static versionOf(name) {
    return name.split("~")[0];
  }

  /* The engine's name of a version at its active setting. */
  nameOf(version) {
    return this.settings.slugs.includes(version)
      ? nameOf(version, this.settings.active(version)) : version;
  }

  isHere(version) {
    return this.engine.tracks.has(this.nameOf(version));
  }

  /* A sound has come; gains : of all versions that have been restored by now */
  take(name, channels, gains) {
    this.gains = gains;
    const added = [[name, channels]];
    if (this.isResidual && name === this.nameOf(this.version)) added.push(this._residual(channels));
    this._add(added);
    this.applyGains();
    this.hear();
  }

  /* Let what is chosen be heard, as soon as it is here. */
  hear() {
    const { engine } = this;
    const name = this.nameOf(this.version);
    if (!engine.tracks.has(name)) return;
    if (!this.isResidual) {
      engine.choose(name);
      return;
    }
    const { channels } = engine.tracks.get(name);
    if (this.residualFrom !== channels) this._add([this._residual(channels)]);
    engine.choose(RESIDUAL);
  }

  applyGains() {
    const { engine } = this;
    for (const [name, { channels }] of engine.tracks) {
      if (name in this.gains || name === RESIDUAL) engine.setGain(name, this._gain(name, channels));
    }
  }

  get canMatch() {
    return Object.values(this.gains).every(({ matched }) => matched !== null);
  }

  /* {db, isLimited} of a version as it would be heard now; null while it is not here */
  gainOf(version) {
    const isResidual = this.isResidual && version === this.version;
    const name = isResidual ? RESIDUAL : this.nameOf(version);
    const track = this.engine.tracks.get(name);
    if (!track || (!isResidual && !(name in this.gains))) return null;
    const db = this._gainDb(name, track.channels);
    return { db, isLimited: isResidual && db < this.options.residualGainDb };
  }

  /* What is heard, and how high to draw it: as high as the original, which fills the strip. */
  get wave() {
    const { engine } = this;
    const track = engine.tracks.get(engine.chosen);
    const original = engine.tracks.get(ORIGINAL);
    if (!track || !original) return null;
    const full = original.gain * this._peakOf(original.channels) || 1;
    return { channels: track.channels, scale: track.gain / full };
  }

  _residual(channels) {
    this.residualFrom = channels;
    return [RESIDUAL, residualOf(this.engine.tracks.get(ORIGINAL).channels, channels)];
  }

  /* With its gain: a new sound is never heard at the old one's. */
  _add(added) {
    const gains = added.map(([name, channels]) => [name, this._gain(name, channels)]);
    this.engine.setTracks(added, new Map(gains));
  }

  _gain(name, channels) {
    return 10 ** (this._gainDb(name, channels) / 20);
  }

  _gainDb(name, channels) {
    const { gains, options } = this;
    if (name === RESIDUAL) {
      return Math.min(options.residualGainDb, CEILING_DBFS - 20 * Math.log10(this._peakOf(channels)));
    }
    const { matched, plain } = gains[name];
    return options.isMatched && matched !== null ? matched : plain;
  }

  /* Found once for each sound: gains change more often. */
  _peakOf(channels) {
    if (!this.peaks.has(channels)) this.peaks.set(channels, peakOf(channels));
    return this.peaks.get(channels);
  }
}

function nameOf(slug, slot) {
  return slot === "A" ? slug : `${slug}~B`;
}
