/* The workbench: one clip, its versions switched at one position, their settings and scores. */

import { SyncEngine } from "../shared/engine.js";
import { keysFor, listenToKeys } from "../shared/keys.js";
import { animate, visibilityOf } from "../shared/page.js";
import { clipView } from "./api.js";
import { Changes } from "./changes.js";
import { AllSounds } from "./all-sounds.js";
import { Display } from "./display.js";
import { buildFrame } from "./frame.js";
import { Hearing, ORIGINAL } from "./hearing.js";
import { readState } from "./kept-state.js";
import { Measuring } from "./measuring.js";
import { PageState } from "./page-state.js";
import { panelsOf } from "./panels.js";
import { goOn, goingOn } from "./resuming.js";
import { Settings } from "./settings.js";
import { Shown } from "./shown.js";
import { CLIPS, OPEN, OPENED, VOTE, VOTING, hear, tell } from "./signals.js";
import { say } from "./texts.js";
import { removeVersion } from "./uploads.js";
import { View } from "./view.js";

const FIRST_RATE_HZ = 16000; // until the first clip says its own
const LOST = "The server cannot be reached; trying again …";

export function mountWorkbench({ element, props, watch, trigger }) {
  const workbench = new Workbench(element.querySelector(".lab-player"), props, trigger);
  watch("value", () => workbench.begin(props.value));
  workbench.begin(props.value);
}

class Workbench {
  /* props.value : what Python reads with its events, and the clip to begin with
     trigger(event, data) : asks Python */
  constructor(root, props, trigger) {
    this.root = root;
    this.props = props;
    this.trigger = trigger;
    this.kept = readState();
    this.settings = new Settings(this.kept.slots);
    this.options = new View(this.kept.view, {
      onGains: () => this._gainsMoved(),
      onPictures: () => { this._keep(); this.display.showPictures(); },
    });
    this.shown = new Shown(this.kept.chosen);
    this.hearing = new Hearing(this.settings, this.shown, this.options);
    this.hearing.version = typeof this.kept.version === "string" ? this.kept.version : ORIGINAL;
    this.hearing.wantsResidual = this.kept.isResidual === true;
    this.page = new PageState(this.kept, {
      settings: this.settings,
      shown: this.shown,
      hearing: this.hearing,
      options: this.options,
      view: () => this.view,
      engine: () => this.engine,
      volume: () => Number(this.parts.transport.volume.value),
    });
    this.measuring = new Measuring(() => this.page.measurable, {
      onAnswer: (answer, moved) => this._measured(answer, moved),
      onRefused: (sentence) => this.parts.scores.setStale(sentence),
      onLost: () => this.parts.scores.setStale(LOST),
    });
    this.view = null; // what the server says of the open clip
    this.titles = new Map(); // clip -> title, of all that there are
    this.turn = 0; // grows with every clip that is asked for
    this.engine = new SyncEngine(FIRST_RATE_HZ);
    if (this.kept.loop === false) this.engine.setLoop(false);
    this.parts = this._build();
    const { hearing, options, settings, shown } = this;
    this.display = new Display(this.parts,
      { hearing, options, settings, shown, state: () => this.page.state });
    const { display, measuring, page, parts: { scores } } = this;
    this.changes = new Changes({ settings, hearing, display, page, measuring, scores }, {
      view: () => this.view,
      turn: () => this.turn,
      onMoved: () => this.sounds.ask(),
      onRefresh: () => this._refresh(),
      onRested: () => this._rested(),
    });
    this._listen();
    this.isShown = visibilityOf(root);
    animate(root, () => this._tick(), () => this.engine.close());
  }

  /* value : once the page is ready, {newest: the clip to begin with if the page remembers none} */
  async begin(value) {
    if (!value || !("newest" in value) || this.hasBegun) return;
    this.hasBegun = true;
    const { newest } = value;
    const { clip, format, part_s, region } = this.kept;
    if (clip && await this._open({ clip, format, part_s, region })) return;
    if (!newest || newest === clip || !await this._open({ clip: newest })) this._showWhatThereIs();
  }

  /* ---- the clip ---- */

  /* Returns whether it could be opened, or was overtaken by another. */
  async _open({ clip, format = this.place.format, part_s = 0, region = null, play = false }) {
    const turn = ++this.turn;
    this._say("Opening …");
    try {
      const view = await clipView({ clip, format, part_s });
      if (turn === this.turn) this._show(view, region, play);
      return true;
    } catch (error) {
      if (turn !== this.turn) return true;
      this._say(error.message, true);
      if (this.view) this.parts.bar.format.value = this.view.format;
      return false;
    }
  }

