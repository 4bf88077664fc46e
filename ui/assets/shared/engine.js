/* Plays several versions of one clip as if they were one, and lets the ear change between them.

   All versions are channels of one source (a "take"), so they cannot drift apart. Two decks are
   mixed with gains 1 - x and x, and a single control signal is x, so the two always add up to one.
   What is heard sits on one deck; every change (another version, another gain, a new take at
   another place) is put on the silent deck, and x moves over. The mixer is stereo; a mono clip
   sounds in both channels.

   Times are whole samples of the context, places are samples of the clip. A context has the clip's
   rate, so both are the same; where the browser refuses that rate, the source resamples all versions
   alike. */

import { Take } from "./take.js";

export class SyncEngine {
  static FADE_S = 0.012; // equal gain, not equal power: the versions are correlated
  // The audio thread is told of a change this long before it is to happen, and at least so many of
  // its blocks: it takes what is new at the beginning of one, or of the next.
  static LEAD_S = 0.02;
  static LEAD_BLOCKS = 3;
  static START_LEAD_S = 0.1; // a sound device that has just been opened asks for much at once
  static BLOCK_FRAMES = 128;
  static METER_S = 0.1; // the meter looks at this much of the sound
  static OUTPUTS = 2; // channels of the mixer
  static SHORTEST_LOOP_S = 0.05;
  static OPENS_WITHIN_S = 3; // a sound device; else it is taken for one that does not run

  constructor(rate) {
    this.rate = rate; // of the clip
    this.context = null; // made by the first play(): browsers want a click before that
    this.tracks = new Map(); // id -> {channels, gain}
    this.chosen = null;
    this.playing = false;
    this.starting = false;
    this.loop = true;
    this.region = null; // [first, end) in the clip's samples; null: all of it
    this.volume = 1;
    this.restFrame = 0; // the clip's sample at which it waits while it does not play
    this.take = null;
    this.buffer = null; // the channels of all tracks, one track after another; made when needed
    this.deck = 0; // the one that is heard
    this.openGate = [null, null]; // of each deck: what is let through to it
    this.fadesEnd = 0; // the context's sample at which the last fade ends: fades never overlap
    this.onChange = () => {};
    this.onTrouble = () => {}; // "sound_interrupted" or "sound_silent"
  }

  /* The channels of a sound file, each a Float32Array at the engine's rate. */
  async decode(bytes) {
    const decoder = new OfflineAudioContext(1, 1, this.rate);
    const sound = await decoder.decodeAudioData(bytes);
    return Array.from({ length: sound.numberOfChannels }, (_, c) => sound.getChannelData(c));
  }

  /* Add versions or replace them, also while they play: the new ones take over at the same sample.
     added : iterable of [id, channels]; all versions of a clip have as many channels, one or two
     gains : id -> linear gain; a version that is not among them keeps the one it has */
  setTracks(added, gains = new Map()) {
    for (const [id, channels] of added) {
      const gain = gains.get(id) ?? this.tracks.get(id)?.gain ?? 1;
      this.tracks.set(id, { channels, gain });
      if (this.chosen === null) this.chosen = id;
    }
    this.buffer = null;
    if (this.playing) this._restart((frame) => this.take.positionAt(frame));
    this.onChange();
  }

  /* Linear gain of a version, kept when its samples are replaced. */
  setGain(id, gain) {
    const track = this.tracks.get(id);
    if (!track || track.gain === gain) return;
    track.gain = gain;
    if (this.playing && id === this.chosen) this._fadeTo(this.take, this._nextFade());
  }

  choose(id) {
    if (!this.tracks.has(id) || id === this.chosen) return;
    this.chosen = id;
    if (this.playing) this._fadeTo(this.take, this._nextFade());
    this.onChange();
  }

  async play() {
    if (this.playing || this.starting || !this.tracks.size) return;
    const wasOpen = this.context?.state === "running";
    if (!this.context) this.attach(this._newContext());
    const { context } = this;
    this.starting = true;
    let isOpen = true;
    try {
      isOpen = wasOpen || await this._opened(context);
    } catch (error) {
      if (this.context === context) throw error; // else it was closed, which is no error
    } finally {
      if (this.context === context) this.starting = false;
    }
    if (this.context !== context) return;
    if (!isOpen) {
      this.onTrouble("sound_silent");
      return;
    }
    if (this.restFrame >= this.length) this.restFrame = 0;
    this.playing = true;
    if (!wasOpen) {
      const startLead = Math.ceil(this.constructor.START_LEAD_S * context.sampleRate);
      this.fadesEnd = Math.max(this.fadesEnd, this._now() + startLead);
    }
    this._restart(() => this._intoRegion(this.restFrame));
    this.onChange();
  }

