/* The blind vote of the Studio: one trial, whose answers leave by the component's event. */

import { keysFor, listenToKeys } from "../shared/keys.js";
import { animate, fetchBytes, make } from "../shared/page.js";
import { Trial } from "../shared/trial.js";
import { say } from "./texts.js";

export function mountBallot({ element, props, watch, trigger }) {
  const ballot = new Ballot(element.querySelector(".lab-ballot"), trigger);
  watch("value", () => ballot.show(props.value));
  ballot.show(props.value);
}

class Ballot {
  /* trigger(event, data) : asks the server */
  constructor(root, trigger) {
    this.root = root;
    this.trigger = trigger;
    this.shown = null; // the Trial on screen
    listenToKeys(root, keysFor(() => this.shown?.engine, (index) => this.shown?.chooseAt(index)));
    animate(root, () => this._tick(), () => this.shown?.close());
  }

  show(value) {
    if (!value || !value.trial) return this.root.replaceChildren();
    if (!this.shown || this.shown.trial.id !== value.trial.id) this._open(value);
    if (value.saved) this.shown.saved("Your vote is saved. The names are below.");
    else if (value.error) this.shown.failed(value.error);
    return undefined;
  }

  _open({ trial, headline }) {
    this.shown?.close();
    const opened = new Trial({
      trial,
      say,
      submitText: "Save my vote",
      onSubmit: (answers) => this.trigger("submit", answers),
      fetchSound: fetchBytes,
    });
    this.shown = opened;
    this.root.replaceChildren(make("p", { class: "lab-headline", text: headline }), opened.element);
    opened.ready.then(() => { this.root.dataset.ready = trial.id; }, (error) => {
      opened.status.textContent = `${error.message} Please start the vote again.`;
    });
  }

  _tick() {
    this.shown?.tick();
    if (!this.root.offsetParent) this.shown?.engine.pause(); // another tab of the page is in front
  }
}
