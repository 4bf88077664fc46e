/* Plays several versions of one clip as if they were one: all start on the same sample, and
   choosing another only moves gains. Times are counted in whole samples, so nothing drifts. */

"use strict";
window.RestorationLab = window.RestorationLab || {};

RestorationLab.SyncEngine = class {
  static FADE_S = 0.012; // equal gain, not equal power: the versions are correlated
  /* Whatever is to happen is told to the audio thread this long before. Told later, it could begin
     one gain's fade a block before the other's, which clicks. */
  static LEAD_S = 0.05;

  constructor(rate) {
    this.rate = rate;
    this.context = null; // made by the first play(): browsers want a click before that
    this.tracks = new Map(); // id -> {buffer, peak, source, gain, level}
    this.chosen = null;
    this.playing = false;
    this.starting = false;
    this.loop = true;
    this.volume = 1;
    this.fadeEnd = 0; // of the last fade, in the context's seconds: the next one waits for it
    this.startFrame = 0; // the context's sample at which the sources began ...
    this.startOffset = 0; // ... and the clip's sample they began with
    this.onChange = () => {};
  }

  async fetchBuffer(url) {
    const response = await fetch(url, { cache: "no-store" });
    if (!response.ok) throw new Error(`The sound could not be loaded (${response.status}).`);
    const decoder = new OfflineAudioContext(1, 1, this.rate);
    return decoder.decodeAudioData(await response.arrayBuffer());
  }

  /* Add a version, or replace it while it plays: the new one takes over at the same sample. */
  setBuffer(id, buffer) {
    const old = this.tracks.get(id);
    const track = { buffer, peak: this._peak(buffer), source: null, gain: null, level: 0 };
    this.tracks.set(id, track);
    if (this.chosen === null) this.chosen = id;
    if (this.playing) {
      const frame = this._nextFade();
      if (old) this._fadeOutAndStop(old, frame);
      this._start(id, track, frame, this._offsetAt(frame));
      this._applyMaster();
    }
  }

  choose(id) {
    if (!this.tracks.has(id) || id === this.chosen) return;
    this.chosen = id;
    if (this.playing) {
      const frame = this._nextFade();
      for (const [key, track] of this.tracks) this._fade(track, key === id ? 1 : 0, frame);
    }
    this.onChange();
  }

  async play() {
    if (this.playing || this.starting || !this.tracks.size) return;
    this.starting = true;
    if (!this.context) {
      this.context = new AudioContext({ sampleRate: this.rate, latencyHint: "interactive" });
      this.master = this.context.createGain();
      this.master.connect(this.context.destination);
    }
    try {
      await this.context.resume();
    } finally {
      this.starting = false;
    }
    if (this.startOffset >= this.length) this.startOffset = 0;
    this.startFrame = this._nextFade();
    this._applyMaster();
    for (const [id, track] of this.tracks) this._start(id, track, this.startFrame, this.startOffset);
    this.playing = true;
    this.onChange();
  }

  pause() {
    if (!this.playing) return;
    this.startOffset = this._offsetAt(this._now());
    const frame = this._nextFade();
    for (const track of this.tracks.values()) this._fadeOutAndStop(track, frame);
    this.playing = false;
    this.onChange();
  }

  toggle() {
    return this.playing ? this.pause() : this.play();
  }

  async seek(seconds) {
    const wasPlaying = this.playing;
    this.pause();
    this.startOffset = Math.min(Math.max(0, this._frames(seconds)), Math.max(0, this.length - 1));
    if (wasPlaying) await this.play();
    this.onChange();
  }

  setLoop(loop) {
    if (this.playing) { // count from here, so that the laps so far do not move the position
      const now = this._now();
      this.startOffset = this._offsetAt(now);
      this.startFrame = now;
    }
    this.loop = loop;
    for (const track of this.tracks.values()) if (track.source) track.source.loop = loop;
  }

  setVolume(volume) {
    this.volume = volume;
    if (this.context) this._applyMaster();
  }

  close() {
    this.pause();
    if (this.context) this.context.close();
    this.context = null;
  }

  get length() { // in samples
    let length = 0;
    for (const track of this.tracks.values()) length = Math.max(length, track.buffer.length);
    return length;
  }

  get duration() {
    return this.length / this.rate;
  }

  get position() {
    return (this.playing ? this._offsetAt(this._now()) : this.startOffset) / this.rate;
  }

  _now() {
    return Math.round(this.context.currentTime * this.rate);
  }

  _frames(seconds) {
    return Math.round(seconds * this.rate);
  }

  _offsetAt(frame) {
    const offset = Math.max(0, frame - this.startFrame) + this.startOffset;
    return this.loop && this.length ? offset % this.length : Math.min(offset, this.length);
  }

  /* The sample at which a fade decided now may begin; fades follow one another. */
  _nextFade() {
    const earliest = Math.max(this.context.currentTime + this.constructor.LEAD_S, this.fadeEnd);
    const frame = Math.ceil(earliest * this.rate);
    this.fadeEnd = frame / this.rate + this.constructor.FADE_S;
    return frame;
  }

  _start(id, track, frame, offset) {
    const begin = frame / this.rate;
    track.gain = this.context.createGain();
    track.gain.gain.setValueAtTime(0, 0);
    track.level = 0;
    this._fade(track, id === this.chosen ? 1 : 0, frame);
    track.gain.connect(this.master);
    track.source = this.context.createBufferSource();
    track.source.buffer = track.buffer;
    track.source.loop = this.loop;
    track.source.connect(track.gain);
    track.source.start(begin, offset / this.rate);
    const source = track.source;
    source.onended = () => {
      if (this.playing && track.source === source && this.tracks.get(id) === track) this._atEnd();
    };
  }

  _atEnd() {
    this.playing = false;
    this.startOffset = this.length;
    for (const track of this.tracks.values()) track.source = null;
    this.onChange();
  }

  _fadeOutAndStop(track, frame) {
    if (!track.source) return;
    this._fade(track, 0, frame);
    track.source.onended = null;
    track.source.stop(frame / this.rate + 2 * this.constructor.FADE_S);
    track.source = null;
  }

  _fade(track, level, frame) {
    if (level === track.level) return;
    const begin = frame / this.rate;
    track.gain.gain.setValueAtTime(track.level, begin);
    track.gain.gain.linearRampToValueAtTime(level, begin + this.constructor.FADE_S);
    track.level = level;
  }

  /* One gain for all versions: the volume, and room for the loudest peak of any of them. */
  _applyMaster() {
    let peak = 1;
    for (const track of this.tracks.values()) peak = Math.max(peak, track.peak);
    this.master.gain.setTargetAtTime(this.volume / peak, this.context.currentTime, 0.01);
  }

  _peak(buffer) {
    let peak = 0;
    for (const sample of buffer.getChannelData(0)) peak = Math.max(peak, Math.abs(sample));
    return peak;
  }
};
