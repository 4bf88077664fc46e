import numpy as np
import pytest
from noisereduce import reduce_noise

from audio.clip import AudioClip
from audio.high_band import high_band
from restorers.noisereduce_band import HighBand, NoisereduceBand
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


def by_the_library(clip: AudioClip, gate: NoisereduceBand) -> np.ndarray:
    """What `reduce_noise` makes of a mono clip, all of it at once; shape (1, n_samples)."""
    [band] = high_band(clip.samples, clip.sample_rate_hz, cutoff_hz=gate.cutoff_hz)
    gated = reduce_noise(
        y=np.pad(band, (0, max(0, gate.n_fft - band.size))),  # it needs a whole frame
        sr=clip.sample_rate_hz,
        stationary=gate.stationary,
        prop_decrease=gate.prop_decrease,
        time_constant_s=gate.time_constant_s,
        freq_mask_smooth_hz=gate.freq_mask_smooth_hz,
        time_mask_smooth_ms=gate.time_mask_smooth_ms,
        n_std_thresh_stationary=gate.n_std_thresh,
        n_fft=gate.n_fft,
        chunk_size=None,
        padding=30_000,
    )[: band.size]
    assert np.any(gated != band)
    return clip.samples - band + gated


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
    assert np.array_equal(gate.restore(clip).samples, by_the_library(clip, gate))


@pytest.mark.parametrize("place", [0, 20_050, -1])
def test_a_click_sets_the_lowest_level_of_all_blocks(place, monkeypatch):
    """The library counts what lies 80 dB below the highest level of a bin as that, wherever in the
    sound this is: next to a click, this lifts faint noise above a threshold of no deviation."""
    samples = 1e-5 * np.random.default_rng(0).standard_normal(40_100)
    samples[place] = 0.9
    clip, gate = AudioClip(samples, 16_000), NoisereduceBand(n_std_thresh=0.0)
    monkeypatch.setattr("audio.blocks.BLOCK_SAMPLES", 2**13)
    assert np.array_equal(gate.restore(clip).samples, by_the_library(clip, gate))


@pytest.mark.parametrize(("rate_hz", "cutoff_hz"), [(96_000, 1_000.0), (8_000, 3_900.0)])
def test_a_part_of_the_band_is_that_of_the_whole(rate_hz, cutoff_hz):
    """To float32 rounding: the filter has forgotten what came before."""
    clip = music_with_hiss(sample_rate_hz=rate_hz, duration_s=1.0)
    whole = high_band(clip.samples, rate_hz, cutoff_hz=cutoff_hz)
    band = HighBand(clip, cutoff_hz)
    for start, stop in ((0, 100), (rate_hz // 2, rate_hz // 2 + 1), (rate_hz - 77, rate_hz)):
        assert np.allclose(band.read(start, stop), whole[:, start:stop], rtol=0, atol=1e-8)


def test_the_non_stationary_gate_stands_silence_longer_than_its_memory():
    samples = 0.1 * np.random.default_rng(1).standard_normal(20 * 16_000)
    samples[16_000:-16_000] = 0.0
    gate = NoisereduceBand(stationary=False, time_constant_s=0.1)
    restored = gate.restore(AudioClip(samples, 16_000))  # AudioClip itself refuses NaN
    assert not restored.samples[0, 10 * 16_000 : 11 * 16_000].any()
