/* Fetches the sounds of versions, each at its newest setting: one request at a time, the version
   that is heard first. What has changed while a request was under way is asked for next, so an older
   setting never follows a newer one, and nothing queues up. */

import { Refused, soundOf } from "./api.js";

const RETRY_MS = 2000;

export class Sounds {
  /* told : place(), versions(): what is wanted, as api.soundOf takes it; isMine(name): whether it is
       fetched here; first(): the name that is heard; onSound(name, channels, gains), onRefused(error, name), onLost(true or false);
       onAll(whether all settings are accepted), once nothing is missing; onAsk(name), before each */
  constructor(told) {
    this.told = told;
    this.here = new Map(); // name -> the setting of the sound that came, or was refused
    this.refused = new Set(); // names whose setting the server does not take
    this.isBusy = false;
    this.isLost = false;
    this.isStopped = false;
  }

  stop() {
    this.isStopped = true;
  }

  async ask() {
    if (this.isBusy || this.isStopped) return;
    this.isBusy = true;
    try {
      for (let next = this._next(); next; next = this._next()) {
        await this._fetch(next);
        if (this.isStopped) return;
      }
      this.told.onAll(this.refused.size === 0);
    } finally {
      this.isBusy = false;
    }
  }

  _next() {
    const versions = this.told.versions();
    const missing = Object.keys(versions)
      .filter((name) => this.told.isMine(name))
      .filter((name) => this.here.get(name) !== JSON.stringify(versions[name]));
    const [original] = Object.keys(versions);
    const name = missing.find((one) => one === original)
      ?? missing.find((one) => one === this.told.first()) ?? missing[0];
    return name && { name, versions, setting: JSON.stringify(versions[name]) };
  }

  /* Ask again for a sound that was refused. */
  retry(name) {
    if (this.refused.delete(name)) this.here.delete(name);
  }

  async _fetch({ name, versions, setting }) {
    this.told.onAsk?.(name);
    try {
      const { channels, gains } = await soundOf(this.told.place(), versions, name);
      if (this.isStopped) return;
      this.here.set(name, setting);
      this.refused.delete(name);
      this._askAgain(gains);
      if (this.isLost) this._setLost(false);
      this.told.onSound(name, channels, gains);
    } catch (error) {
      if (this.isStopped) return;
      if (error instanceof Refused) {
        this.here.set(name, setting);
        this.refused.add(name);
        this.told.onRefused(error, name);
        return;
      }
      this._setLost(true);
      await new Promise((resolve) => { setTimeout(resolve, RETRY_MS); });
    }
  }

  /* A sound without a gain could not be matched to the others: the server has forgotten it. */
  _askAgain(gains) {
    for (const name of this.here.keys()) {
      if (!(name in gains) && !this.refused.has(name)) this.here.delete(name);
    }
  }

  _setLost(isLost) {
    this.isLost = isLost;
    this.told.onLost(isLost);
  }
}

/* original - restored, channel by channel. */
export function residualOf(original, restored) {
  return original.map((samples, c) => {
    const residual = new Float32Array(samples.length);
    for (let i = 0; i < samples.length; i++) residual[i] = samples[i] - restored[c][i];
    return residual;
  });
}
