/* One blind trial of any design: listen, answer, comment. Knows labels only. */

import { SyncEngine } from "./engine.js";
import { make, peakOf, randomId } from "./page.js";
import { Stage } from "./stage.js";
import { Transport } from "./transport.js";

export class Trial {
  /* trial : {id, design, question, asks_for_choice, rate, min_listening_s, max_comment,
       stimuli: [{label, url}]}
     say : speaks the catalogue's section `trial`
     submitText : on the button; onSubmit(answers) sends them
     fetchSound(url) : resolves to the bytes of a sound
     volume, onVolume : where the volume stands, and who is told when it is moved
     draft, onDraft : answers given before a reload, and who keeps them */
  constructor({ trial, say, submitText, onSubmit, fetchSound, volume = 1, onVolume = () => {},
    draft = null, onDraft = () => {} }) {
    Object.assign(this, { trial, say, onSubmit, onDraft });
    this.labels = trial.stimuli.map(({ label }) => label);
    const zeros = () => Object.fromEntries(this.labels.map((label) => [label, 0]));
    this.given = draft || {
      trial: trial.id,
      vote: randomId(), // one for all attempts to save this vote
      ratings: {}, preferred: null, comment: "", listened_s: zeros(), switches: zeros(),
    };
    this.engine = new SyncEngine(trial.rate);
    this.transport = new Transport(this.engine, { say, hasMeter: false, volume, onVolume });
    this.stage = new Stage({
      onSeek: (seconds) => this.engine.seek(seconds),
      onRegion: (start, end) => this.engine.setRegion(start, end),
    }, { say, hasPicture: false });
    this.stage.plot.setAttribute("title", say("wave"));
    this.wholeClip = make("button", { type: "button", class: "lab-small", text: say("whole_clip"),
      onclick: () => this.engine.setRegion() });
    this.rows = new Map(); // label -> {row, button, mark}
    this.status = make("p", { class: "lab-status", role: "status" });
    this.submit = make("button", {
      type: "button", class: "lab-submit", text: submitText, onclick: () => this._send(),
    });
    this.form = make("fieldset", { class: "lab-form", tabindex: -1 }, ...this._questions(),
      this._comment(), this.submit);
    this.element = make("div", { class: "lab-trial" }, this.transport.row, this.stage.element,
      make("p", { class: "lab-wave-tools" }, this.wholeClip), this.form, this.status,
      make("p", { class: "lab-hint lab-keys", text: say("keys", { count: this.labels.length }) }));
    this.isSaved = false;
    this.counted = null; // the audio clock, up to which listening has been counted
    this.keptAt = 0;
    this.engine.onChange = () => this._refresh();
    this.engine.onTrouble = (trouble) => this._tell(say(trouble), "lab-error");
    this._refresh();
    this.status.textContent = say("loading_sounds");
    this.ready = this._load(fetchSound);
  }

  choose(label) {
    if (label === undefined || label === this.engine.chosen) return;
    this._count();
    if (this.engine.tracks.has(label)) this.given.switches[label] += 1;
    this.engine.choose(label);
    this._refresh();
  }

  chooseAt(index) {
    this.choose(this.labels[index]);
  }

  /* On every frame of the page. */
  tick() {
    this._count();
    if (!this.engine.playing) return;
    this.transport.refresh();
    this.stage.setPosition(this.engine.position);
  }

  answers() {
    const round = (seconds) => Math.round(seconds * 10) / 10;
    return { ...this.given, listened_s: Object.fromEntries(
      Object.entries(this.given.listened_s).map(([label, s]) => [label, round(s)])) };
  }

  /* The server took the answers. */
  saved(text) {
    const hasLostFocus = document.activeElement === document.body;
    this.engine.pause();
    this.isSaved = true;
    this.form.disabled = false; // its versions can still be heard
    for (const answer of this.form.querySelectorAll("input, textarea, .lab-submit")) {
      answer.disabled = true;
    }
    this._tell(text, "lab-saved");
    if (hasLostFocus) this.form.focus({ preventScroll: true }); // a disabled button lets go of it
  }