  /* Whether the context's clock runs: without a sound device, or a click, it may stand still. */
  async _opened(context) {
    const start = context.currentTime;
    const wait = (seconds) => new Promise((done) => setTimeout(done, 1000 * seconds));
    const limit = wait(this.constructor.OPENS_WITHIN_S);
    await Promise.race([context.resume(), limit]);
    if (context instanceof OfflineAudioContext || context.state === "closed") return true;
    let isOver = false;
    limit.then(() => { isOver = true; });
    while (context.currentTime === start && !isOver && this.context === context) await wait(0.005);
    return context.currentTime > start;
  }

  pause() {
    if (!this.playing) return;
    this.restFrame = this.take.positionAt(this._now());
    this.playing = false;
    const frame = this._nextFade();
    this._fadeTo(null, frame);
    this._retire(this.take, frame);
    this.take = null;
    this.onChange();
  }

  toggle() {
    return this.playing ? this.pause() : this.play();
  }

  /* Going outside the loop ends looping; the region itself stays. */
  seek(seconds) {
    const frame = Math.min(Math.max(0, this._frames(seconds)), Math.max(0, this.length - 1));
    if (this.region && (frame < this.region[0] || frame >= this.region[1])) this.loop = false;
    this.restFrame = frame;
    if (this.playing) this._restart(() => frame);
    this.onChange();
  }

  /* Move by some seconds; within the loop, around its ends. */
  step(seconds) {
    const [first, end] = this._span;
    const at = this._frames(this.position + seconds);
    const inside = this.loop ? first + ((at - first) % (end - first) + end - first) % (end - first)
      : Math.min(Math.max(at, 0), this.length - 1);
    this.seek(inside / this.rate);
  }

  rewind() {
    this.seek(this._span[0] / this.rate);
  }

  setLoop(loop) {
    if (loop === this.loop) return;
    this.loop = loop;
    this._followLoop();
  }

  /* Loop from `start` to `end` seconds, or over the whole clip without them. */
  setRegion(start, end) {
    this.region = start === undefined ? null : [this._frames(start), this._frames(end)];
    this.loop = true;
    this._followLoop();
  }

  /* Move one end of the loop to where it plays: 0 its start, 1 its end. */
  setLoopEnd(which) {
    if (!this.length) return;
    const region = this.regionInSeconds ?? [0, this.duration];
    region[which] = this.position;
    if (region[1] - region[0] >= this.constructor.SHORTEST_LOOP_S) this.setRegion(...region);
  }

  setVolume(volume) {
    this.volume = volume;
    if (this.context) this.master.gain.setTargetAtTime(volume, this.context.currentTime, 0.01);
  }

  /* Peak and root-mean-square of each channel of what is heard just now, before the volume; full
     scale = 1. */
  levels() {
    if (!this.playing) return new Array(this.channelCount).fill({ peak: 0, rms: 0 });
    return this.analysers.slice(0, this.channelCount).map((analyser) => {
      analyser.getFloatTimeDomainData(this.meterSamples);
      let peak = 0, sum = 0;
      for (const sample of this.meterSamples) {
        peak = Math.max(peak, Math.abs(sample));
        sum += sample * sample;
      }
      return { peak, rms: Math.sqrt(sum / this.meterSamples.length) };
    });
  }

  close() {
    this.pause();
    this.starting = false;
    if (this.context) this.context.close();
    this.context = null;
  }

  get length() { // in the clip's samples
    let length = 0;
    for (const { channels } of this.tracks.values()) length = Math.max(length, channels[0].length);
    return length;
  }

  get channelCount() {
    const [first] = this.tracks.values();
    return first ? first.channels.length : 1;
  }

  get duration() {
    return this.length / this.rate;
  }

  get regionInSeconds() {
    return this.region && this.region.map((frame) => frame / this.rate);
  }

  get position() {
    return (this.playing ? this.take.positionAt(this._now()) : this.restFrame) / this.rate;
  }

  /* Build the mixer in a context; play() does it by itself. */
  attach(context) {
    this.context = context;
    const { FADE_S, LEAD_S, LEAD_BLOCKS, BLOCK_FRAMES } = this.constructor;
    context.onstatechange = () => this._onState();
    this.fadeFrames = Math.round(FADE_S * context.sampleRate);
    const leadS = Math.max(LEAD_S, context.baseLatency ?? 0); // a device may ask for several blocks
    this.leadFrames = Math.max(Math.ceil(leadS * context.sampleRate), LEAD_BLOCKS * BLOCK_FRAMES);
    this.master = this._mixingGain(this.volume);
    this.master.connect(context.destination);
    const meter = this._newMeter();
    const control = new ConstantSourceNode(context, { offset: 0 });
    const inverse = new GainNode(context, { gain: -1 });
    this.decks = [this._mixingGain(1), this._mixingGain(0)];
    control.connect(inverse).connect(this.decks[0].gain);
    control.connect(this.decks[1].gain);
    for (const deck of this.decks) {
      deck.connect(this.master);
      deck.connect(meter);
    }
    control.start();
    this.control = control.offset;
    this.deck = 0;
    this.openGate = [null, null];
    this.fadesEnd = 0;
  }

