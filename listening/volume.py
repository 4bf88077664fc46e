"""The sound at which listeners set their volume: noise as loud as the stimuli will be."""

import numpy as np

from audio.clip import AudioClip
from audio.loudness import LISTENING_TARGET_LUFS, integrated_loudness_lufs

RATE_HZ = 16_000
DURATION_S = 6.0
LOWEST_HZ = 40.0
RAMP_S = 0.5


def volume_noise() -> AudioClip:
    """Pink noise (power falling 3 dB an octave) at LISTENING_TARGET_LUFS; the same every time."""
    n_samples = round(DURATION_S * RATE_HZ)
    spectrum = np.fft.rfft(np.random.default_rng(0).standard_normal(n_samples))
    frequencies_hz = np.fft.rfftfreq(n_samples, 1 / RATE_HZ)
    audible = frequencies_hz >= LOWEST_HZ
    spectrum[audible] /= np.sqrt(frequencies_hz[audible])
    spectrum[~audible] = 0
    t = np.arange(n_samples) / RATE_HZ
    ramp = np.clip(np.minimum(t, t[::-1]) / RAMP_S, 0, 1)
    noise = AudioClip(ramp * np.fft.irfft(spectrum, n_samples), RATE_HZ)
    gain_db = LISTENING_TARGET_LUFS - integrated_loudness_lufs(noise)
    return noise.with_samples(noise.samples * 10 ** (gain_db / 20))
