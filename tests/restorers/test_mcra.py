import numpy as np
import pytest

from restorers.mcra import McraWiener, NoiseTracker, smooth_gain, wiener_gain
from tests.support.signals import music_with_hiss

REPORT = {"alpha_s": 0.8, "alpha_d": 0.95, "alpha_p": 0.2, "delta": 5.0}


def test_steady_power_is_its_own_noise():
    power = np.full((5, 40), 3.0)
    assert np.allclose(NoiseTracker(10, **REPORT).noise_power(power), 3.0)


def test_the_estimate_of_white_noise_is_near_its_power():
    rng = np.random.default_rng(4)
    power = rng.exponential(2.0, (64, 600))  # |X|^2 of white noise is exponential
    estimate = NoiseTracker(31, **REPORT).noise_power(power)[:, 300:]
    assert estimate.mean() == pytest.approx(2.0, rel=0.1)


def test_a_burst_above_the_minimum_is_not_taken_for_noise():
    power = np.full((3, 60), 1.0)
    power[:, 30:40] = 1000.0
    estimate = NoiseTracker(50, **REPORT).noise_power(power)
    # Only the first frame of the burst, and the decay of its smoothed power, may leak in.
    assert estimate[1, 40] < 20.0
    ungated = NoiseTracker(50, **{**REPORT, "delta": 1e9}).noise_power(power)
    assert ungated[1, 40] > 300.0


def test_a_new_level_becomes_noise_after_two_windows():
    power = np.concatenate([np.full((3, 40), 1.0), np.full((3, 160), 100.0)], axis=1)
    estimate = NoiseTracker(20, **REPORT).noise_power(power)
    assert estimate[1, 45] < 20
    assert estimate[1, -1] == pytest.approx(100, rel=0.05)


def test_one_step_worked_by_hand():
    """Two frames of one level, then a small rise; eqs. 3-12 with numbers."""
    power = np.array([[4.0, 4.0, 8.0, 8.0]])
    estimate = NoiseTracker(100, **REPORT).noise_power(power)
    # Frame 2: S = 0.8 * 4 + 0.2 * 8 = 4.8 < 5 * 4, so no signal: p = 0, rate = 0.95.
    # Noise before frame 3 = 0.95 * 4 + 0.05 * 8 = 4.2.
    assert estimate[0] == pytest.approx([4.0, 4.0, 4.0, 4.2])


def test_the_wiener_gain_worked_by_hand():
    power = np.array([[12.0, 1.2, 0.0, 0.0, 5.0]])
    noise = np.array([[1.0, 1.0, 1.0, 0.0, 0.0]])
    gain = wiener_gain(power, noise, over_estimation=1.2, g_floor=0.055)
    # gamma 12: 12 / 13.2; gamma 1.2: one half; gamma 0: the floor; no noise: all passes
    assert gain[0] == pytest.approx([12 / 13.2, 0.5, 0.055, 1.0, 1.0])


def test_the_gain_falls_and_rises_by_its_own_weights():
    gain = np.array([[0.5, 1.0]])
    smooth = smooth_gain(gain, np.ones(1), attack=0.9, release=0.75, max_change=np.array([1.0]))
    assert smooth[0, 0] == pytest.approx(0.9 * 1.0 + 0.1 * 0.5)
    assert smooth[0, 1] == pytest.approx(0.75 * 0.95 + 0.25 * 1.0)


def test_the_gain_never_changes_by_more_than_its_limit():
    rng = np.random.default_rng(6)
    gain = rng.uniform(0.055, 1.0, (2, 500))
    limits = np.array([0.10, 0.20])
    smooth = smooth_gain(gain, np.ones(2), attack=0.0, release=0.0, max_change=limits)
    ratio = smooth[:, 1:] / smooth[:, :-1]
    for row, limit in enumerate(limits):
        assert ratio[row].max() == pytest.approx(1 + limit)
        assert ratio[row].min() == pytest.approx(1 - limit)


def test_no_noise_and_full_floor_change_nothing():
    clip = music_with_hiss()
    for settings in ({"over_estimation": 0.0}, {"g_floor": 1.0}):
        restored = McraWiener(**settings).restore(clip)
        assert np.max(np.abs(restored.samples - clip.samples)) < 1e-6


def test_without_mix_only_the_high_band_changes():
    clip = music_with_hiss()
    change = McraWiener(full_band_mix=0.0).restore(clip).samples - clip.samples
    spectrum = np.abs(np.fft.rfft(change[0]))
    low = spectrum[: int(5_900 / 8_000 * spectrum.size)]
    assert np.sum(low**2) < 1e-4 * np.sum(spectrum**2)
