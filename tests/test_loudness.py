import numpy as np
import pytest

from audio.clip import AudioClip
from audio.loudness import (
    integrated_loudness_lufs,
    matching_gains_db,
    true_peak_dbtp,
)
from tests.signals import music_with_hiss, noise, sine


@pytest.mark.parametrize("rate", [16_000, 32_000])
def test_a_full_scale_1_khz_sine_has_minus_3_lufs(rate):
    # BS.1770-4 calibrates the meter so that 0 dBFS at 997 Hz in one channel reads -3.01.
    tone = sine(997, amplitude=1.0, sample_rate_hz=rate, duration_s=5.0)
    assert integrated_loudness_lufs(tone) == pytest.approx(-3.01, abs=0.1)


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
    gains = matching_gains_db(clips)
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
    gains = matching_gains_db(clips)
    after = {
        k: clip.with_samples(clip.samples * 10 ** (gains[k] / 20)) for k, clip in clips.items()
    }
    assert true_peak_dbtp(after["spiky"]) == pytest.approx(-1.0, abs=0.01)
    levels = [integrated_loudness_lufs(clip) for clip in after.values()]
    assert levels[0] == pytest.approx(levels[1], abs=0.05)
    assert levels[0] < -23.0


def test_a_clip_without_loudness_cannot_be_matched():
    silent = AudioClip(np.zeros(16_000), 16_000)
    with pytest.raises(ValueError, match="too quiet to match.*quiet one"):
        matching_gains_db({"quiet one": silent, "tone": sine(1_000)})
