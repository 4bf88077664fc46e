import numpy as np
import pytest
from noisereduce import reduce_noise

from audio.clip import AudioClip
from audio.high_band import high_band
from restorers.noisereduce_band import NoisereduceBand
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
        cut = [c.with_samples(c.samples[:, part]) for c in (restored, clip)]
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
@pytest.mark.parametrize(("time_mask_smooth_ms", "rate_hz"), [(50, 16_000), (200, 44_100)])
@pytest.mark.parametrize("n_samples", [700, 33_333])
@pytest.mark.parametrize("stationary", [True, False])
def test_one_channel_is_gated_as_the_library_does_it(
    n_fft, time_mask_smooth_ms, rate_hz, n_samples, stationary
):
    """To the last bit: around the sound our stationary gate hears fewer zeros, which a convolution
    by FFT rounds otherwise, but in float64: nothing of it is left in float32."""
    samples = 0.1 * np.random.default_rng(1).standard_normal(n_samples)
    clip = AudioClip(samples * np.linspace(0, 1, n_samples) ** 4, rate_hz)
    gate = NoisereduceBand(
        n_fft=n_fft, stationary=stationary, time_mask_smooth_ms=time_mask_smooth_ms
    )
    [band] = high_band(clip.samples, rate_hz, cutoff_hz=gate.cutoff_hz)
    gated = reduce_noise(
        y=np.pad(band, (0, max(0, n_fft - n_samples))),  # the library needs a whole frame
        sr=rate_hz,
        stationary=stationary,
        prop_decrease=gate.prop_decrease,
        time_constant_s=gate.time_constant_s,
        freq_mask_smooth_hz=gate.freq_mask_smooth_hz,
        time_mask_smooth_ms=time_mask_smooth_ms,
        n_std_thresh_stationary=gate.n_std_thresh,
        n_fft=n_fft,
        chunk_size=None,
        padding=30_000,
    )[:n_samples]
    assert np.any(gated != band[:n_samples])
    assert np.array_equal(gate.restore(clip).samples[0], clip.samples[0] - band + gated)
