/* The Studio's player: every version of the clip, switched at one position, with its picture. */

import { SyncEngine } from "../shared/engine.js";
import { keysFor, listenToKeys } from "../shared/keys.js";
import { animate, decibels, fetchBytes, make, peakOf, visibilityOf } from "../shared/page.js";
import { Stage } from "../shared/stage.js";
import { Transport } from "../shared/transport.js";
import { Cards } from "./cards.js";
import { Options } from "./options.js";
import { Overview } from "./overview.js";
import { onPlayNext } from "./play-next.js";
import { say } from "./texts.js";

const CEILING_DBFS = -1; // no boost drives a residual's peaks higher
const FIRST_RATE_HZ = 16000; // until the first clip says its own

export function mountPlayer({ element, props, watch, trigger }) {
  const player = new Player(element.querySelector(".lab-player"), trigger);
  watch("value", () => player.show(props.value));
  player.show(props.value);
}

class Player {
  /* trigger(event, data) : asks the server */
  constructor(root, trigger) {
    this.root = root;
    this.trigger = trigger;
    this.engine = new SyncEngine(FIRST_RATE_HZ);
    this.value = null; // what the server said last
    this.newest = 0; // numbers the values as they come, so that a late download never wins
    this.loaded = new Map(); // id -> address of the sound that is in the engine
    this.peaks = new WeakMap(); // a sound's channels -> their highest sample
    this.shownOnStage = null;
    this.playWanted = null; // id of a clip that is to be played as soon as it is here
    this.resume = null; // how the same clip went on before: {chosen, playing, position, region}
    this._build();
    this.engine.onChange = () => this._refresh();
    listenToKeys(root, keysFor(() => this.engine,
      (index) => this.engine.choose(this.cards.ids[index])));
    onPlayNext((clipId) => {
      if (!root.isConnected) return;
      this.playWanted = clipId;
      this._playIfWanted();
    });
    this.isShown = visibilityOf(root);
    animate(root, () => this._tick(), () => this.engine.close());
  }

  async show(next) {
    const { value } = this;
    if (!next || !next.stimuli) return this._close();
    if (value && next.opened_as < value.opened_as) return undefined;
    const turn = ++this.newest;
    this.value = next;
    if (!value || next.opened_as !== value.opened_as) this._openOther(value);
    this.root.hidden = false;
    this.headline.textContent = next.headline;
    this.download.href = next.bundle;
    try {
      await this._loadSounds(this.engine, turn);
    } catch (error) {
      if (turn === this.newest) this.status.textContent = `${error.message} Please reload the page.`;
      return undefined;
    }
    if (turn !== this.newest) return undefined;
    this.status.textContent = next.stimuli.some(isPending) ? "Restoring …" : "";
    this._showPictures();
    if (next.stimuli.some(isPending)) this.trigger("load", {});
    else this.root.dataset.ready = String(turn);
    return this._refresh();
  }

  _build() {
    this.headline = make("p", { class: "lab-headline" });
    this.status = make("p", { class: "lab-status", role: "status" });
    this.transport = new Transport(this.engine, { say });
    this.stage = new Stage({
      onSeek: (seconds) => this.engine.seek(seconds),
      onRegion: (start, end) => this.engine.setRegion(start, end),
    }, { say });
    this.caption = make("p", { class: "lab-caption" });
    this.wholeClip = make("button", { type: "button", class: "lab-small",
      text: say("whole_clip"), onclick: () => this.engine.setRegion() });
    this.cut = make("button", { type: "button", class: "lab-small lab-cut", text: "Cut to the loop",
      title: "Make a clip of its own of the loop, at full quality", onclick: () => this._cut() });
    this.overview = new Overview((startS) => {
      this.status.textContent = "Opening another part …";
      this.trigger("part", { start_s: startS });
    });
    this.options = new Options({
      onGains: () => this._applyGains(),
      onPictures: () => this._showPictures(),
    });
    this.legend = make("div", { class: "lab-legend" });
    this.cards = new Cards((id) => this.engine.choose(id));
    this.download = make("a", { class: "lab-download", download: "",
      text: "Download all of these sounds and their scores (ZIP)" });
    const hint = make("p", { class: "lab-hint", text: "Keys: 1–9 choose, Space plays, L loops, "
      + "← → step (Shift: finely), Home rewinds. Click the picture to go there, drag over it to "
      + "loop." });
    this.root.append(this.headline, this.cards.versions, this.cards.removed, this.transport.row,
      this.status, this.overview.element, this.caption, this.stage.element, this.legend,
      this.options.element, hint, this.download);
    this.root.hidden = true; // until there is a clip
  }

