/* What the page says of itself: to the server with every question, to the browser for a reload. */

import { keepState } from "./kept-state.js";

export class PageState {
  /* kept : of an earlier visit; settings, shown, hearing, options : what the page consists of
     view() : what the server says of the open clip; engine(), volume() : the present ones */
  constructor(kept, parts) {
    this.kept = kept;
    this.parts = parts;
  }

  /* What is open. */
  get place() {
    const view = this.parts.view();
    return {
      clip: view?.clip ?? null,
      format: view?.format ?? this.kept.format ?? "report",
      part_s: view?.whole?.part_s ?? 0,
      ...(view ? { state: view.state } : {}),
    };
  }

  /* The same with all settings and versions. */
  get state() {
    const { settings, shown } = this.parts;
    return { ...this.place, settings: settings.all(), conditions: shown.ids };
  }

  /* The same without what a program has not restored by now. */
  get measurable() {
    const { hearing, shown } = this.parts;
    const ids = shown.ids.filter((id) => !shown.isSlow(id) || hearing.isHere(id));
    return { ...this.state, conditions: ids };
  }

  keep() {
    const { settings, shown, hearing, options } = this.parts;
    const engine = this.parts.engine();
    keepState({
      ...this.state,
      slots: settings.kept,
      chosen: shown.kept,
      version: hearing.version,
      isResidual: hearing.wantsResidual,
      region: engine.regionInSeconds,
      loop: engine.loop,
      view: options.kept,
      volume: this.parts.volume(),
    });
  }
}
