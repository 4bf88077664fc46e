"""One channel or two, at any rate: engine, meter and picture."""

import numpy as np
import pytest

from tests.support.browser import engine_sound
from tests.support.browser.engine_sound import dbfs, noise, recorded, rendered

RATES_HZ = [8_000, 11_025, 22_050, 44_100, 48_000, 88_200, 96_000]
FADE_S = 0.012
SWITCH = "(engine, samples, number) => engine.choose((number + 1) % 2)"
REPLACE = "(engine, samples, number) => engine.setTracks([[0, samples[1]]])"
# Far enough apart to hear each version alone: a switch fades for 12 ms.
TIMES = 0.2 + 0.05 * np.arange(20)


@pytest.fixture
def page(chromium, address):
    with engine_sound.engine_page(chromium, address) as page:
        yield page


def stereo(seed: int, rate_hz: int, seconds: float = 0.37) -> np.ndarray:
    return noise(seed, 2 * round(rate_hz * seconds)).reshape(2, -1)


def looped(version: np.ndarray, start: int, length: int) -> np.ndarray:
    """A version from one of its samples on, channel by channel."""
    return np.atleast_2d(version)[:, (start + np.arange(length)) % version.shape[-1]]


def start_of(sound: np.ndarray) -> int:
    """The sample at which it begins to be faded in; the first gain is 0."""
    return int(np.argmax(np.any(sound != 0, axis=0))) - 1


def residual_dbfs(sound: np.ndarray, version: np.ndarray, rate_hz: int) -> list[float]:
    """Largest difference of each channel from the looped version, once it is faded in."""
    start, faded_in = start_of(sound), round(FADE_S * rate_hz) + 1
    residual = sound[:, start:] - looped(version, 0, sound.shape[1] - start)
    return [dbfs(channel[faded_in:]) for channel in residual]


def lags_of(sound: np.ndarray, version: np.ndarray, start: int, block: int) -> list[int]:
    """By how many samples a version lies beside its place, for each block that is it alone.

    start : the place in the version of the first sample of `sound`
    """
    n_blocks = sound.shape[1] // block
    heard = sound[:, : n_blocks * block]
    lags = []
    for lag in range(-4, 5):
        difference = np.abs(heard - looped(version, start - lag, heard.shape[1]))
        is_alone = np.all(difference.reshape(2, n_blocks, block) < 1e-5, axis=(0, 2))
        lags += [lag] * np.count_nonzero(is_alone)
    return lags


def assert_both_in_place(sound, versions, start: int, rate_hz: float) -> None:
    block = round(0.005 * rate_hz)
    for version in versions:
        lags = lags_of(sound, version, start, block)
        assert set(lags) == {0}
        assert len(lags) > 40  # a fifth of a second alone, in ten turns


def test_switching_between_identical_stereo_versions_cannot_be_heard(page):
    version = stereo(1, 16_000)
    sound = rendered(page, [version, version], SWITCH, TIMES, rate_hz=16_000, seconds=1.3)
    assert max(residual_dbfs(sound, version, 16_000)) <= -96


def test_left_stays_left_and_right_stays_right(page):
    left, right = stereo(2, 16_000)
    sound = rendered(page, [np.stack([left, right])], rate_hz=16_000, seconds=1.0)
    for channel, own in zip(sound, (left, right), strict=True):
        assert max(residual_dbfs(channel[None], own, 16_000)) <= -96


def test_a_stereo_version_replaced_while_it_plays_goes_on_at_the_same_sample(page):
    version = stereo(3, 44_100)
    sound = rendered(page, [version, version], REPLACE, TIMES, rate_hz=44_100, seconds=1.3)
    assert max(residual_dbfs(sound, version, 44_100)) <= -96


def test_mono_reaches_both_ears(page):
    version = noise(4, 6_000)
    sound = rendered(page, [version, version], SWITCH, TIMES, rate_hz=16_000, seconds=1.3)
    assert np.array_equal(sound[0], sound[1])
    assert max(residual_dbfs(sound, version, 16_000)) <= -96


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_at_any_rate_both_versions_lie_at_the_same_place(page, rate_hz):
    versions = [stereo(5, rate_hz), stereo(6, rate_hz)]
    sound = rendered(page, versions, SWITCH, TIMES, rate_hz=rate_hz, seconds=1.3)
    start = start_of(sound)
    assert_both_in_place(sound[:, start:], versions, 0, rate_hz)


@pytest.mark.parametrize("rate_hz", [11_025, 96_000])
def test_so_they_do_in_real_time_whatever_the_sound_device(page, rate_hz):
    versions = [stereo(7, rate_hz), stereo(8, rate_hz)]
    recording = recorded(page, versions, SWITCH, [0.05] * 20, rate_hz=rate_hz)
    assert recording.context_rate_hz == rate_hz
    assert_both_in_place(recording.channels, versions, round(recording.start), rate_hz)


