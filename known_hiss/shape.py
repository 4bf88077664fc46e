"""The spectrum of the noise floor that MusicGen's clips have."""

import numpy as np

# Power density against that from 6 to 8 kHz, in dB: medians over the quietest fifth of five
# MusicGen clips (32 kHz) with a noise-like floor; between the clips it varies by 3 to 10 dB.
FREQUENCIES_HZ = np.array(
    [1_500, 2_250, 4_250, 5_250, 6_250, 7_250, 8_750, 10_250, 11_750, 12_750, 14_250, 14_750,
     15_250, 15_750, 16_250]
)  # fmt: skip
LEVELS_DB = np.array(
    [-60.0, 4.8, 4.9, 1.6, 0.6, -0.5, -2.3, -2.0, 0.0, 0.4, -1.7, -6.6, -16.3, -27.4, -60.0]
)


def shaped_like_musicgen(noise: np.ndarray, sample_rate_hz: int) -> np.ndarray:
    """White noise made as MusicGen's floor; shape (..., n_samples), the same is returned.

    Nothing lies below 1.5 kHz, where music always covers it, nor above the codec's 16 kHz.
    """
    n_samples = noise.shape[-1]
    frequencies_hz = np.fft.rfftfreq(n_samples, 1 / sample_rate_hz)
    gain_db = np.interp(frequencies_hz, FREQUENCIES_HZ, LEVELS_DB, left=-200.0, right=-200.0)
    return np.fft.irfft(np.fft.rfft(noise) * 10 ** (gain_db / 20), n_samples)
