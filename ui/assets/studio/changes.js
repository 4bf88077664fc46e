/* What follows when a setting moves: it is heard at once, scored once nothing moves, and kept. */

import { fitted, restOf } from "./fitting.js";

export class Changes {
  /* parts : {settings, hearing, display, page, measuring, scores}
     told : view() and turn() of the open clip, onMoved() when sounds are to be asked for,
       onRefresh(), onRested() */
  constructor(parts, told) {
    Object.assign(this, parts);
    this.told = told;
  }

  /* While a slider moves. The newest setting is heard first; scores follow once nothing moves. */
  moved(slug) {
    this.display.showControls();
    this.display.showScores();
    this.told.onMoved();
    this.scores.setStale("Updating …");
    this.measuring.soon(slug);
  }

  /* Once it rests. */
  settled() {
    this.display.showControls();
    this.display.showPictures();
    this.told.onRested();
  }

  /* change() : of the settings, all at once; slug : of which restorer, null for more than one */
  set(slug, change) {
    change();
    if (!this.told.view()) return;
    this.moved(slug);
    this.hearing.hear();
    this.told.onRefresh();
    this.settled();
  }

  switchSlot(slug, slot) {
    const { settings } = this;
    if (!this.told.view() || !settings.slugs.includes(slug) || !settings.hasSnapshot(slug)) return;
    const other = settings.active(slug) === "A" ? "B" : "A";
    this.set(slug, () => settings.choose(slug, slot ?? other));
  }

  /* goal : "log-mel" or "noise" */
  async fit(slug, goal) {
    const turn = this.told.turn();
    const { strength } = this.told.view().restorers[slug];
    const rest = restOf(this.settings.values(slug), strength);
    const value = await fitted(this.page.state, slug, goal, {
      value: () => JSON.stringify([this.told.turn(), this.settings.values(slug)]),
      show: (fit) => {
        if (turn !== this.told.turn()) return;
        this.scores.setFit(slug, fit, rest);
        this.display.showScores();
      },
    });
    if (value === null) return;
    this.set(slug, () => this.settings.set(slug, strength, value));
  }
}