@pytest.mark.parametrize(("rate_hz", "context_rate_hz"), [(44_100, 48_000), (96_000, 44_100)])
def test_resampled_by_the_source_no_switch_and_no_replacement_is_heard(
    page, rate_hz, context_rate_hz
):
    """The context has a rate of its own. Expected is what comes out if nothing is done."""
    versions = [stereo(9, rate_hz)] * 2
    settings = {"rate_hz": rate_hz, "context_rate_hz": context_rate_hz, "seconds": 1.3}
    untouched = rendered(page, versions, **settings)
    assert dbfs(untouched) > -20
    for act in (SWITCH, REPLACE):
        assert dbfs(rendered(page, versions, act, TIMES, **settings) - untouched) <= -96


# Once, as a browser that cannot give a context the clip's rate.
REFUSE = """
(() => {
  const Real = AudioContext;
  window.AudioContext = class extends Real {
    constructor(options) {
      window.AudioContext = Real;
      if (options.sampleRate) throw new DOMException("Not this rate", "NotSupportedError");
      super(options);
    }
  };
})()
"""


def test_a_refused_rate_is_replaced_by_that_of_the_device(page):
    """Sine and cosine of one lap of the loop, so slow that no interpolation departs from them by
    more than -112 dB: 0.5 (2 pi / 1000)^2 / 8. A shift of 0.01 samples would give -90 dB."""
    rate_hz, lap, first = 8_000, 1_000, 500
    phase = 2 * np.pi * np.arange(2_500) / lap
    version = 0.5 * np.stack([np.sin(phase), np.cos(phase)]).astype(np.float32)
    act = """(engine, samples, number) => {
      if (number % 3 === 2) engine.setTracks([[0, samples[0]]]);
      else engine.choose(1 - engine.chosen);
    }"""
    page.evaluate(REFUSE)
    loop = f"(engine) => engine.setRegion({first / rate_hz}, {(first + lap) / rate_hz})"
    recording = recorded(page, [version] * 2, act, [0.07] * 20, rate_hz=rate_hz, before=loop)
    assert recording.context_rate_hz != rate_hz
    n_samples = recording.channels.shape[1]
    at = recording.start + np.arange(n_samples) * rate_hz / recording.context_rate_hz
    assert at[-1] - at[0] > 10 * lap
    expected = 0.5 * np.stack([np.sin(2 * np.pi * at / lap), np.cos(2 * np.pi * at / lap)])
    assert dbfs(recording.channels - expected) <= -96


LEVELS = """
async (peaks) => {
  const engine = new SyncEngine(16000);
  const tone = (peak) => Float32Array.from({ length: 16000 }, (_, i) => peak * Math.sin(i / 8));
  engine.setTracks([["only", peaks.map(tone)]]);
  const silent = engine.levels();
  await engine.play();
  await new Promise((done) => setTimeout(done, 400));
  const heard = engine.levels();
  engine.close();
  return [silent, heard];
}
"""


@pytest.mark.parametrize("peaks", [[0.5], [0.5, 0.1]])
def test_each_channel_has_its_own_level(page, peaks):
    silent, heard = page.evaluate(LEVELS, peaks)
    assert silent == [{"peak": 0, "rms": 0}] * len(peaks)
    # 1 %: a tone of 50 samples a period, looked at for some 40 periods.
    assert [level["peak"] for level in heard] == pytest.approx(peaks, rel=0.01)
    assert [level["rms"] for level in heard] == pytest.approx(
        np.divide(peaks, np.sqrt(2)), rel=0.01
    )


METER = """
async (all) => {
  const { Meter } = await import("/assets/shared/meter.js");
  const meter = new Meter((key) => key);
  return all.map((levels) => {
    meter.show(levels);
    return [meter.text.textContent, ...[...meter.element.querySelectorAll("[role=meter]")]
      .map((bar) => `${bar.ariaLabel} ${bar.ariaValueNow}`)];
  });
}
"""


def test_the_meter_has_a_bar_for_each_channel_and_tells_the_highest_peak(page):
    quiet, loud = {"peak": 0.1, "rms": 0.05}, {"peak": 0.5, "rms": 0.1}
    assert page.evaluate(METER, [[quiet], [quiet, loud], [loud, quiet], [quiet]]) == [
        ["−20.0 dBFS", "level -20.0"],
        ["−6.0 dBFS", "level_left -20.0", "level_right -6.0"],
        ["−6.0 dBFS", "level_left -6.0", "level_right -6.0"],  # peaks are held
        ["−20.0 dBFS", "level -20.0"],
    ]


WAVE = """
async (channels) => {
  const { Stage } = await import("/assets/shared/stage.js");
  const stage = new Stage({}, { say: (key) => key });
  stage.setWave(channels.map((one) => Float32Array.from(one)), 1);
  const { width, height } = stage.wave;
  const { data } = stage.wave.getContext("2d").getImageData(width / 2, 0, 1, height);
  return Array.from({ length: height }, (_, y) => data[4 * y + 3] > 0);
}
"""


def test_the_wave_has_a_lane_for_each_channel_the_left_one_on_top(page):
    """From zero to a peak in each column: the upper half of a lane, as high as the peak."""
    full, half = [0, 1] * 1_200, [0, 0.5] * 1_200
    assert np.flatnonzero(page.evaluate(WAVE, [full])).tolist() == list(range(40))
    drawn = np.flatnonzero(page.evaluate(WAVE, [full, half])).tolist()
    assert drawn == [*range(20), *range(50, 60)]
