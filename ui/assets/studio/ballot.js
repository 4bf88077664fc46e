/* The blind vote of the Studio: one trial, whose answers leave by the component's event. */

import { keysFor, listenToKeys } from "../shared/keys.js";
import { animate, fetchBytes, make, visibilityOf } from "../shared/page.js";
import { Trial } from "../shared/trial.js";
import { VOTE, VOTING, tell } from "./signals.js";
import { say } from "./texts.js";

const TIMEOUT_MS = 15000;
const GONE_TIMEOUT_MS = 5000; // for a server that does not know the trial any more
const NOT_SAVED = {
  away: "the server cannot be reached. Your answers are still here: please try again in a moment.",
  silent: "the server did not answer. Your answers are still here: please try again in a moment.",
  gone: "the server does not know this trial any more; it has probably been started again. Your "
    + "answers are still here: note down what you need, then reload the page to vote again.",
};

export function mountBallot({ element, props, watch, trigger }) {
  const ballot = new Ballot(element.querySelector(".lab-ballot"), (answers) => {
    // An error that was told before would not be told again: equal values are no news to Gradio.
    if (props.value.error) props.value = { ...props.value, error: null };
    trigger("submit", answers);
  });
  watch("value", () => ballot.show(props.value));
  ballot.show(props.value);
}

class Ballot {
  /* send(answers) : to the server, which says by another value what became of them, or nothing */
  constructor(root, send) {
    this.root = root;
    this.send = send;
    this.shown = null; // the Trial on screen
    this.waiting = null; // the timer that runs while the server owes an answer
    listenToKeys(root, keysFor(() => this.shown?.engine, (index) => this.shown?.chooseAt(index)));
    this.isShown = visibilityOf(root);
    animate(root, () => this._tick(), () => this.shown?.close());
  }

  show(value) {
    if (!value || !value.trial) return this.root.replaceChildren();
    if (!this.shown || this.shown.trial.id !== value.trial.id) this._open(value);
    if (value.saved || value.error) clearTimeout(this.waiting);
    if (value.saved) {
      this.shown.saved("Your vote is saved. The names are below.");
      this.again.hidden = false;
      showReveal();
    } else if (value.error) this.shown.failed(value.error);
    return undefined;
  }

  _open({ trial, headline }) {
    this.shown?.close();
    clearTimeout(this.waiting);
    const opened = new Trial({
      trial,
      say,
      submitText: "Save my vote",
      onSubmit: (answers) => this._save(opened, answers),
      fetchSound: fetchBytes,
    });
    this.shown = opened;
    this.again = make("button", { type: "button", class: "lab-small",
      text: "Start another blind test", onclick: () => tell(VOTE) });
    this.again.hidden = true;
    const back = make("button", { type: "button", class: "lab-small", text: "Back to the workbench",
      onclick: () => this._leave() });
    const heading = make("h2", { class: "lab-headline", tabindex: -1, text: headline });
    this.root.replaceChildren(
      make("div", { class: "lab-bar" }, heading, this.again, back), opened.element);
    tell(VOTING, true);
    document.body.classList.add("lab-voting");
    heading.focus();
    opened.ready.then(() => { this.root.dataset.ready = trial.id; }, (error) => {
      opened.status.textContent = `${error.message} Please start the vote again.`;
    });
  }

  /* What was answered and not saved is gone: nobody sees the names without a vote. */
  _leave() {
    this.shown?.engine?.pause();
    document.body.classList.remove("lab-voting");
    tell(VOTING, false);
    document.getElementById("start-vote")?.focus();
  }

  /* The server is asked for a sound of the trial first: an event that does not reach it would make
     Gradio give up on the whole page, and an error there never reaches this component. */
  async _save(trial, answers) {
    const status = await statusOf(trial.trial.stimuli[0].url);
    if (this.shown !== trial) return;
    if (status === null) {
      this._fail("away");
      return;
    }
    const isGone = status === 404;
    this.waiting = setTimeout(() => this._fail(isGone ? "gone" : "silent"),
      isGone ? GONE_TIMEOUT_MS : TIMEOUT_MS);
    this.send(answers);
  }

  _fail(reason) {
    this.shown.failed(`Your vote was not saved: ${NOT_SAVED[reason]}`);
  }

  _tick() {
    this.shown?.tick();
    const engine = this.shown?.engine;
    if (engine?.playing && !this.isShown()) engine.pause(); // another tab of the page is in front
  }
}

/* The names, once Gradio has put them below. */
function showReveal() {
  const reveal = document.getElementById("reveal");
  const show = () => reveal.scrollIntoView({ block: "nearest" });
  if (reveal.querySelector("table")) {
    requestAnimationFrame(show);
    return;
  }
  const seen = new MutationObserver(() => { requestAnimationFrame(show); seen.disconnect(); });
  seen.observe(reveal, { childList: true, subtree: true });
}

/* What the server says of an address; null if it says nothing. */
async function statusOf(url) {
  try {
    const response = await fetch(url,
      { cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS) });
    response.body?.cancel();
    return response.status;
  } catch {
    return null;
  }
}
