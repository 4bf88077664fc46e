import numpy as np
import pytest

from audio.stft import N_FFT, bin_frequencies_hz, common_magnitude, common_power, stft
from tests.support.signals import noise, sine, stereo


def test_a_full_scale_sine_reads_a_quarter_of_the_frame_in_its_bin():
    tone = sine(1_000, amplitude=1.0)  # bin 128 of 2048 at 16 kHz
    [magnitude] = np.abs(stft(tone.samples))
    assert bin_frequencies_hz(16_000)[128] == 1_000
    assert magnitude[128, 20] == pytest.approx(N_FFT / 4, rel=1e-4)


def test_each_channel_has_the_spectrum_that_it_has_alone():
    left, right = noise(seed=1), noise(seed=2)
    together = stft(stereo(left, right).samples)
    assert np.array_equal(together, np.concatenate([stft(left.samples), stft(right.samples)]))


def test_frames_that_leave_gaps_are_refused():
    with pytest.raises(ValueError, match="hop_length must lie between 1 and half of n_fft"):
        stft(noise().samples, n_fft=1024, hop_length=1024)


def test_the_common_power_of_a_bin_is_the_mean_of_its_channels():
    """|3 + 4i|^2 = 25 and |1|^2 = 1 have the mean 13."""
    spectrum = np.array([[[3 + 4j]], [[1]]], dtype=np.complex64)
    assert common_power(spectrum) == pytest.approx(13)
    assert common_magnitude(spectrum) == pytest.approx(np.sqrt(13))


def test_channels_of_equal_magnitude_have_it_in_common_to_the_bit():
    """So that left = right is restored as mono is; silence has no common magnitude but 0."""
    [spectrum] = stft(noise().samples)
    spectrum[:, 5] = 0
    magnitude = np.abs(spectrum)
    for other in (spectrum, -spectrum, spectrum.conj()):
        together = common_magnitude(np.stack([spectrum, other]))
        assert together.dtype == np.float32
        assert np.array_equal(together, magnitude)
