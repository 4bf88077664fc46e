import numpy as np
import pytest

from audio.clip import AudioClip
from restorers.noisereduce_band import USUAL_PADDING, NoisereduceBand
from tests.support.signals import band_energy, decibels, music_with_hiss, noise


def test_nothing_is_taken_when_nothing_is_to_be_decreased():
    """Except within the smoothing width of Nyquist, where the library's mask runs out."""
    clip = music_with_hiss()
    restored = NoisereduceBand(prop_decrease=0.0).restore(clip)
    change = band_energy(restored, 6_200, 7_300) / band_energy(clip, 6_200, 7_300)
    assert decibels(change) == pytest.approx(0.0, abs=0.1)


def test_steady_noise_falls_to_what_prop_decrease_leaves():
    clip = noise(duration_s=4.0)
    restored = NoisereduceBand(prop_decrease=0.7, n_std_thresh=4.0).restore(clip)
    change = band_energy(restored, 7_000, 7_900) / band_energy(clip, 7_000, 7_900)
    assert decibels(change) == pytest.approx(20 * np.log10(0.3), abs=0.5)


def test_a_loud_event_in_the_band_passes_while_the_noise_around_it_falls():
    rng = np.random.default_rng(5)
    samples = 0.002 * rng.standard_normal(64_000)
    burst = slice(30_000, 34_000)
    samples[burst] += 0.1 * rng.standard_normal(4_000)  # broadband, as a cymbal
    clip = AudioClip(samples, 16_000)
    restored = NoisereduceBand().restore(clip)

    def change_db(part):
        cut = [c.with_samples(c.samples[part]) for c in (restored, clip)]
        return decibels(band_energy(cut[0], 6_500, 7_300) / band_energy(cut[1], 6_500, 7_300))

    assert change_db(slice(31_000, 33_000)) > -0.5
    assert change_db(slice(5_000, 25_000)) < -6


def test_the_non_stationary_gate_works_too():
    clip = music_with_hiss()
    restored = NoisereduceBand(stationary=False).restore(clip)
    change = band_energy(restored, 6_500, 8_000) / band_energy(clip, 6_500, 8_000)
    assert decibels(change) < -1
    silent = AudioClip(np.zeros(16_000), 16_000)
    restored = NoisereduceBand(stationary=False).restore(silent)
    assert np.array_equal(restored.samples, silent.samples)


@pytest.mark.parametrize("n_fft", [512, 1024, 2048])
@pytest.mark.parametrize(("time_mask_smooth_ms", "rate_hz"), [(50, 16_000), (200, 32_000)])
@pytest.mark.parametrize("n_samples", [700, 33_333])
def test_fewer_zeros_around_the_sound_change_no_sample(
    n_fft, time_mask_smooth_ms, rate_hz, n_samples, monkeypatch
):
    samples = 0.1 * np.random.default_rng(1).standard_normal(n_samples)
    clip = AudioClip(samples * np.linspace(0, 1, n_samples) ** 4, rate_hz)
    gate = NoisereduceBand(n_fft=n_fft, time_mask_smooth_ms=time_mask_smooth_ms)
    assert gate._padding(rate_hz) < USUAL_PADDING / 2
    restored = gate.restore(clip)
    monkeypatch.setattr(NoisereduceBand, "_padding", lambda self, rate_hz: USUAL_PADDING)
    usual = gate.restore(clip)
    # Rounding of float32, where the library's own convolution by FFT leaves some.
    assert np.allclose(restored.samples, usual.samples, rtol=0, atol=1e-7)
