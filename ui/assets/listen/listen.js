/* The listeners' page: it asks the server which step comes next, and shows it. */

import catalogue, { languages } from "../messages.js";
import { keysFor, listenToKeys } from "../shared/keys.js";
import { messagesIn, sentenceFor } from "../shared/messages.js";
import { animate, make } from "../shared/page.js";
import { Connection, UNEXPLAINED } from "./connection.js";
import { showConsent } from "./consent.js";
import { showDone } from "./done.js";
import { showOver } from "./ending.js";
import { showHeadphones } from "./headphones.js";
import { takeLink } from "./link.js";
import { Notebook } from "./notebook.js";
import { showQuestions } from "./questions.js";
import { answersLink, showTrial } from "./trial-step.js";
import { showVolume } from "./volume.js";

const LISTENER_KEY = "listening-test";
const STEPS = {
  questions: showQuestions,
  volume: showVolume,
  headphones: showHeadphones,
  trial: showTrial,
  done: showDone,
  screened_out: showOver,
  over_quota: showOver,
  declined: showOver,
};

/* What every step is given: the page's texts (`say`), its memory (`kept`), the server (`connection`,
   `go`), and ways to show something. */
export class Listen {
  constructor(root) {
    this.address = location.pathname.replace(/\/+$/, "");
    this.listener = new Notebook(LISTENER_KEY);
    this.kept = new Notebook(`${LISTENER_KEY}:${this.address}`);
    this.languages = languages;
    this.setLanguage(this._spokenLanguage());
    this._readLink();
    this.banner = make("div", { class: "listen-banner", role: "alert" });
    this.content = make("div", { class: "listen-content" });
    root.replaceChildren(this.banner, this.content);
    this.connection = new Connection({
      root: `${this.address}/api`,
      token: () => this.kept.facts.token || "",
      onWait: (reason, seconds, tryNow) => this._showWaiting(reason, seconds, tryNow),
      onTrying: () => this.banner.replaceChildren(make("p", { text: this.say("retrying") })),
      onFound: () => this.banner.replaceChildren(),
    });
    this.trial = null; // the Trial on screen
    listenToKeys(root, keysFor(() => this.trial?.engine, (index) => this.trial?.chooseAt(index)));
    animate(root, () => this.trial?.tick(), () => this.trial?.close());
    if (this.address.includes("/preview/")) this._tellWhenLeft();
  }

  setLanguage(language) {
    this.language = language;
    this.say = messagesIn(catalogue, language, "trial", "listen");
    document.documentElement.lang = language;
  }

  /* What the link says that was opened, now or before this page was reloaded. */
  _readLink() {
    const link = takeLink();
    const isOpened = Object.keys(link).length > 0;
    const [loaded] = performance.getEntriesByType("navigation");
    const before = loaded?.type === "reload" ? this.kept.facts.link : null;
    this.link = isOpened ? link : before || {};
    this.opened = isOpened ? link : {}; // to be compared with the session once
    this.kept.change({ link: this.link });
  }

  async start() {
    this.content.replaceChildren(this.text(this.say("loading")));
    try {
      await this._resume() || showConsent(this, await this.connection.ask("about"));
    } catch (error) {
      if (error.status !== 404) this.showFailed(error);
      else this.show(this.say("no_study_heading"), this.text(this.say("no_study")));
    }
  }

  /* Shows where this browser's session is; false where it has none that the server knows. */
  async _resume() {
    if (!this.kept.facts.entered) return false;
    try {
      this.showStep(await this.connection.ask("state", { link: this.opened }));
      this.opened = {}; // told once
      return true;
    } catch (error) {
      if (error.status !== 403) throw error;
      this.kept.clear();
      this.kept.change({ link: this.link });
      return false;
    }
  }

  /* Ask for a step and show what comes. `onRefusal` may mend what the server did not like. */
  async go(route, body, onRefusal = (error) => this.showFailed(error)) {
    try {
      this.showStep(await this.connection.ask(route, body));
    } catch (error) {
      onRefusal(error);
    }
  }