  /* On iOS a call, or the lock, takes the sound away; the next play() gets it back. */
  _onState() {
    if (this.context?.state !== "interrupted" || !this.playing) return;
    this.pause();
    this.onTrouble("sound_interrupted");
  }

  _newContext() {
    const latencyHint = "interactive";
    try {
      return new AudioContext({ sampleRate: this.rate, latencyHint });
    } catch {
      return new AudioContext({ latencyHint }); // at the rate of the sound device
    }
  }

  /* A gain that is always stereo: mono goes to both channels. */
  _mixingGain(gain) {
    const { OUTPUTS } = this.constructor;
    return new GainNode(this.context, { gain, channelCount: OUTPUTS, channelCountMode: "explicit" });
  }

  /* The meter's input, with an analyser behind each channel. */
  _newMeter() {
    const { context } = this;
    const { OUTPUTS, METER_S } = this.constructor;
    const fftSize = 2 ** Math.round(Math.log2(METER_S * context.sampleRate));
    const splitter = new ChannelSplitterNode(context, { numberOfOutputs: OUTPUTS });
    this.analysers = Array.from({ length: OUTPUTS }, () => new AnalyserNode(context, { fftSize }));
    this.analysers.forEach((analyser, channel) => splitter.connect(analyser, channel));
    this.meterSamples = new Float32Array(fftSize);
    return splitter;
  }

  get _span() { // what a loop goes around
    return this.region || [0, this.length];
  }

  _intoRegion(frame) {
    const [first, end] = this._span;
    return this.loop && (frame < first || frame >= end) ? first : frame;
  }

  _followLoop() {
    if (this.playing) this._restart((frame) => this._intoRegion(this.take.positionAt(frame)));
    else this.restFrame = this._intoRegion(this.restFrame);
    this.onChange();
  }

  _now() { // in the context's samples
    return Math.round(this.context.currentTime * this.context.sampleRate);
  }

  _frames(seconds) { // in the clip's samples
    return Math.round(seconds * this.rate);
  }

  /* The context's sample at which a fade decided now may begin. */
  _nextFade() {
    const { currentTime, sampleRate } = this.context;
    const frame = Math.max(Math.ceil(currentTime * sampleRate) + this.leadFrames, this.fadesEnd + 1);
    this.fadesEnd = frame + this.fadeFrames;
    return frame;
  }

  /* Play from a new take. `positionAt` gives the clip's sample for a sample of the context. */
  _restart(positionAt) {
    const before = this.take;
    const { BLOCK_FRAMES } = this.constructor;
    if (!this.buffer) this._combineTracks();
    let frame, take;
    for (let tries = 0; tries < 5; tries++) {
      if (take) this._retire(take, frame);
      frame = this._nextFade();
      take = new Take(this, frame, positionAt(frame));
      if (this._now() + BLOCK_FRAMES < frame) break; // else the page has stalled, and it starts late
    }
    this._fadeTo(take, frame);
    take.source.onended = () => { if (this.take === take) this._atEnd(); };
    this.take = take;
    if (before) this._retire(before, frame);
  }

  _combineTracks() {
    const { length, rate } = this;
    const all = [...this.tracks.values()].flatMap(({ channels }) => channels);
    this.buffer = new AudioBuffer({ length, sampleRate: rate, numberOfChannels: all.length });
    all.forEach((samples, k) => this.buffer.copyToChannel(samples, k));
  }

  /* Let what is chosen be heard from `take` (null: silence), fading from `frame` on. */
  _fadeTo(take, frame) {
    const { sampleRate } = this.context;
    const time = frame / sampleRate;
    const next = 1 - this.deck;
    if (this.openGate[next]) this.openGate[next].gain.setValueAtTime(0, time);
    this.openGate[next] = take && take.gate(this.chosen, this.decks[next]);
    if (take) this.openGate[next].gain.setValueAtTime(this.tracks.get(this.chosen).gain, time);
    // One call for the whole fade: were it late, it would begin late, and never in the middle.
    this.control.setValueCurveAtTime([1 - next, next], time, this.fadeFrames / sampleRate);
    this.deck = next;
  }

  _retire(take, frame) {
    take.source.onended = null;
    take.stop((frame + 2 * this.fadeFrames) / this.context.sampleRate);
  }

  _atEnd() {
    this.playing = false;
    this.restFrame = this.length;
    this.take = null;
    this.onChange();
  }
}
