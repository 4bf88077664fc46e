"""The sample-synchronous engine, by recording what leaves it."""

import numpy as np
import pytest

RATE_HZ = 16_000
# Two versions of a clip as numbers, an engine playing them, and a recorder behind its output.
SETUP = """
async ({ versions, rate }) => {
  const buffer = (samples) => {
    const made = new AudioBuffer({ length: samples.length, numberOfChannels: 1, sampleRate: rate });
    made.copyToChannel(Float32Array.from(samples), 0);
    return made;
  };
  window.versions = versions.map(buffer);
  window.engine = new RestorationLab.SyncEngine(rate);
  window.versions.forEach((one, index) => engine.setBuffer(index, one));
  await engine.play();
  engine.pause();
  const source = `registerProcessor("recorder", class extends AudioWorkletProcessor {
    process([input]) { this.port.postMessage(input[0] ? input[0].slice() : null); return true; }
  });`;
  const module = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  await engine.context.audioWorklet.addModule(module);
  const recorder = new AudioWorkletNode(engine.context, "recorder");
  window.recorded = [];
  recorder.port.onmessage = ({ data }) => recorded.push(data || new Float32Array(128));
  engine.master.connect(recorder);
  recorder.connect(engine.context.destination);
  await engine.seek(0);
}
"""
STOP = """
async () => {
  await new Promise((done) => setTimeout(done, 200));
  engine.pause();
  await new Promise((done) => setTimeout(done, 200));
  return recorded.flatMap((block) => [...block]);
}
"""


def noise(seed: int, seconds: float = 1.3) -> np.ndarray:
    return 0.2 * np.random.default_rng(seed).standard_normal(round(RATE_HZ * seconds))


@pytest.fixture
def page(chromium, address):
    """A page with nothing but our script: no other work competes with the sound."""
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(f"{address}/media/nothing")
        page.add_script_tag(url=f"{address}/assets/lab.js")
        yield page


@pytest.fixture
def record(page):
    """Plays versions while a script acts on the engine; returns what came out."""

    def run(versions, script: str) -> np.ndarray:
        versions = [version.astype(np.float32).tolist() for version in versions]
        page.evaluate(SETUP, {"versions": versions, "rate": RATE_HZ})
        page.evaluate(script)
        return np.array(page.evaluate(STOP), dtype=np.float32)

    return run


def lag_of(recorded: np.ndarray, version: np.ndarray) -> int:
    """Sample of the recording at which the version begins, from its first half second."""
    n = RATE_HZ // 2
    correlation = np.correlate(recorded, version[:n].astype(np.float32), mode="valid")
    return int(np.argmax(correlation > 0.9 * correlation.max()))  # the first lap of the loop


def looped(version: np.ndarray, length: int) -> np.ndarray:
    return np.resize(version, length).astype(np.float32)


def steady(recorded: np.ndarray, lag: int) -> slice:
    """Without the fade-in at the start and the fade-out at the end (12 ms each, and margins)."""
    sounding = np.flatnonzero(recorded)
    return slice(lag + 400, sounding[-1] - 1_200)


def residual_dbfs(recorded, version, lag: int, part: slice) -> float:
    """Largest difference between the recording and the looped version, at one constant lag."""
    residual = recorded[lag:] - looped(version, recorded.size - lag)
    worst = np.max(np.abs(residual[part.start - lag : part.stop - lag]))
    return float(20 * np.log10(worst + 1e-12))


SWITCH_OFTEN = """
async () => {
  await engine.play();
  for (let i = 1; i <= 60; i++) {
    await new Promise((done) => setTimeout(done, 10 + (i * 37) % 50)); // also within a fade
    engine.choose(i % 2);
  }
}
"""


def test_switching_between_identical_versions_cannot_be_heard(record):
    version = noise(1)
    recorded = record([version, version], SWITCH_OFTEN)
    lag = lag_of(recorded, version)
    part = steady(recorded, lag)
    assert part.stop - part.start > 1.5 * RATE_HZ  # also past the end: it loops on the sample
    assert residual_dbfs(recorded, version, lag, part) <= -96


def test_after_every_switch_the_other_version_sounds_at_the_same_place(record):
    versions = [noise(1), noise(2)]
    recorded = record(versions, SWITCH_OFTEN)
    lag = lag_of(recorded, versions[0])
    part = steady(recorded, lag)
    full = [looped(version, recorded.size - lag)[part.start - lag : part.stop - lag]
            for version in versions]  # fmt: skip
    heard = recorded[part]
    is_version = [np.abs(heard - one) < 1e-5 for one in full]
    counts = [int(np.sum(match)) for match in is_version]
    assert min(counts) > 0.2 * heard.size  # both were heard, each exactly where it belongs
    between = ~(is_version[0] | is_version[1])
    assert np.mean(between) < 0.5  # the rest are fades ...
    # ... in which the output is a mix of the two: gains g and 1 - g for one g from 0 to 1.
    difference = full[0][between] - full[1][between]
    usable = np.abs(difference) > 0.05
    gain = ((heard - full[1])[between] / difference)[usable]
    assert gain.min() > -0.01
    assert gain.max() < 1.01


def test_a_version_replaced_while_it_plays_goes_on_at_the_same_sample(record):
    version = noise(3)
    replace = """
    async () => {
      await engine.play();
      for (let i = 0; i < 12; i++) {
        await new Promise((done) => setTimeout(done, 110));
        engine.setBuffer(0, versions[1]);
      }
    }
    """
    recorded = record([version, version], replace)
    lag = lag_of(recorded, version)
    part = steady(recorded, lag)
    assert residual_dbfs(recorded, version, lag, part) <= -96


def test_without_loop_it_ends_and_can_be_started_again(page):
    version = noise(4, seconds=0.3).astype(np.float32).tolist()
    page.evaluate(SETUP, {"versions": [version], "rate": RATE_HZ})
    page.evaluate("async () => { engine.setLoop(false); await engine.play(); }")
    page.wait_for_function("() => !engine.playing")
    assert page.evaluate("engine.position") == pytest.approx(0.3, abs=1e-3)
    page.evaluate("() => engine.play()")
    page.wait_for_function("() => engine.playing && engine.position > 0.05")


def test_seeking_while_it_plays_goes_there(page):
    version = noise(5, seconds=3).astype(np.float32).tolist()
    page.evaluate(SETUP, {"versions": [version], "rate": RATE_HZ})
    page.evaluate("async () => { await engine.play(); await engine.seek(2); }")
    assert 2 <= page.evaluate("engine.position") < 2.2
    assert page.evaluate("engine.playing")
