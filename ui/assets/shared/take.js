/* All versions, started once: channel k of one source is version k. */
export class Take {
  constructor(engine, startFrame, offset) {
    const { context, buffer, tracks, rate, loop, length } = engine;
    this.startFrame = startFrame;
    this.offset = offset;
    this.length = length;
    this.loop = loop ? engine._span : null;
    this.ids = [...tracks.keys()];
    this.gates = new Map();
    const seconds = this.constructor.seconds;
    this.source = new AudioBufferSourceNode(context, { buffer, loop });
    if (loop) [this.source.loopStart, this.source.loopEnd] = this.loop.map((f) => seconds(f, rate));
    this.splitter = new ChannelSplitterNode(context, { numberOfOutputs: this.ids.length });
    this.source.connect(this.splitter);
    this.source.start(seconds(startFrame, rate), seconds(offset, rate));
  }

  /* The time that, times the rate, is exactly `frame`: else a source would interpolate. */
  static seconds(frame, rate) {
    const time = frame / rate;
    return [time, time * (1 - Number.EPSILON), time * (1 + Number.EPSILON)]
      .find((t) => t * rate === frame) ?? time;
  }

  /* The clip's sample that sounds at a sample of the context. */
  positionAt(frame) {
    const at = Math.max(0, frame - this.startFrame) + this.offset;
    if (!this.loop) return Math.min(at, this.length);
    const [first, end] = this.loop;
    return at < end ? at : first + (at - first) % (end - first);
  }

  /* The gain between one version and one deck; closed until it is opened. */
  gate(id, deck) {
    if (!this.gates.has(deck)) this.gates.set(deck, new Map());
    const gates = this.gates.get(deck);
    if (!gates.has(id)) {
      const gate = new GainNode(deck.context, { gain: 0 });
      this.splitter.connect(gate, this.ids.indexOf(id));
      gate.connect(deck);
      gates.set(id, gate);
    }
    return gates.get(id);
  }

  stop(time = 0) {
    this.source.onended = null;
    this.source.stop(time);
  }
}
