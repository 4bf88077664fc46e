"""The sample-synchronous engine, by what leaves it."""

import numpy as np
import pytest

RATE_HZ = 16_000
# An engine whose sound is rendered offline: actions happen at exact times of the sound, and no
# load of the machine can move them. `act` gets the engine, the versions and the action's number.
RENDER = """
async ({ versions, rate, seconds, times, act }) => {
  const action = eval(act);
  const buffers = versions.map((samples) => {
    const buffer = new AudioBuffer({ length: samples.length, sampleRate: rate });
    buffer.copyToChannel(Float32Array.from(samples), 0);
    return buffer;
  });
  const offline = new OfflineAudioContext(1, seconds * rate, rate);
  const goOn = offline.resume.bind(offline);
  offline.resume = async () => {};
  const engine = new RestorationLab.SyncEngine(rate);
  engine.context = offline;
  engine.master = offline.createGain();
  engine.master.connect(offline.destination);
  buffers.forEach((buffer, index) => engine.setBuffer(index, buffer));
  await engine.play();
  times.forEach((time, number) => offline.suspend(time).then(() => {
    action(engine, buffers, number);
    goOn();
  }));
  const rendered = await offline.startRendering();
  return [...rendered.getChannelData(0)];
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
def render(page):
    """What an engine playing `versions` gives while `act` is done at each of `times`."""

    def run(versions, act: str, times, seconds: float = 3.0) -> np.ndarray:
        request = {
            "versions": [version.astype(np.float32).tolist() for version in versions],
            "rate": RATE_HZ,
            "seconds": seconds,
            "times": [round(time * RATE_HZ / 128) * 128 / RATE_HZ for time in times],
            "act": act,
        }
        return np.array(page.evaluate(RENDER, request), dtype=np.float32)

    return run


def lag_of(rendered: np.ndarray, version: np.ndarray) -> int:
    """Sample of the recording at which the version begins, from its first half second."""
    n = RATE_HZ // 2
    correlation = np.correlate(rendered, version[:n].astype(np.float32), mode="valid")
    return int(np.argmax(correlation > 0.9 * correlation.max()))  # the first lap of the loop


def looped(version: np.ndarray, length: int) -> np.ndarray:
    return np.resize(version, length).astype(np.float32)


def steady(rendered: np.ndarray, lag: int) -> slice:
    """From the end of the fade-in (12 ms) on."""
    return slice(lag + 200, rendered.size)


def residual_dbfs(rendered, version, lag: int, part: slice) -> float:
    """Largest difference between the recording and the looped version, at one constant lag."""
    residual = rendered[lag:] - looped(version, rendered.size - lag)
    worst = np.max(np.abs(residual[part.start - lag : part.stop - lag]))
    return float(20 * np.log10(worst + 1e-12))


# 200 switches, 8 to 24 ms apart: many of them within the fade before.
SWITCH = "(engine, buffers, number) => engine.choose((number + 1) % 2)"
SWITCH_TIMES = 0.3 + np.cumsum(np.random.default_rng(0).choice([0.008, 0.016, 0.024], 200))


def test_switching_between_identical_versions_cannot_be_heard(render):
    version = noise(1)
    rendered = render([version, version], SWITCH, SWITCH_TIMES, seconds=6.0)
    lag = lag_of(rendered, version)
    part = steady(rendered, lag)
    assert residual_dbfs(rendered, version, lag, part) <= -96


def test_after_every_switch_the_other_version_sounds_at_the_same_place(render):
    versions = [noise(1), noise(2)]
    rendered = render(versions, SWITCH, 0.3 + 0.1 * np.arange(25))
    lag = lag_of(rendered, versions[0])
    part = steady(rendered, lag)
    full = [looped(version, rendered.size - lag)[part.start - lag : part.stop - lag]
            for version in versions]  # fmt: skip
    heard = rendered[part]
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


def test_a_version_replaced_while_it_plays_goes_on_at_the_same_sample(render):
    version = noise(3)
    replace = "(engine, buffers, number) => engine.setBuffer(0, buffers[1])"
    rendered = render([version, version], replace, 0.3 + 0.11 * np.arange(12))
    lag = lag_of(rendered, version)
    assert residual_dbfs(rendered, version, lag, steady(rendered, lag)) <= -96


PLAY = """
async ({ samples, rate }) => {
  const buffer = new AudioBuffer({ length: samples.length, sampleRate: rate });
  buffer.copyToChannel(Float32Array.from(samples), 0);
  window.engine = new RestorationLab.SyncEngine(rate);
  engine.setBuffer("only", buffer);
}
"""


def test_without_loop_it_ends_and_can_be_started_again(page):
    samples = noise(4, seconds=0.3).astype(np.float32).tolist()
    page.evaluate(PLAY, {"samples": samples, "rate": RATE_HZ})
    page.evaluate("async () => { engine.setLoop(false); await engine.play(); }")
    page.wait_for_function("() => !engine.playing")
    assert page.evaluate("engine.position") == pytest.approx(0.3, abs=1e-3)
    page.evaluate("() => engine.play()")
    page.wait_for_function("() => engine.playing && engine.position > 0.05")


def test_seeking_while_it_plays_goes_there(page):
    samples = noise(5, seconds=3).astype(np.float32).tolist()
    page.evaluate(PLAY, {"samples": samples, "rate": RATE_HZ})
    page.evaluate("async () => { await engine.play(); await engine.seek(2); }")
    assert 2 <= page.evaluate("engine.position") < 2.2
    assert page.evaluate("engine.playing")