  /* It did not: they can be sent again. */
  failed(text) {
    const hasLostFocus = document.activeElement === document.body; // a disabled button lets go of it
    this.form.disabled = false;
    this._refresh();
    this._tell(text, "lab-error");
    if (hasLostFocus) this.submit.focus();
  }

  close() {
    this.engine.close();
  }

  async _load(fetchSound) {
    const loaded = await Promise.all(this.trial.stimuli.map(
      async ({ label, url }) => [label, await this.engine.decode(await fetchSound(url))]));
    this.engine.setTracks(loaded);
    this.stage.setDuration(this.engine.duration);
    const mean = this._meanOf(loaded.map(([, channels]) => channels));
    this.stage.setWave(mean, 1 / (peakOf(mean) || 1)); // one picture for all: it tells nothing
    this.element.dataset.ready = this.trial.id;
    this._refresh();
  }

  /* The mean of several sounds, channel by channel. */
  _meanOf(sounds) {
    return sounds[0].map((_, c) => {
      const mean = new Float32Array(this.engine.length);
      for (const channels of sounds) channels[c].forEach((x, i) => { mean[i] += x / sounds.length; });
      return mean;
    });
  }

  _count() {
    const { engine } = this;
    const now = engine.context ? engine.context.currentTime : null;
    if (engine.playing && this.counted !== null && engine.chosen !== null) {
      const before = this._isHeard(engine.chosen);
      this.given.listened_s[engine.chosen] += Math.max(0, now - this.counted);
      if (this._isHeard(engine.chosen) !== before) this._refresh();
      if (performance.now() - this.keptAt > 1000) this._keep();
    }
    this.counted = engine.playing ? now : null;
  }

  _keep() {
    this.keptAt = performance.now();
    this.onDraft(this.given);
  }

  _isHeard(label) { // a tenth more than asked for: the server sees rounded times
    return this.given.listened_s[label] >= this.trial.min_listening_s
      + (this.trial.min_listening_s ? 0.1 : 0);
  }

  _answer(name, value) {
    this.given[name] = value;
    this._keep();
    this._refresh();
  }

  _questions() {
    const { trial, say } = this;
    const isRated = trial.design === "multi";
    const question = isRated ? say(`rate.${trial.question}`)
      : trial.design === "abx" ? say("which_is_x") : say(`choose.${trial.question}`);
    const table = make("div", { class: `lab-ratings lab-${trial.design}` },
      ...this.labels.map((label, index) => this._row(label, index, isRated)));
    return [make("legend", { class: "lab-question", text: question }),
      make("p", { class: "lab-hint", text: say("same_clip") }), table,
      ...(trial.asks_for_choice ? [this._choices(isRated, question)] : [])];
  }

  _row(label, index, isRated) {
    const { say, trial } = this;
    const mark = make("span", { class: "lab-heard", text: "✓", role: "img",
      "aria-label": say("heard") });
    const button = make("button", {
      type: "button", class: "lab-choose", "data-label": label,
      "aria-keyshortcuts": String(index + 1),
      onclick: () => { this.choose(label); this.engine.play(); },
    }, make("kbd", { text: String(index + 1), "aria-hidden": "true" }),
    make("span", { class: "lab-unseen", text: say("listen_to", { label }) }),
    make("span", { class: "lab-label", text: label, "aria-hidden": "true" }), mark);
    const row = make("div", { class: "lab-rating" }, button);
    if (isRated) row.append(...this._slider(label));
    if (isRated && trial.asks_for_choice) {
      row.append(this._radio(label, say("choose_this", { label }), "lab-prefer"));
    }
    this.rows.set(label, { row, button, mark });
    return row;
  }

