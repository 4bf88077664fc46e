/* The sounds of all versions of the open clip: those that come at once, and those of programs, which
   take their time and for which nothing else waits. */

import { Hearing, ORIGINAL } from "./hearing.js";
import { Sounds } from "./sounds.js";

export class AllSounds {
  /* shown : a Shown
     told : place(), versions(), first(), onSound, onRefused, onLost and onAll as of Sounds, of those
       that come at once; onSlowSound(name, channels, gains), onWorking(title of a program),
       onProblem(condition, sentence) */
  constructor(shown, told) {
    const isSlow = (name) => shown.isSlow(Hearing.versionOf(name));
    this.hasOriginal = false;
    this.quick = new Sounds({
      ...told,
      isMine: (name) => !isSlow(name),
      onSound: (name, ...sound) => {
        told.onSound(name, ...sound);
        if (name !== ORIGINAL || this.hasOriginal) return;
        this.hasOriginal = true; // everything else is heard beside it
        this.slow.ask();
      },
    });
    this.slow = new Sounds({
      ...told,
      isMine: isSlow,
      onAsk: (name) => told.onWorking(shown.titleOf(Hearing.versionOf(name))),
      onSound: told.onSlowSound,
      onRefused: (error, name) => told.onProblem(Hearing.versionOf(name), error.message),
      onLost: () => {},
      onAll: () => {},
    });
  }

  get isLost() {
    return this.quick.isLost;
  }

  ask() {
    this.quick.ask();
    if (this.hasOriginal) this.slow.ask();
  }

  stop() {
    this.quick.stop();
    this.slow.stop();
  }

  /* Ask once more for what was refused. */
  retry(name) {
    this.slow.retry(name);
  }
}
