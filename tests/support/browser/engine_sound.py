"""What the player's engine gives: rendered offline or recorded live, sample by sample."""

import base64
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

HELPERS = """
window.floats = (text) =>
  new Float32Array(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
window.asText = (samples) => new Promise((done) => {
  const reader = new FileReader();
  reader.onload = () => done(reader.result.split(",")[1]);
  reader.readAsDataURL(new Blob([samples]));
});
"""
# An engine whose sound is rendered offline: actions happen at exact times of the sound, and no
# load of the machine can move them. `act` gets the engine, the versions and the action's number.
RENDER = """
async ({ versions, rate, contextRate, outputs, seconds, times, act, before }) => {
  const [prepare, action] = [eval(before), eval(act)];
  const samples = versions.map((channels) => channels.map(floats));
  const offline = new OfflineAudioContext(outputs, Math.round(seconds * contextRate), contextRate);
  const goOn = offline.resume.bind(offline);
  offline.resume = async () => {};
  const engine = new SyncEngine(rate);
  engine.attach(offline);
  engine.setTracks(samples.map((one, index) => [index, one]));
  prepare(engine);
  await engine.play();
  const actions = times.map((time, number) =>
    offline.suspend(time).then(() => action(engine, samples, number)).finally(goOn));
  const rendered = await offline.startRendering();
  await Promise.all(actions);
  return Promise.all(Array.from({ length: outputs }, (_, c) => asText(rendered.getChannelData(c))));
}
"""
# The same in real time: what leaves the engine, once faded in, is recorded inside the audio thread.
# `gaps` are the seconds before each action.
RECORD = """
async ({ versions, rate, gaps, act, before }) => {
  const [prepare, action] = [eval(before), eval(act)];
  const samples = versions.map((channels) => channels.map(floats));
  const wait = (seconds) => new Promise((done) => setTimeout(done, 1000 * seconds));
  const code = `registerProcessor("recorder", class extends AudioWorkletProcessor {
    process([input]) {
      if (input[0]) this.port.postMessage([currentFrame, ...input.map((one) => one.slice())]);
      return true;
    }
  })`;
  const engine = new SyncEngine(rate);
  engine.setTracks(samples.map((one, index) => [index, one]));
  prepare(engine);
  await engine.play();
  const { context, take } = engine;
  const module = new Blob([code], { type: "text/javascript" });
  await context.audioWorklet.addModule(URL.createObjectURL(module));
  const recorder = new AudioWorkletNode(context, "recorder");
  const blocks = [];
  recorder.port.onmessage = ({ data }) => blocks.push(data);
  await wait(0.3); // until it is faded in
  engine.master.connect(recorder);
  for (const [number, gap] of gaps.entries()) {
    await wait(gap);
    action(engine, samples, number);
  }
  await wait(0.3);
  await context.suspend();
  engine.close();
  const channel = (c) => asText(new Blob(blocks.map((block) => block[1 + c])));
  return {
    contextRate: context.sampleRate,
    start: take.positionAt(blocks[0][0]),
    channels: await Promise.all([channel(0), channel(1)]),
  };
}
"""


@contextmanager
def engine_page(chromium, address: str):
    """A page with nothing but our script: no other work competes with the sound."""
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(f"{address}/media/nothing")
        page.evaluate("async () => Object.assign(window, await import('/assets/shared/engine.js'))")
        page.evaluate(HELPERS)
        yield page


def noise(seed: int, n_samples: int) -> np.ndarray:
    return (0.2 * np.random.default_rng(seed).standard_normal(n_samples)).astype(np.float32)


def as_text(version: np.ndarray) -> list[str]:
    """One text for each channel; a version of shape (n_samples,) is mono."""
    return [base64.b64encode(c.astype("<f4").tobytes()).decode() for c in np.atleast_2d(version)]


def channels_of(texts: list[str]) -> np.ndarray:
    return np.stack([np.frombuffer(base64.b64decode(text), dtype="<f4") for text in texts])


def rendered(
    page,
    versions,
    act: str = "() => {}",
    times=(),
    *,
    rate_hz: int,
    context_rate_hz: int | None = None,
    outputs: int = 2,
    seconds: float = 3.0,
    before: str = "() => {}",
) -> np.ndarray:
    """What an engine playing `versions` gives while `act` is done at each of `times`.

    context_rate_hz : of the context; the clip's rate if None
    returns : shape (outputs, n_samples)
    """
    context_rate_hz = context_rate_hz or rate_hz
    block_s = 128 / context_rate_hz
    request = {
        "versions": [as_text(version) for version in versions],
        "rate": rate_hz,
        "contextRate": context_rate_hz,
        "outputs": outputs,
        "seconds": seconds,
        "times": [round(time / block_s) * block_s for time in times],
        "act": act,
        "before": before,
    }
    return channels_of(page.evaluate(RENDER, request))


@dataclass(frozen=True)
class Recording:
    """What an engine gave in real time.

    channels : shape (2, n_samples)
    context_rate_hz : of the samples
    start : the place in the clip, in its samples, at which the engine said it was at the first one
    """

    channels: np.ndarray
    context_rate_hz: float
    start: float


def recorded(
    page, versions, act: str, gaps_s, *, rate_hz: int, before: str = "() => {}"
) -> Recording:
    """An engine playing `versions`, while `act` is done after each of the gaps."""
    request = {
        "versions": [as_text(version) for version in versions],
        "rate": rate_hz,
        "gaps": list(gaps_s),
        "act": act,
        "before": before,
    }
    answer = page.evaluate(RECORD, request)
    return Recording(channels_of(answer["channels"]), answer["contextRate"], answer["start"])


def dbfs(difference: np.ndarray) -> float:
    """Largest absolute sample."""
    return float(20 * np.log10(np.max(np.abs(difference)) + 1e-12))