  _slider(label) {
    const { say, given } = this;
    const [low, high] = say(`scales.${this.trial.question}`);
    const output = make("output");
    const slider = make("input", { type: "range", min: 0, max: 100, step: 1,
      value: given.ratings[label] ?? 50, "aria-label": say("rating_of", { label, low, high }) });
    const show = () => {
      const rating = given.ratings[label];
      const text = rating === undefined ? say("not_rated") : String(rating);
      slider.classList.toggle("lab-unrated", rating === undefined);
      slider.setAttribute("aria-valuetext", text);
      output.textContent = text;
    };
    const rate = () => {
      this._answer("ratings", Object.assign(given.ratings, { [label]: Number(slider.value) }));
      show();
    };
    slider.addEventListener("input", rate);
    slider.addEventListener("pointerup", rate); // a click on the middle changes nothing else
    show();
    return [make("span", { class: "lab-scale" }, make("span", { text: low }), slider,
      make("span", { text: high })), output];
  }

  /* The answers that belong to no row. */
  _choices(isRated, question) {
    const { say, trial } = this;
    const none = this._radio("none", say(`none.${trial.question}`), "lab-prefer lab-none");
    if (isRated) return none;
    const answers = trial.design === "abx"
      ? this.labels.filter((label) => label !== "X")
        .map((label) => this._radio(label, say("is_x", { label }), "lab-prefer"))
      : [...this.labels.map((label) => this._radio(label, label, "lab-prefer")), none];
    return make("div", { class: "lab-answers", role: "radiogroup", "aria-label": question },
      ...answers);
  }

  _radio(value, text, css) {
    const radio = make("input", { type: "radio", name: `preferred-${this.trial.id}`, value,
      onchange: () => this._answer("preferred", value) });
    radio.checked = this.given.preferred === value;
    return make("label", { class: css }, radio, ` ${text}`);
  }

  _comment() {
    const comment = make("textarea", {
      rows: 2, maxlength: this.trial.max_comment, "aria-label": this.say("comment"),
      placeholder: this.say("comment_hint"),
      oninput: () => { this.given.comment = comment.value; this._keep(); },
    });
    comment.value = this.given.comment;
    return comment;
  }

  _todo() {
    const { say, trial, given } = this;
    const tasks = [];
    const unheard = this.labels.filter((label) => !this._isHeard(label));
    if (unheard.length) tasks.push(say("todo_hear",
      { labels: unheard, seconds: trial.min_listening_s }));
    const isRated = trial.design === "multi";
    const unrated = this.labels.filter((label) => isRated && given.ratings[label] === undefined);
    if (unrated.length) tasks.push(say("todo_rate", { labels: unrated }));
    if (trial.asks_for_choice && given.preferred === null) {
      tasks.push(say(isRated ? "todo_choose" : "todo_answer"));
    }
    return tasks;
  }

  _refresh() {
    const { engine, say } = this;
    this.transport.refresh();
    this.stage.setPosition(engine.position);
    this.stage.setRegion(engine.region && engine.region.map((frame) => frame / engine.rate));
    this.stage.element.classList.toggle("lab-looping", engine.loop);
    this.wholeClip.disabled = !engine.region;
    for (const [label, { row, button, mark }] of this.rows) {
      const chosen = label === engine.chosen;
      row.classList.toggle("lab-chosen", chosen);
      button.setAttribute("aria-pressed", String(chosen));
      mark.hidden = !this.trial.min_listening_s || !this._isHeard(label);
    }
    if (this.form.disabled || this.isSaved) return;
    const tasks = this._todo();
    this.submit.disabled = tasks.length > 0;
    this._tell(tasks.length ? say("todo", { tasks: tasks.join("; ") }) : say("ready"));
  }

  _tell(text, css = "") {
    this.status.className = `lab-status ${css}`;
    if (this.status.textContent !== text) this.status.textContent = text;
  }

  _send() {
    this._count();
    this._keep();
    this.form.disabled = true;
    this._tell(this.say("saving"));
    this.onSubmit(this.answers());
  }
}
