/* All versions, started once, as channels of one source: those of version k begin at
   k * channelCount. */
export class Take {
  /* startFrame : the context's sample at which the clip's sample `place` is to sound. A source starts
       at a whole sample of the clip, so where the rates differ it starts a little before. */
  constructor(engine, startFrame, place) {
    const { context, buffer, tracks, rate, loop, length, channelCount } = engine;
    const seconds = this.constructor.seconds;
    this.speed = rate / context.sampleRate; // samples of the clip for each of the context
    this.offset = Math.floor(place);
    this.startFrame = startFrame - (place - this.offset) / this.speed;
    this.length = length;
    this.loop = loop ? engine._span : null;
    this.ids = [...tracks.keys()];
    this.channelCount = channelCount;
    this.gates = new Map();
    this.source = new AudioBufferSourceNode(context, { buffer, loop });
    if (loop) [this.source.loopStart, this.source.loopEnd] = this.loop.map((f) => seconds(f, rate));
    this.splitter = new ChannelSplitterNode(context, { numberOfOutputs: buffer.numberOfChannels });
    this.source.connect(this.splitter);
    this.source.start(seconds(this.startFrame, context.sampleRate), seconds(this.offset, rate));
  }

  /* The time that, times the rate, is exactly `frame`: else a source would interpolate. */
  static seconds(frame, rate) {
    const time = frame / rate;
    return [time, time * (1 - Number.EPSILON), time * (1 + Number.EPSILON)]
      .find((t) => t * rate === frame) ?? time;
  }

  /* The clip's sample that sounds at a sample of the context. */
  positionAt(frame) {
    const at = Math.max(0, frame - this.startFrame) * this.speed + this.offset;
    if (!this.loop) return Math.min(at, this.length);
    const [first, end] = this.loop;
    return at < end ? at : first + (at - first) % (end - first);
  }

  /* The gain between one version and one deck; closed until it is opened. */
  gate(id, deck) {
    if (!this.gates.has(deck)) this.gates.set(deck, new Map());
    const gates = this.gates.get(deck);
    if (!gates.has(id)) gates.set(id, this._newGate(id, deck));
    return gates.get(id);
  }

  _newGate(id, deck) {
    const { context } = deck;
    const { channelCount } = this;
    const first = this.ids.indexOf(id) * channelCount;
    const merger = new ChannelMergerNode(context, { numberOfInputs: channelCount });
    for (let c = 0; c < channelCount; c++) this.splitter.connect(merger, first + c, c);
    const gate = new GainNode(context, { gain: 0 });
    merger.connect(gate).connect(deck);
    return gate;
  }

  stop(time = 0) {
    this.source.onended = null;
    this.source.stop(time);
  }
}