  _show(view, region, play) {
    const { parts, view: before } = this;
    const isSame = before?.clip === view.clip;
    const isSamePart = isSame && before.whole?.part_s === view.whole?.part_s;
    this.resume = goingOn(this.engine, { isSame, isSamePart, region, play });
    this.engine.close();
    this.sounds?.stop();
    this.view = view;
    this.keptLoop = null;
    this.settings.use(view.restorers);
    this.shown.use(view.versions);
    this.engine = new SyncEngine(view.rate);
    this.parts.transport.use(this.engine);
    this.engine.onChange = () => this._refresh();
    this.engine.onTrouble = (trouble) => this._say(say(trouble), true);
    this.hearing.use(this.engine);
    if (!this.shown.has(this.hearing.version)) this.hearing.version = ORIGINAL;
    this.sounds = this._newSounds();
    delete this.root.dataset.ready;
    this.display.use(view, panelsOf(view, this.settings, this.changes, (slug) => this._removeVersion(slug)), this.titles.get(view.clip));
    parts.scores.setStale("Measuring …");
    this._say("Loading the sound …");
    this._showWhatThereIs();
    tell(OPENED, { id: view.clip });
    this.sounds.ask();
    this.measuring.soon();
    this.display.showPictures();
    this._refresh();
  }

  _close() {
    this.turn += 1;
    this.sounds?.stop();
    this.measuring.stop();
    this.engine.pause();
    this.view = null;
    delete this.root.dataset.ready;
    this._showWhatThereIs();
    this._keep();
    tell(OPENED);
  }

  _showWhatThereIs() {
    this.root.hidden = this.isVoting || !this.view;
    this.parts.nothing.hidden = this.isVoting || Boolean(this.view);
  }

  /* ---- state ---- */

  get place() {
    return this.page.place;
  }

  _keep() {
    if (this.turn === 0) return; // nothing has been opened yet
    this.props.value = this.page.state; // Python's events read it
    this.page.keep();
  }

  _ask(event, data = {}) {
    this._keep();
    this.trigger(event, data);
  }

  /* ---- sounds ---- */

  _newSounds() {
    return new AllSounds(this.shown, {
      place: () => this.place,
      versions: () => this.hearing.wanted,
      first: () => this.hearing.nameOf(this.hearing.version),
      onSound: (name, channels, gains) => {
        this.hearing.take(name, channels, gains);
        if (name === ORIGINAL) this._goOn();
        this.display.showGains();
      },
      onSlowSound: (name, ...sound) => this._tookSlowSound(name, ...sound),
      onWorking: (title) => this._say(`${title} is at work …`),
      onProblem: (version, sentence) => this._setProblem(version, sentence),
      onRefused: (error) => {
        if (error.status === 404) this._close();
        this._say(error.message, true);
        this.parts.scores.setStale(error.message);
      },
      onLost: (isLost) => {
        this._say(isLost ? LOST : "", isLost);
        if (isLost) this.parts.scores.setStale(LOST);
        else this.measuring.soon();
      },
      onAll: (isAccepted) => {
        if (isAccepted) this._say("");
        this.root.dataset.ready = String(this.turn);
        this._refresh();
        this.display.preloadPictures();
      },
    });
  }

  _tookSlowSound(name, channels, gains) {
    this._say("");
    this.hearing.take(name, channels, gains);
    this.display.showGains();
    this._setProblem(Hearing.versionOf(name), null);
    this.measuring.soon();
  }

  /* sentence : why a version could not be restored; null if it could */
  _setProblem(version, sentence) {
    if (sentence) this._say(sentence, true);
    this.display.problems.set(version, sentence);
    this._refresh();
  }

  _goOn() {
    const { resume } = this;
    this.resume = null;
    if (resume) goOn(this.engine, resume);
    this._refresh();
  }

  _gainsMoved() {
    if (!this.view) return;
    this.hearing.applyGains();
    this.display.showGains();
    this.display.drawWave();
    this._keep();
  }

  /* ---- settings ---- */

  _rested() {
    this._keep();
    const isPlotSeen = document.querySelector("#plot .js-plotly-plot")?.checkVisibility();
    if (isPlotSeen && !this.sounds.isLost) this.trigger("settled", {});
  }

  _measured(answer, moved) {
    this.parts.scores.setAnswer(answer, moved);
    this.parts.presets.show(answer);
    this.display.showScores();
  }

  /* ---- versions ---- */

