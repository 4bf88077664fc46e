import numpy as np
import pytest
from scipy.signal import welch

from audio.loudness import LISTENING_TARGET_LUFS, integrated_loudness_lufs, true_peak_dbtp
from listening.volume import LOWEST_HZ, volume_noise


def test_it_is_as_loud_as_the_stimuli_and_does_not_clip():
    noise = volume_noise()
    assert integrated_loudness_lufs(noise) == pytest.approx(LISTENING_TARGET_LUFS, abs=0.01)
    assert true_peak_dbtp(noise) < -3


def test_it_is_pink():
    noise = volume_noise()
    frequencies_hz, power = welch(noise.samples[0], noise.sample_rate_hz, nperseg=4096)
    band = (frequencies_hz > 2 * LOWEST_HZ) & (frequencies_hz < 7000)
    octaves, level_db = np.log2(frequencies_hz[band]), 10 * np.log10(power[band])
    slope = np.polyfit(octaves, level_db, 1)[0]
    assert slope == pytest.approx(-3.01, abs=0.15)  # dB an octave; the noise's own ripple


def test_it_is_the_same_every_time():
    assert np.array_equal(volume_noise().samples, volume_noise().samples)