  /* Another clip has another engine; the listener's settings stay. */
  _openOther(before) {
    const { rate, duration_s, stimuli } = this.value;
    this.resume = before && this._stateToResume(before);
    this.engine.close();
    const engine = new SyncEngine(rate);
    this.transport.use(engine);
    this.engine = engine;
    engine.onChange = () => this._refresh();
    engine.chosen = stimuli[0].id;
    this.loaded.clear();
    this.shownOnStage = null;
    this.stage.setDuration(duration_s);
    this.cards.build(stimuli);
    this.status.textContent = "Loading the sound …";
  }

  /* Of the clip that was open before, if it is the same in another format or another part. */
  _stateToResume(before) {
    const { chosen, playing, position, rate, region } = this.engine;
    const idOf = ({ clip }) => clip.split("@")[0];
    if (idOf(before) !== idOf(this.value)) return null;
    const isSamePart = before.whole?.part_s === this.value.whole?.part_s;
    return isSamePart
      ? { chosen, playing, position, region: region && region.map((frame) => frame / rate) }
      : { chosen, playing, position: 0, region: null };
  }

  /* As soon as the original is here: the place, the loop and the playing; then the choice. */
  _resume(engine) {
    const { resume } = this;
    if (!resume) return;
    if (resume.playing !== null) {
      const { loop } = engine;
      if (resume.region) engine.setRegion(...resume.region);
      engine.setLoop(loop);
      engine.seek(resume.position);
      if (resume.playing) engine.play();
      resume.playing = null; // done
    }
    if (!engine.tracks.has(resume.chosen)) return;
    engine.choose(resume.chosen);
    this.resume = null;
  }

  _close() {
    this.newest += 1;
    this.engine.pause();
    this.root.hidden = true;
    delete this.root.dataset.ready;
  }

  /* The sounds that are new, the one being heard first; each group is swapped in at once. */
  async _loadSounds(engine, turn) {
    const wanted = this.value.stimuli.filter(
      ({ id, audio }) => audio !== null && this.loaded.get(id) !== audio);
    const first = wanted.filter(({ id }) => id === engine.chosen);
    const others = wanted.filter(({ id }) => id !== engine.chosen);
    for (const group of [first, others]) {
      if (!group.length) continue;
      const sounds = await Promise.all(group.map(
        async ({ id, audio }) => [id, await engine.decode(await fetchBytes(audio))]));
      if (turn !== this.newest || engine !== this.engine) return;
      for (const { id, audio } of group) this.loaded.set(id, audio);
      engine.setTracks(sounds);
      this._applyGains();
      this._playIfWanted();
      this._resume(engine);
    }
  }

  _cut() {
    const { region, rate } = this.engine;
    if (!region) return;
    const [start_s, end_s] = region.map((frame) => frame / rate);
    this.trigger("cut", { start_s, end_s });
  }

  _playIfWanted() {
    const { engine, value } = this;
    if (!value || !engine.tracks.size || value.clip.split("@")[0] !== this.playWanted) return;
    this.playWanted = null;
    engine.play();
  }

  _tick() {
    if (!this.engine.playing) return;
    this.transport.refresh();
    this.stage.setPosition(this.engine.position);
    if (!this.isShown()) this.engine.pause(); // another tab of the page is in front
  }

  _refresh() {
    const { engine, stage } = this;
    this.transport.refresh();
    stage.setPosition(engine.position);
    stage.setRegion(engine.region && engine.region.map((frame) => frame / engine.rate));
    stage.element.classList.toggle("lab-looping", engine.loop);
    this.wholeClip.hidden = this.cut.hidden = !engine.region;
    this.cards.setChosen(engine.chosen);
    if (this.shownOnStage !== engine.chosen) this._showStage();
  }

