/* Which of a clip's versions are on the page: those that are chosen are restored, drawn, scored and
   part of a blind test. */

import { ORIGINAL } from "./hearing.js";

export class Shown {
  /* kept : what `kept` gave in an earlier visit, or anything else */
  constructor(kept) {
    this.versions = []; // what the server says of the open clip's
    this.chosen = {}; // id -> true or false, where somebody has chosen
    for (const [id, is] of Object.entries(kept ?? {})) if (typeof is === "boolean") this.chosen[id] = is;
  }

  get kept() {
    return this.chosen;
  }

  /* versions : [{id, title, short, kind, is_shown_at_first}], the original first */
  use(versions) {
    this.versions = versions;
  }

  /* Those on the page, in their order. */
  get list() {
    return this.versions.filter(({ id }) => this.has(id));
  }

  /* Their ids, without the original's. */
  get ids() {
    return this.list.map(({ id }) => id).filter((id) => id !== ORIGINAL);
  }

  has(id) {
    const version = this.versions.find((one) => one.id === id);
    if (!version) return false;
    return id === ORIGINAL || (this.chosen[id] ?? version.is_shown_at_first);
  }

  set(id, isShown) {
    this.chosen[id] = isShown;
  }

  titleOf(id) {
    return this.versions.find((one) => one.id === id)?.short;
  }

  kindOf(id) {
    return this.versions.find((one) => one.id === id)?.kind;
  }

  /* Whether it is made by a program of its own, for which nothing else should wait. */
  isSlow(id) {
    return this.kindOf(id) === "command";
  }
}