  showStep(state) {
    this.trial?.close();
    this.trial = null;
    this.setLanguage(state.language);
    document.title = state.name;
    this.isPreview = state.is_preview;
    this._keepSession(state.session);
    const isOver = "ending" in state;
    this.note = state.goes_on ? this.say(isOver ? "took_part" : "goes_on") : "";
    STEPS[state.step](this, state);
  }

  /* A participant who has begun in another browser goes on with the session that is there. */
  _keepSession(id) {
    const { token } = this.kept.facts;
    if (!id) this.kept.change({ entered: false }); // not let in
    if (!id || !token || token.startsWith(`${id}.`)) return;
    this.kept.change({ token: `${id}.${token.split(".")[1]}`, entered: true });
  }

  /* A heading and what stands under it; the heading is read out, and the keyboard starts there. */
  show(heading, ...children) {
    const title = make("h1", { text: heading, tabindex: "-1" });
    const notes = [this.isPreview && this.say("preview"), this.note].filter(Boolean);
    this.content.replaceChildren(
      ...notes.map((text) => make("p", { class: "lab-notice", text })), title, ...children);
    window.scrollTo(0, 0);
    title.focus({ preventScroll: true });
  }

  showFailed(error) {
    if (error.status === 403) {
      return this.show(this.say("unknown_session_heading"),
        this.text(this.say("unknown_session")));
    }
    return this.show(this.say("failed_heading"), this.text(this.explained(error)),
      this.button(this.say("try_again"), () => this.start()));
  }

  /* What a listener reads about an error. */
  explained(error) {
    if (error.name === "EncodingError") return this.say("cannot_decode");
    return error.code === UNEXPLAINED ? this.say(UNEXPLAINED, error.values)
      : sentenceFor(error, catalogue, this.language);
  }

  text(text) {
    return make("p", { class: "listen-text", text });
  }

  button(text, onclick) {
    return make("button", { type: "button", class: "lab-submit", text, onclick });
  }

  progress(number, total) {
    return make("div", { class: "listen-progress" },
      make("p", { text: this.say("progress", { number, total }) }),
      make("progress", { max: total, value: number - 1, "aria-hidden": "true" }));
  }

  /* Make a sound of this step ready to be played by a button. */
  async loadSound(sound, url, button) {
    try {
      const bytes = await this.connection.fetchSound(url);
      sound.src = URL.createObjectURL(new Blob([bytes], { type: "audio/wav" }));
      button.disabled = false;
    } catch (error) {
      if (button.isConnected) this.mendSound(error); // else the page shows another step by now
    }
  }

  /* A sound that has gone has a new address: another page of this session has asked for the step. */
  mendSound(error) {
    return error.status === 404 ? this.start() : this.showFailed(error);
  }

  play(sound) {
    sound.play().catch((error) => {
      if (error.name !== "AbortError") this.showFailed(error); // else paused before it began
    });
  }

  /* The language that was asked for, chosen before, or that the browser prefers. */
  _spokenLanguage() {
    const asked = new URLSearchParams(location.search).get("lang");
    const tags = [asked, this.kept.facts.language, ...navigator.languages];
    return tags.map((tag) => (tag || "").slice(0, 2))
      .find((tag) => Object.hasOwn(languages, tag)) || "en";
  }

  /* reason : a text of the catalogue */
  _showWaiting(reason, seconds, tryNow) {
    const retry = make("button", { type: "button", text: this.say("try_now"), onclick: tryNow });
    this.banner.replaceChildren(make("p", { text: this.say(reason, { seconds }) }), retry,
      ...(this.trial?.form.disabled ? [answersLink(this)] : []));
  }

  /* What was answered in a preview is forgotten when its page is left, not when it is reloaded. */
  _tellWhenLeft() {
    window.addEventListener("pagehide", () => navigator.sendBeacon(`${this.address}/api/leave`));
    window.addEventListener("pageshow", ({ persisted }) => { if (persisted) this.start(); });
  }
}
