/* The listeners' page: consent, volume, headphones, trials, thanks. The server says which. */

"use strict";

/* What this browser keeps of a study: a secret, and answers that are not sent yet. */
RestorationLab.Notebook = class {
  constructor(name) {
    this.name = name;
    this.facts = {};
    try {
      this.facts = JSON.parse(localStorage.getItem(name)) || {};
      localStorage.setItem(name, JSON.stringify(this.facts));
      this.isKept = true;
    } catch {
      this.isKept = false; // blocked by the browser; the page says so
    }
  }

  change(facts) {
    Object.assign(this.facts, facts);
    if (this.isKept) localStorage.setItem(this.name, JSON.stringify(this.facts));
  }

  clear() {
    this.facts = {};
    this.change({});
  }
};

RestorationLab.Listen = class {
  static LISTENER_KEY = "listening-test";

  constructor(root) {
    const { make, Notebook, Connection } = RestorationLab;
    this.address = location.pathname.replace(/\/+$/, "");
    this.listener = new Notebook(this.constructor.LISTENER_KEY);
    this.kept = new Notebook(`${this.constructor.LISTENER_KEY}:${this.address}`);
    const asked = new URLSearchParams(location.search).get("lang");
    const known = Object.keys(RestorationLab.WORDS);
    const spoken = [asked, this.kept.facts.language, ...navigator.languages];
    this.banner = make("div", { class: "listen-banner", role: "alert" });
    this.content = make("div", { class: "listen-content" });
    root.replaceChildren(this.banner, this.content);
    this.setLanguage(spoken.map((tag) => (tag || "").slice(0, 2)).find((tag) => known.includes(tag))
      || "en");
    this.connection = new Connection({
      root: `${this.address}/api`,
      token: () => this.kept.facts.token || "",
      onLost: (seconds, tryNow) => this.showLost(seconds, tryNow),
      onTrying: () => this.banner.replaceChildren(make("p", { text: this.words.retrying })),
      onFound: () => this.banner.replaceChildren(),
    });
    this.trial = null;
    RestorationLab.listenToKeys(root, RestorationLab.keysFor(
      () => this.trial?.engine, (index) => this.trial?.chooseAt(index)));
    RestorationLab.animate(root, () => this.trial?.tick(), () => this.trial?.close());
    this.start();
  }

  setLanguage(language) {
    this.language = language;
    this.words = { ...RestorationLab.WORDS[language], ...RestorationLab.LISTEN_WORDS[language] };
    document.documentElement.lang = language;
  }

  async start() {
    this.say(this.words.loading);
    if (this.kept.facts.entered) {
      try {
        return this.show(await this.connection.ask("state", {}));
      } catch (error) {
        if (error.status !== 403) return this.sayFailed(error);
        this.kept.clear(); // the server does not know the session any more
      }
    }
    try {
      this.showConsent(await this.connection.ask("about"));
    } catch (error) {
      if (error.status === 404) this.say(this.words.noStudy);
      else this.sayFailed(error);
    }
  }

  /* Ask for a step and show what comes. `onRefusal` may mend what the server did not like. */
  async go(route, body, onRefusal = (error) => this.sayFailed(error)) {
    try {
      this.show(await this.connection.ask(route, body));
    } catch (error) {
      onRefusal(error);
    }
  }

  show(state) {
    this.trial?.close();
    this.trial = null;
    this.setLanguage(state.language);
    document.title = state.name;
    this.isPreview = state.is_preview;
    ({
      volume: () => this.showVolume(state),
      headphones: () => this.showHeadphones(state),
      refused: () => this.page(this.words.refusedHeading, this.text(this.words.refused)),
      trial: () => this.showTrial(state),
      done: () => this.showDone(state),
    })[state.step]();
  }

  /* A heading and what stands under it; the heading is read out, and the keyboard starts there. */
  page(heading, ...children) {
    const { make } = RestorationLab;
    const title = make("h1", { text: heading, tabindex: "-1" });
    const notes = this.isPreview ? [make("p", { class: "lab-notice", text: this.words.preview })] : [];
    this.content.replaceChildren(...notes, title, ...children);
    window.scrollTo(0, 0);
    title.focus({ preventScroll: true });
  }

  text(words) {
    return RestorationLab.make("p", { class: "listen-text", text: words });
  }

  button(text, onclick) {
    return RestorationLab.make("button", { type: "button", class: "lab-submit", text, onclick });
  }

  say(text) {
    this.content.replaceChildren(this.text(text));
  }

  sayFailed(error) {
    const { words } = this;
    this.say(error.status === 403 ? words.unknownSession : words.failed(error.message));
  }

  showLost(seconds, tryNow) {
    const { make } = RestorationLab;
    const retry = make("button", { type: "button", text: this.words.tryNow, onclick: tryNow });
    this.banner.replaceChildren(make("p", { text: this.words.lost(seconds) }), retry,
      ...(this.trial?.form.disabled ? [this.downloadLink()] : []));
  }

  downloadLink() {
    const data = JSON.stringify({ page: this.address, session: this.kept.facts.token.split(".")[0],
      ...this.trial.answers() }, null, 2);
    const file = new Blob([data], { type: "application/json" });
    return RestorationLab.make("a", { class: "lab-download", text: this.words.download,
      download: `answers-${this.trial.trial.id}.json`, href: URL.createObjectURL(file) });
  }

  showConsent(about) {
    const { make } = RestorationLab;
    const { words } = this;
    document.title = about.name;
    this.isPreview = about.is_preview;
    if (!about.is_open) return this.page(about.name, this.text(words.notOpen));
    const languages = Object.keys(RestorationLab.WORDS).map((language) => make("button", {
      type: "button", lang: language, "aria-pressed": String(language === this.language),
      text: { en: "English", it: "Italiano" }[language],
      onclick: () => { this.setLanguage(language); this.showConsent(about); },
    }));
    const agree = this.button(words.agree, () => {
      agree.disabled = true;
      this.enter();
    });
    this.page(about.name,
      make("div", { class: "listen-languages", role: "group", "aria-label": words.language },
        ...languages),
      make("h2", { text: words.consentHeading }), this.text(about.consent[this.language]
        || words.consent),
      ...(this.kept.isKept ? [] : [this.text(words.noMemory)]), agree);
  }

  enter() {
    const { randomId } = RestorationLab;
    if (!this.listener.facts.id) this.listener.change({ id: randomId() });
    if (!this.kept.facts.token) {
      this.kept.change({ token: `${randomId().slice(0, 16)}.${randomId()}` });
    }
    this.kept.change({ language: this.language, entered: true });
    this.go("enter", { listener_id: this.listener.facts.id, language: this.language });
  }

  async showVolume(state) {
    const { make } = RestorationLab;
    const { words } = this;
    const sound = new Audio();
    sound.loop = true;
    sound.volume = this.kept.facts.volume ?? 1;
    const slider = make("input", { type: "range", class: "lab-volume", min: 0, max: 1, step: 0.01,
      value: sound.volume, oninput: () => {
        sound.volume = Number(slider.value);
        this.kept.change({ volume: sound.volume });
      } });
    const play = make("button", { type: "button", class: "lab-play", text: words.playNoise,
      onclick: () => (sound.paused ? this.play(sound) : sound.pause()) });
    play.disabled = true;
    const done = this.button(words.volumeDone, () => {
      done.disabled = true;
      sound.pause();
      this.go("volume", {});
    });
    done.disabled = true;
    const status = make("p", { class: "lab-status", role: "status", text: words.volumeTodo });
    sound.onplaying = () => {
      play.textContent = words.stopNoise;
      status.textContent = "";
      done.disabled = false;
    };
    sound.onpause = () => { play.textContent = words.playNoise; };
    this.page(words.instructionsHeading, this.text(state.instructions || words.instructions),
      make("h2", { text: words.volumeHeading }), this.text(words.volumeHint),
      make("div", { class: "lab-transport" }, play,
        make("label", { class: "lab-volume-label" }, `${words.volume} `, slider)),
      done, status);
    sound.src = await this.soundAddress(state.sounds[0]);
    play.disabled = false;
  }

  play(sound) {
    sound.play().catch((error) => {
      if (error.name !== "AbortError") this.sayFailed(error); // else paused before it began
    });
  }

  /* The address of a sound within this page. */
  async soundAddress(url) {
    const bytes = await this.connection.fetchSound(url);
    return URL.createObjectURL(new Blob([bytes], { type: "audio/wav" }));
  }

  showHeadphones(state) {
    const { make, choice } = RestorationLab;
    const { words } = this;
    const chosen = this.kept.facts.tones || []; // answers before a reload
    if (chosen.length === state.sounds.length) return this.go("headphones", { chosen });
    const sound = new Audio();
    sound.volume = this.kept.facts.volume ?? 1;
    let wasHeard = false, answer = null;
    const play = make("button", { type: "button", class: "lab-play", text: words.playTones,
      onclick: () => this.play(sound) });
    play.disabled = true;
    const next = this.button(words.next, () => {
      next.disabled = true;
      sound.pause();
      this.kept.change({ tones: [...chosen, answer] });
      this.showHeadphones(state);
    });
    const refresh = () => { next.disabled = !wasHeard || answer === null; };
    sound.onplay = () => { play.textContent = words.playing; };
    sound.onended = () => {
      wasHeard = true;
      play.textContent = words.playTones;
      refresh();
    };
    refresh();
    const answers = choice(words.headphones, words.tones.map((text, place) => [place, text]), null,
      (place) => { answer = place; refresh(); });
    this.page(words.headphonesHeading, this.progress(chosen.length + 1, state.sounds.length),
      this.text(words.headphonesWhy), make("div", { class: "lab-transport" }, play), answers, next);
    this.soundAddress(state.sounds[chosen.length]).then((address) => {
      sound.src = address;
      play.disabled = false;
    }, () => this.start()); // the addresses are old: another page of this session is open
  }

  progress(number, total) {
    const { make } = RestorationLab;
    return make("div", { class: "listen-progress" },
      make("p", { text: this.words.progress(number, total) }),
      make("progress", { max: total, value: number - 1, "aria-hidden": "true" }));
  }

  showTrial(state) {
    const { make, Trial } = RestorationLab;
    const { words } = this;
    const { draft } = this.kept.facts;
    this.trial = new Trial({
      trial: state.trial,
      words,
      submitText: words.next,
      onSubmit: (answers) => this.sendAnswers(answers),
      fetchSound: (url) => this.connection.fetchSound(url),
      volume: this.kept.facts.volume ?? 1,
      onVolume: (volume) => this.kept.change({ volume }),
      draft: draft && draft.trial === state.trial.id ? draft : null,
      onDraft: (given) => this.kept.change({ draft: given }),
    });
    const where = state.trial.is_training ? make("p", { class: "lab-notice", text: words.training })
      : this.progress(state.number, state.total);
    const box = make("div", { class: "lab-ballot" }, this.trial.element);
    this.page(words.trialHeading, where, box);
    const opened = this.trial;
    opened.ready.then(() => { box.dataset.ready = state.trial.id; }, (error) => {
      if (this.trial === opened) this.retryTrial(error);
    });
  }

  /* Sounds whose addresses are gone (another page of this session asked for them) have new ones. */
  retryTrial(error) {
    if (error.status === 404) this.start();
    else this.sayFailed(error);
  }

  sendAnswers(answers) {
    const { words } = this;
    const sent = this.trial;
    this.go("answer", answers, async (error) => {
      if (error.status === 503) {
        sent.failed(words.notSaved);
        return sent.status.append(" ", this.downloadLink());
      }
      if (error.status === 403) return sent.failed(words.unknownSession);
      sent.failed(`${words.refusedAnswer} ${error.message}`);
      const state = await this.connection.ask("state", {}).catch(() => null);
      if (state && state.trial?.id !== sent.trial.id) this.show(state); // answered on another page
    });
  }

  showDone(state) {
    const { make } = RestorationLab;
    const { words } = this;
    this.kept.change({ draft: null, tones: null });
    const heard = (state.heard || []).map((labels, index) => make("li", {
      text: Object.entries(labels).map(([label, title]) => `${label} = ${title}`).join(", ") }));
    this.page(words.doneHeading, this.text(words.done), this.text(words.receipt(state.receipt)),
      ...(heard.length ? [make("h2", { text: words.heardHeading }), make("ol", {}, ...heard)] : []),
      make("button", { type: "button", text: words.another, onclick: () => {
        if (!window.confirm(words.anotherSure)) return;
        this.kept.clear();
        this.listener.clear();
        this.start();
      } }));
  }
};

new RestorationLab.Listen(document.querySelector("main"));