  /* The gain of every version, from the server's figures and the listener's choice. */
  _applyGains() {
    const { engine, options, value } = this;
    const here = value.stimuli.filter((stimulus) => !isPending(stimulus));
    options.allowMatching(here.every((s) => s.is_residual || s.gain_db.matched !== null));
    for (const stimulus of here) {
      if (!engine.tracks.has(stimulus.id)) continue;
      const db = this._gainDb(stimulus);
      engine.setGain(stimulus.id, 10 ** (db / 20));
      const isLimited = stimulus.is_residual && db < options.boostDb;
      this.cards.setGain(stimulus.id, db, isLimited ? options.boostDb : null);
    }
    this._showStage();
  }

  _gainDb(stimulus) {
    const { boostDb, isMatched } = this.options;
    if (stimulus.is_residual) {
      const peak = this._peakOf(this.engine.tracks.get(stimulus.id));
      return Math.min(boostDb, CEILING_DBFS - 20 * Math.log10(peak));
    }
    const { matched, plain } = stimulus.gain_db;
    return isMatched && matched !== null ? matched : plain;
  }

  /* Found once for each sound: gains change more often. */
  _peakOf({ channels }) {
    if (!this.peaks.has(channels)) this.peaks.set(channels, peakOf(channels));
    return this.peaks.get(channels);
  }

  _showPictures() {
    const { value } = this;
    for (const stimulus of value.stimuli) {
      if (!isPending(stimulus)) this.cards.setPicture(stimulus.id, this._picture(stimulus));
    }
    this.overview.show(value.whole, value.duration_s, this.options.axis);
    this.stage.setAxis(value.axes[this.options.axis], value.cutoff_hz);
    this._showStage();
  }

  /* What its picture shows: the original and the residuals have no change to show. */
  _shownOf(stimulus) {
    return stimulus.pictures[this.options.shown] ? this.options.shown : "level";
  }

  _picture(stimulus) {
    return stimulus.pictures[this._shownOf(stimulus)][this.options.axis];
  }

  _showStage() {
    const { engine, stage, value } = this;
    this.shownOnStage = engine.chosen;
    const stimulus = value && value.stimuli.find(({ id }) => id === engine.chosen);
    if (!stimulus) return;
    if (isPending(stimulus)) { // nothing of another version stands under its name
      this.caption.replaceChildren(make("strong", { text: stimulus.title }), " restoring …");
      return;
    }
    const track = engine.tracks.get(stimulus.id);
    const original = engine.tracks.get(value.stimuli[0].id);
    if (track && original) { // as high as the original, which fills the strip
      stage.setWave(track.channels, track.gain / (original.gain * this._peakOf(original) || 1));
    }
    stage.setPicture(this._picture(stimulus), `Spectrogram of ${stimulus.title}`);
    this.caption.replaceChildren(make("strong", { text: stimulus.title }), " ",
      make("span", { text: track ? `at ${decibels(20 * Math.log10(track.gain))}` : "" }),
      make("a", { class: "lab-download", href: stimulus.download, download: "",
        text: "Download at full quality", title: value.download_note }), this.wholeClip, this.cut);
    const shown = this._shownOf(stimulus);
    this.legend.replaceChildren(...legendOf(value.scales[shown], shown));
  }
}

/* Whether a version is still to be restored. */
function isPending({ audio }) {
  return audio === null;
}

function legendOf({ low_db, high_db, unit, colours }, shown) {
  const signed = (number) => String(number).replace("-", "−");
  const bar = make("div", { class: "lab-colours" });
  bar.style.background = `linear-gradient(to right, ${colours.join(",")})`;
  const middle = shown === "change" ? " · blue: less than in the original, red: more" : "";
  return [make("span", { text: `${signed(low_db)} ${unit}` }), bar,
    make("span", { text: `${signed(high_db)} ${unit}` }), make("span", { class: "lab-legend-note",
      text: `one colour scale for all${middle} · dashed: lower edge of the high band` })];
}
