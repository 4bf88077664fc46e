/* Shows on the parts of the workbench what is heard, set and measured. */

import { restOf } from "./fitting.js";
import { ORIGINAL } from "./hearing.js";
import { versionAsked } from "./pictures.js";

export class Display {
  /* parts : of `buildFrame`; hearing, settings, shown, options : what they show
     state() : what addresses are about */
  constructor(parts, { hearing, settings, shown, options, state }) {
    this.parts = parts;
    this.hearing = hearing;
    this.settings = settings;
    this.shown = shown;
    this.problems = new Map(); // condition -> why it could not be restored
    this.options = options;
    this.state = state;
    this.view = null; // what the server says of the open clip
    this.controls = new Map(); // condition -> Controls
    this.drawn = null; // the sound whose waveform is there
  }

  use(view, controls, title) {
    const { parts } = this;
    this.view = view;
    this.controls = controls;
    parts.panels.replaceChildren(...[...controls.values()].map(({ element }) => element));
    this.problems.clear();
    this.showVersions();
    parts.bar.show(view, title);
    parts.stage.setDuration(view.duration_s);
    parts.scores.clear();
    parts.scores.setHiss(view.hiss);
  }

  /* After another choice of versions. */
  showVersions() {
    this.parts.versions.build(this.shown.list);
    this.parts.versionMenu.show(this.shown, this.view.problems);
  }

  /* After anything that the engine or the listener has changed. */
  refresh() {
    const { hearing, parts, shown } = this;
    const { engine } = hearing;
    parts.stage.setPosition(engine.position);
    parts.stage.setRegion(engine.regionInSeconds);
    parts.stage.element.classList.toggle("lab-looping", engine.loop);
    parts.clearLoop.disabled = parts.cut.disabled = !engine.region;
    const pending = shown.list.map(({ id }) => id).filter((id) => !hearing.isHere(id));
    parts.versions.show(hearing.version, { isResidual: hearing.isResidual, pending });
    parts.bench.classList.toggle("lab-of-original", hearing.version === ORIGINAL);
    this.showControls();
    this.showScores();
    const heard = engine.tracks.get(engine.chosen);
    if (this.drawn !== heard) {
      this.drawn = heard;
      this.drawWave();
    }
  }

  showGains() {
    const { hearing, options, parts } = this;
    options.allowMatching(hearing.canMatch);
    for (const { id } of this.shown.list) {
      parts.versions.setGain(id, hearing.gainOf(id), options.residualGainDb);
    }
  }

  drawWave() {
    const { wave } = this.hearing;
    if (wave) this.parts.stage.setWave(wave.channels, wave.scale);
  }

  showPictures() {
    if (!this.view) return;
    const { hearing: { isResidual, version: condition }, parts } = this;
    const { settings, ...place } = this.state();
    parts.pictures.show(this.view, place, { condition, settings, isResidual });
    const version = versionAsked(condition, settings);
    parts.bar.setDownloads({ ...place, version, is_residual: isResidual }, settings);
  }

  preloadPictures() {
    const { settings, ...place } = this.state();
    const ids = this.shown.list.map(({ id }) => id);
    const here = ids.filter((id) => this.hearing.isHere(id));
    this.parts.pictures.preload(here, place, settings);
  }

  showControls() {
    const { settings, hearing: { version } } = this;
    for (const [slug, controls] of this.controls) {
      controls.element.hidden = slug !== version;
      if (!settings.slugs.includes(slug)) continue; // a file
      controls.show(settings.values(slug), settings.active(slug), settings.hasSnapshot(slug));
    }
    this.parts.limited.hidden = !settings.slugs.includes(version) || !settings.isLimited(version);
    this.parts.problem.textContent = this.problems.get(version) ?? "";
  }

  showScores() {
    const { version } = this.hearing;
    const strength = this.view?.restorers[version]?.strength;
    const rest = strength && restOf(this.settings.values(version), strength);
    this.parts.scores.show(version, { isOriginal: version === ORIGINAL, rest });
  }
}