  _showVersion(id, isShown) {
    if (!this.view) return;
    this.shown.set(id, isShown);
    if (isShown) this.sounds.retry(id);
    if (!this.shown.has(this.hearing.version)) this.hearing.version = ORIGINAL;
    this.display.showVersions();
    this.sounds.ask();
    this.measuring.soon();
    this._heardAnother();
  }

  /* Asks again what there is: the versions of the clip are others now. */
  _reopen(version = this.hearing.version) {
    const { playing, regionInSeconds: region } = this.engine;
    this.hearing.version = version;
    return this._open({ ...this.place, region, play: playing });
  }

  async _removeVersion(id) {
    try {
      await removeVersion(this.view.clip, id);
      await this._reopen();
    } catch (error) {
      this._say(error.message, true);
    }
  }

  /* ---- what is heard and seen ---- */

  _choose(condition) {
    if (!this.view || condition === undefined) return;
    this.hearing.version = condition;
    this._heardAnother();
  }

  _setResidual(wanted) {
    if (!this.view || this.hearing.version === ORIGINAL) return;
    this.hearing.wantsResidual = wanted;
    this._heardAnother();
  }

  _heardAnother() {
    this.hearing.hear();
    this._refresh();
    this.display.showGains();
    this.display.showPictures();
    this._keep();
  }

  /* After anything that the engine or the listener has changed. */
  _refresh() {
    const { engine } = this;
    this.parts.transport.refresh();
    if (!this.view) return;
    this.display.refresh();
    const loop = JSON.stringify([engine.loop, engine.region]);
    if (this.keptLoop !== loop && !this.resume) {
      this.keptLoop = loop;
      this._keep();
    }
  }

  _tick() {
    if (!this.engine.playing) return;
    this.parts.transport.refresh();
    this.parts.stage.setPosition(this.engine.position);
    if (!this.isShown()) this.engine.pause(); // the blind test has taken its place
  }

  _say(sentence, isError = false) {
    const { status } = this.parts;
    status.textContent = sentence;
    status.classList.toggle("lab-error", isError);
  }

  /* ---- wiring ---- */

  _build() {
    const volume = Number.isFinite(this.kept.volume) ? this.kept.volume : 1;
    return buildFrame(this.root, this.options, volume, {
      engine: () => this.engine,
      settings: () => this.settings.all(),
      onFormat: (format) => this._open({ ...this.place, format }),
      onPart: (startS) => this._open({ ...this.place, part_s: startS }),
      onChoose: (condition) => this._choose(condition),
      onResidual: (wanted) => this._setResidual(wanted),
      onSeek: (seconds) => this.engine.seek(seconds),
      onRegion: (start, end) => this.engine.setRegion(start, end),
      onLoopFrom: (which) => this.engine.setLoopEnd(which),
      onClearLoop: () => this.engine.setRegion(),
      onCut: () => this._cut(),
      onVote: () => this._vote(),
      onVolume: () => this._keep(),
      clip: () => this.view?.clip,
      onShow: (id, isShown) => this._showVersion(id, isShown),
      onAdded: ({ version }) => this._reopen(version),
      onNewClip: (id) => this._ask("added", { id }),
      onProblem: (sentence) => this._say(sentence, true),
      onApply: (values) => this.changes.set(null, () => this.settings.setAll(values)),
    });
  }

  _cut() {
    const [start_s, end_s] = this.engine.regionInSeconds;
    this._ask("cut", { start_s, end_s });
  }

  _vote() {
    if (!this.view) return;
    this.engine.pause();
    this._ask("vote");
  }

  _listen() {
    const { root } = this;
    this.engine.onChange = () => this._refresh();
    listenToKeys(root, {
      ...keysFor(() => this.engine, (index) => this._choose(this.shown.list[index]?.id)),
      r: () => this._setResidual(!this.hearing.wantsResidual),
      s: () => this.changes.switchSlot(this.hearing.version),
    });
    hear(root, OPEN, ({ id, play }) => {
      if (id !== this.view?.clip) this._open({ clip: id, play });
      else if (play) this.engine.play();
    });
    hear(root, CLIPS, (clips) => {
      this.titles = new Map(clips.map(({ id, title }) => [id, title]));
      if (!this.view) return;
      if (this.titles.has(this.view.clip)) this.parts.bar.setTitle(this.titles.get(this.view.clip));
      else this._close();
    });
    hear(root, VOTE, () => this._vote());
    hear(root, VOTING, (isVoting) => {
      this.isVoting = isVoting;
      if (isVoting) this.engine.pause();
      this._showWhatThereIs();
    });
  }
}
