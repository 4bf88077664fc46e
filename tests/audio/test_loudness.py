import numpy as np
import pytest

from audio.clip import AudioClip
from audio.loudness import (
    integrated_loudness_lufs,
    lowered_to_ceiling_db,
    matching_gains_db,
    measure_level,
    true_peak_dbtp,
)
from tests.support.signals import music_with_hiss, noise, sine, stereo


def levels_of(clips: dict) -> dict:
    return {name: measure_level(clip) for name, clip in clips.items()}


@pytest.mark.parametrize("rate", [16_000, 32_000])
def test_a_full_scale_1_khz_sine_has_minus_3_lufs(rate):
    # BS.1770-4 calibrates the meter so that 0 dBFS at 997 Hz in one channel reads -3.01.
    tone = sine(997, amplitude=1.0, sample_rate_hz=rate, duration_s=5.0)
    assert integrated_loudness_lufs(tone) == pytest.approx(-3.01, abs=0.1)


def test_two_channels_are_3_lu_louder_than_one():
    """BS.1770-4 sums the power of the channels: twice it is 3.01 dB."""
    tone = sine(997, duration_s=5.0)
    both = integrated_loudness_lufs(stereo(tone, tone))
    assert both - integrated_loudness_lufs(tone) == pytest.approx(3.01, abs=0.01)
    silent = tone.with_samples(0 * tone.samples)
    assert integrated_loudness_lufs(stereo(silent, tone)) == pytest.approx(both - 3.01, abs=0.01)


def test_the_peaks_are_those_of_the_louder_channel():
    level = measure_level(stereo(sine(997, amplitude=0.1), sine(997, amplitude=0.5)))
    assert level.peak_dbfs == pytest.approx(-6.02, abs=0.01)
    assert level.true_peak_dbtp == pytest.approx(-6.02, abs=0.1)


def test_silence_is_infinitely_quiet_and_too_short_is_refused():
    assert integrated_loudness_lufs(AudioClip(np.zeros(16_000), 16_000)) == -np.inf
    with pytest.raises(ValueError, match=r"at least 0\.4 s"):
        integrated_loudness_lufs(AudioClip(np.zeros(1_000), 16_000))


def test_the_true_peak_finds_what_lies_between_samples():
    # A quarter of the rate at 45 degrees: every sample is 0.707, the wave between them is 1.
    n = np.arange(16_000)
    clip = AudioClip(np.sin(np.pi / 2 * n + np.pi / 4), 16_000)
    assert 20 * np.log10(clip.peak) == pytest.approx(-3.01, abs=0.01)
    assert true_peak_dbtp(clip) == pytest.approx(0.0, abs=0.5)  # the filter rings at the ends


def test_matched_clips_are_equally_loud_and_do_not_clip():
    clips = {"tone": sine(1_000, amplitude=0.9), "noise": noise(rms=0.01), "mix": music_with_hiss()}
    gains = matching_gains_db(levels_of(clips))
    after = {
        k: clip.with_samples(clip.samples * 10 ** (gains[k] / 20)) for k, clip in clips.items()
    }
    levels = [integrated_loudness_lufs(clip) for clip in after.values()]
    assert max(levels) - min(levels) < 0.05
    assert levels[0] == pytest.approx(-23.0, abs=0.05)
    assert max(true_peak_dbtp(clip) for clip in after.values()) <= -1.0


def test_a_spiky_clip_lowers_all_alike():
    spiky = np.zeros(32_000)
    spiky[::4_000] = 0.9
    clips = {"spiky": AudioClip(spiky, 16_000), "noise": noise()}
    gains = matching_gains_db(levels_of(clips))
    after = {
        k: clip.with_samples(clip.samples * 10 ** (gains[k] / 20)) for k, clip in clips.items()
    }
    assert true_peak_dbtp(after["spiky"]) == pytest.approx(-1.0, abs=0.01)
    levels = [integrated_loudness_lufs(clip) for clip in after.values()]
    assert levels[0] == pytest.approx(levels[1], abs=0.05)
    assert levels[0] < -23.0


def test_a_clip_without_loudness_cannot_be_matched():
    silent = AudioClip(np.zeros(16_000), 16_000)
    with pytest.raises(ValueError, match="too quiet for loudness matching.*quiet one"):
        matching_gains_db(levels_of({"quiet one": silent, "tone": sine(1_000)}))


def test_a_level_holds_loudness_and_both_peaks():
    level = measure_level(sine(997, amplitude=0.5, duration_s=3.0))
    assert level.peak_dbfs == pytest.approx(-6.02, abs=0.01)
    assert level.true_peak_dbtp == pytest.approx(-6.02, abs=0.1)
    assert level.loudness_lufs == pytest.approx(-9.03, abs=0.1)  # 6.02 below full scale's -3.01
    assert measure_level(AudioClip(np.zeros(16_000), 16_000)).peak_dbfs == -np.inf


def test_gains_are_lowered_alike_and_only_where_something_would_clip():
    levels = levels_of({"loud": sine(1_000, amplitude=0.5), "quiet": sine(1_000, amplitude=0.1)})
    gains = {"loud": 10.0, "quiet": 3.0}
    lowered = lowered_to_ceiling_db(gains, levels, ceiling_dbtp=0.0)
    assert lowered["loud"] == pytest.approx(6.02, abs=0.1)
    assert lowered["quiet"] == pytest.approx(lowered["loud"] - 7.0)
    assert lowered_to_ceiling_db({"loud": 5.0, "quiet": 0.0}, levels, ceiling_dbtp=0.0) == {
        "loud": 5.0,
        "quiet": 0.0,
    }
