/* One blind trial of any design: listen, answer, comment. Knows labels only. */

"use strict";

RestorationLab.Trial = class {
  /* trial : {id, design, question, asks_for_choice, rate, min_listening_s, max_comment,
       stimuli: [{label, url}]}
     words : one language of RestorationLab.WORDS
     submitText : on the button; onSubmit(answers) sends them
     fetchSound(url) : resolves to the bytes of a sound
     volume, onVolume : where the volume stands, and who is told when it is moved
     draft, onDraft : answers given before a reload, and who keeps them */
  constructor({ trial, words, submitText, onSubmit, fetchSound, volume = 1, onVolume = () => {},
    draft = null, onDraft = () => {} }) {
    const { make, SyncEngine, Transport, Stage } = RestorationLab;
    Object.assign(this, { trial, words, onSubmit, onDraft });
    this.labels = trial.stimuli.map(({ label }) => label);
    const zeros = () => Object.fromEntries(this.labels.map((label) => [label, 0]));
    this.given = draft || {
      trial: trial.id,
      vote: RestorationLab.randomId(), // one for all attempts to save this vote
      ratings: {}, preferred: null, comment: "", listened_s: zeros(), switches: zeros(),
    };
    this.engine = new SyncEngine(trial.rate);
    this.transport = new Transport(this.engine, { words, hasMeter: false, volume, onVolume });
    this.stage = new Stage({
      onSeek: (seconds) => this.engine.seek(seconds),
      onRegion: (start, end) => this.engine.setRegion(start, end),
    }, { words, hasPicture: false });
    this.stage.plot.setAttribute("title", words.wave);
    this.wholeClip = make("button", { type: "button", class: "lab-small", text: words.wholeClip,
      onclick: () => this.engine.setRegion() });
    this.rows = new Map(); // label -> {row, button, mark}
    this.status = make("p", { class: "lab-status", role: "status", "aria-live": "polite" });
    this.submit = make("button", {
      type: "button", class: "lab-submit", text: submitText, onclick: () => this._send(),
    });
    this.form = make("fieldset", { class: "lab-form" }, ...this._questions(), this._comment(),
      this.submit);
    this.element = make("div", { class: "lab-trial" }, this.transport.row, this.stage.element,
      make("p", { class: "lab-wave-tools" }, this.wholeClip), this.form, this.status,
      make("p", { class: "lab-hint lab-keys", text: words.keys(this.labels.length) }));
    this.counted = null; // the audio clock, up to which listening has been counted
    this.keptAt = 0;
    this.engine.onChange = () => this._refresh();
    this._refresh();
    this.status.textContent = words.loadingSounds;
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
    this.engine.pause();
    this.form.disabled = true;
    this._say(text, "lab-saved");
  }

  /* It did not: they can be sent again. */
  failed(text) {
    this.form.disabled = false;
    this._refresh();
    this._say(text, "lab-error");
  }

  close() {
    this.engine.close();
  }

  async _load(fetchSound) {
    const loaded = await Promise.all(this.trial.stimuli.map(
      async ({ label, url }) => [label, await this.engine.decode(await fetchSound(url))]));
    this.engine.setTracks(loaded);
    this.stage.setDuration(this.engine.duration);
    const mean = new Float32Array(this.engine.length); // one picture for all: it tells nothing
    for (const [, samples] of loaded) samples.forEach((x, i) => { mean[i] += x / loaded.length; });
    this.stage.setWave(mean, 1 / (RestorationLab.peakOf(mean) || 1));
    this.element.dataset.ready = this.trial.id;
    this._refresh();
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
    const { make } = RestorationLab;
    const { trial, words } = this;
    const isRated = trial.design === "multi";
    const question = isRated ? words.rate[trial.question]
      : trial.design === "abx" ? words.whichIsX : words.choose[trial.question];
    const table = make("div", { class: `lab-ratings lab-${trial.design}` },
      ...this.labels.map((label, index) => this._row(label, index, isRated)));
    return [make("legend", { class: "lab-question", text: question }),
      make("p", { class: "lab-hint", text: words.sameClip }), table,
      ...(trial.asks_for_choice ? [this._choices(isRated)] : [])];
  }

  _row(label, index, isRated) {
    const { make } = RestorationLab;
    const { words, trial } = this;
    const mark = make("span", { class: "lab-heard", text: "✓", role: "img",
      "aria-label": words.heard });
    const button = make("button", {
      type: "button", class: "lab-choose", "data-label": label,
      "aria-keyshortcuts": String(index + 1), "aria-label": words.listenTo(label),
      onclick: () => { this.choose(label); this.engine.play(); },
    }, make("kbd", { text: String(index + 1) }), ` ${label} `, mark);
    const row = make("div", { class: "lab-rating" }, button);
    if (isRated) row.append(...this._slider(label));
    if (isRated && trial.asks_for_choice) {
      row.append(this._radio(label, words.chooseThis[trial.question], "lab-prefer"));
    }
    this.rows.set(label, { row, button, mark });
    return row;
  }

  _slider(label) {
    const { make } = RestorationLab;
    const { words, given } = this;
    const [low, high] = words.scales[this.trial.question];
    const output = make("output");
    const slider = make("input", { type: "range", min: 0, max: 100, step: 1,
      value: given.ratings[label] ?? 50, "aria-label": words.ratingOf(label, low, high) });
    const show = () => {
      const rating = given.ratings[label];
      const text = rating === undefined ? words.notRated : String(rating);
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
  _choices(isRated) {
    const { make } = RestorationLab;
    const { words, trial } = this;
    const none = this._radio("none", words.none[trial.question], "lab-prefer lab-none");
    if (isRated) return none;
    if (trial.design === "abx") {
      return make("div", { class: "lab-answers" }, ...this.labels.filter((label) => label !== "X")
        .map((label) => this._radio(label, words.isX(label), "lab-prefer")));
    }
    return make("div", { class: "lab-answers" },
      ...this.labels.map((label) => this._radio(label, label, "lab-prefer")), none);
  }

  _radio(value, text, css) {
    const { make } = RestorationLab;
    const radio = make("input", { type: "radio", name: `preferred-${this.trial.id}`, value,
      onchange: () => this._answer("preferred", value) });
    radio.checked = this.given.preferred === value;
    return make("label", { class: css }, radio, ` ${text}`);
  }

  _comment() {
    const comment = RestorationLab.make("textarea", {
      rows: 2, maxlength: this.trial.max_comment, "aria-label": this.words.comment,
      placeholder: this.words.commentHint,
      oninput: () => { this.given.comment = comment.value; this._keep(); },
    });
    comment.value = this.given.comment;
    return comment;
  }

  _todo() {
    const { words, trial, given } = this;
    const tasks = [];
    const unheard = this.labels.filter((label) => !this._isHeard(label));
    if (unheard.length) tasks.push(words.todoHear(unheard, trial.min_listening_s));
    const isRated = trial.design === "multi";
    const unrated = this.labels.filter((label) => isRated && given.ratings[label] === undefined);
    if (unrated.length) tasks.push(words.todoRate(unrated));
    if (trial.asks_for_choice && given.preferred === null) {
      tasks.push(isRated ? words.todoChoose : words.todoAnswer);
    }
    return tasks;
  }

  _refresh() {
    const { engine, words } = this;
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
    const tasks = this._todo();
    this.submit.disabled = tasks.length > 0;
    if (!this.form.disabled) this._say(tasks.length ? words.todo(tasks) : words.ready);
  }

  _say(text, css = "") {
    this.status.className = `lab-status ${css}`;
    if (this.status.textContent !== text) this.status.textContent = text;
  }

  _send() {
    this._count();
    this._keep();
    this.form.disabled = true;
    this._say(this.words.saving);
    this.onSubmit(this.answers());
  }
};
