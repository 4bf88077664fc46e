import numpy as np

from restorers.low_pass import LowPass
from tests.support.signals import band_energy, decibels, noise, sine


def test_what_lies_above_the_slope_is_gone_and_what_lies_below_stays():
    """80 dB of the Kaiser design, up to 1 dB less at single frequencies."""
    for frequency_hz, gain_db in ((5_500, 0.0), (6_500, -79.0)):
        tone = sine(frequency_hz)
        restored = LowPass().restore(tone)
        inner = slice(1000, -1000)
        change = np.sum(restored.samples[:, inner] ** 2) / np.sum(tone.samples[:, inner] ** 2)
        if gain_db:
            assert decibels(change) < gain_db
        else:
            assert abs(decibels(change)) < 0.01


def test_the_reduction_is_a_share_of_the_band():
    """Half of the amplitude is 6.02 dB."""
    hiss = noise()
    half = LowPass(reduction=0.5).restore(hiss)
    change = band_energy(half, 6_500, 8_000) / band_energy(hiss, 6_500, 8_000)
    assert abs(decibels(change) + 6.02) < 0.01
    assert np.array_equal(LowPass(reduction=0.0).restore(hiss).samples, hiss.samples)
