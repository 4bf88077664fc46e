/* Scores of the current settings: asked for once nothing has moved for a moment, and again after a
   while if the server was lost. */

import { Refused, scoresOf } from "./api.js";

const AFTER_MS = 150; // without a move
const RETRY_MS = 2000;

export class Measuring {
  /* state() : what the scores are to be of
     told : onAnswer(answer, slug: what was moved, or null), onRefused(sentence), onLost() */
  constructor(state, told) {
    this.state = state;
    this.told = told;
    this.moved = null;
    this.timer = null;
  }

  /* slug : the restorer whose setting has moved, or null */
  soon(slug = null) {
    this.moved = slug ?? this.moved;
    this._again(AFTER_MS);
  }

  stop() {
    clearTimeout(this.timer);
  }

  _again(afterMs) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this._measure(), afterMs);
  }

  async _measure() {
    const state = this.state();
    if (!state.clip) return;
    const question = JSON.stringify(state);
    const isCurrent = () => question === JSON.stringify(this.state());
    try {
      const answer = await scoresOf(state);
      if (!isCurrent()) return;
      const { moved } = this;
      this.moved = null;
      this.told.onAnswer(answer, moved);
    } catch (error) {
      if (!isCurrent()) return;
      if (error instanceof Refused) {
        this.told.onRefused(error.message);
        return;
      }
      this.told.onLost();
      this._again(RETRY_MS);
    }
  }
}
