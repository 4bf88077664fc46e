"""What of a residual is noise, and how near a restoration comes, without the clean clip."""

import numpy as np
import pytest

from audio.clip import AudioClip
from audio.stft import bin_frequencies_hz, stft
from audio.working import report_mix
from metrics.known_truth import KnownTruth
from metrics.residual_noise import NOISE_SHARE_LIMIT, NoiseMap, ResidualNoise
from restorers import RESTORERS
from tests.support.signals import noise, sine

CUTOFF_HZ = 6000.0
HISS = noise(rms=0.004, duration_s=4.0)
MUSIC = sine(6_500, amplitude=0.1, duration_s=4.0)


def mixed(*clips: AudioClip) -> AudioClip:
    return clips[0].with_samples(np.sum([clip.samples for clip in clips], axis=0))


def power(samples):
    [spectrum] = stft(samples)
    return np.abs(spectrum) ** 2


def map_of(clip: AudioClip) -> NoiseMap:
    return NoiseMap.of(
        power(clip.samples), bin_frequencies_hz(clip.sample_rate_hz), cutoff_hz=CUTOFF_HZ
    )


def judged(original: AudioClip, restored: AudioClip) -> ResidualNoise:
    removed = power(original.samples - restored.samples)
    return map_of(original).of_residual(power(restored.samples), removed)


def test_removed_hiss_is_noise_and_removed_music_is_not():
    original = mixed(HISS, MUSIC)
    little = HISS.with_samples(0.1 * HISS.samples)
    hiss_gone, music_gone = judged(original, mixed(MUSIC, little)), judged(original, HISS)
    assert hiss_gone.noise_share > 0.85
    assert hiss_gone.stays_noise
    assert hiss_gone.lsd_gain_db > 10
    assert hiss_gone.snr_gain_db > 5
    assert music_gone.noise_share < 0.05
    assert not music_gone.stays_noise
    assert music_gone.lsd_gain_db < 0
    assert music_gone.snr_gain_db < 0


def test_the_floor_is_the_power_of_the_hiss_in_a_cell():
    """White noise of standard deviation s: |X|^2 is n_fft * 0.375 * s^2 on average."""
    floor = map_of(mixed(HISS, MUSIC)).floor[4:-4]
    assert 10 * np.log10(floor / (2048 * 0.375 * 0.004**2)) == pytest.approx(-1, abs=2)


def test_hiss_that_follows_the_music_has_a_floor_that_does():
    loudness = np.where(np.arange(HISS.n_samples) < HISS.n_samples // 2, 1.0, 0.1)
    low = sine(500, amplitude=0.3, duration_s=4.0)
    clip = mixed(*(one.with_samples(one.samples * loudness) for one in (HISS, low)))
    floor = map_of(clip).floor
    assert 10 * np.log10(floor[30] / floor[-30]) == pytest.approx(20, abs=1.5)


def test_nothing_removed_is_neither_noise_nor_music():
    nothing = judged(mixed(HISS, MUSIC), mixed(HISS, MUSIC))
    assert nothing == ResidualNoise(None, 0.0, 0.0)
    assert nothing.stays_noise


def test_silence_has_no_hiss():
    silence = AudioClip(np.zeros((1, 20_000)), 16_000)
    found = judged(silence, silence)
    assert (found.noise_share, found.snr_gain_db) == (None, None)


@pytest.mark.parametrize("slug", ["noisereduce", "hbss", "mcra"])
def test_the_mix_of_a_32_khz_clip_is_judged_as_well(slug):
    """Its highest bins lie in the slope of the resampler's filter; they are no floor."""
    rng = np.random.default_rng(6)
    wide = AudioClip(0.004 * rng.standard_normal((1, 4 * 32_000)), 32_000)
    original = mixed(report_mix(wide), sine(440, duration_s=4.0))
    assert judged(original, RESTORERS[slug]().restore(original)).noise_share > NOISE_SHARE_LIMIT


def test_the_estimates_are_near_the_truth_for_steady_hiss():
    clean = mixed(
        sine(300, amplitude=0.2, duration_s=4.0), sine(6_500, amplitude=0.02, duration_s=4.0)
    )
    hissy = mixed(clean, HISS)
    truth = KnownTruth(clean, hissy, cutoff_hz=CUTOFF_HZ)
    for slug in ("noisereduce", "hbss"):
        restored = RESTORERS[slug]().restore(hissy)
        known, found = truth.of(restored), judged(hissy, restored)
        assert found.snr_gain_db == pytest.approx(known.snr_gain_db, abs=3)
        assert np.sign(found.lsd_gain_db) == np.sign(known.lsd_high_gain_db)


def test_the_share_does_not_depend_on_the_level():
    shares = []
    for gain in (0.05, 1.0):
        original, kept = (
            clip.with_samples(gain * clip.samples) for clip in (mixed(HISS, MUSIC), MUSIC)
        )
        shares.append(judged(original, kept).noise_share)
    assert shares[0] == pytest.approx(shares[1], abs=1e-4)
