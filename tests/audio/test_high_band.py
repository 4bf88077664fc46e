import numpy as np
import pytest

from audio.high_band import high_band
from tests.support.signals import band_energy, decibels, sine


def gain_db(frequency_hz):
    tone = sine(frequency_hz, duration_s=1.0)
    band = tone.with_samples(high_band(tone.samples, 16_000, cutoff_hz=6_000))
    low, high = frequency_hz - 20, frequency_hz + 20
    return decibels(band_energy(band, low, high) / band_energy(tone, low, high))


def butterworth_both_ways_db(frequency_hz):
    """A 6th-order Butterworth squared, with the bilinear transform's frequency warping."""
    warped = np.tan(np.pi * 6_000 / 16_000) / np.tan(np.pi * frequency_hz / 16_000)
    return -20 * np.log10(1 + warped**12)


@pytest.mark.parametrize("frequency_hz", [5_000, 5_500, 6_000, 6_500, 7_500])
def test_the_band_is_a_zero_phase_butterworth(frequency_hz):
    expected = butterworth_both_ways_db(frequency_hz)
    assert gain_db(frequency_hz) == pytest.approx(expected, abs=0.1)
