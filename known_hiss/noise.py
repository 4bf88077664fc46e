"""Noise of several kinds, of any level and spectrum: float64, in the shape of a clip's samples."""

import numpy as np
from scipy.signal import butter, sosfilt

from audio.clip import AudioClip, mono_mix
from audio.working import resampled

FOLLOWS_WITHIN_HZ = 8.0  # as a codec's noise swells with what it codes: within some 20 ms
SEAM_S = 0.05  # crossfade of a recording's end into its beginning


def white_noise(clip: AudioClip, rng: np.random.Generator) -> np.ndarray:
    """White Gaussian noise, of its own in each channel."""
    return rng.standard_normal(clip.samples.shape)


def following_noise(clip: AudioClip, rng: np.random.Generator) -> np.ndarray:
    """White Gaussian noise whose power is that of the clip, over all channels, smoothed by a
    low-pass of first order at FOLLOWS_WITHIN_HZ."""
    low_pass = butter(1, FOLLOWS_WITHIN_HZ, fs=clip.sample_rate_hz, output="sos")
    power = sosfilt(low_pass, np.mean(np.square(clip.samples, dtype=np.float64), axis=0))
    return white_noise(clip, rng) * np.sqrt(np.maximum(power, 0.0))


def recorded_noise(clip: AudioClip, recording: AudioClip, rng: np.random.Generator) -> np.ndarray:
    """A recording of hiss, mixed to mono, looped or cut to the clip; each channel of the clip
    begins at another place of it, so that they are as independent as it allows."""
    noise = resampled(mono_mix(recording), clip.sample_rate_hz).samples[0].astype(np.float64)
    n_seam = min(round(SEAM_S * clip.sample_rate_hz), noise.size // 2)
    if n_seam:
        up = np.sin(np.linspace(0, np.pi / 2, n_seam))  # constant power
        noise[:n_seam] = up * noise[:n_seam] + up[::-1] * noise[-n_seam:]
        noise = noise[: noise.size - n_seam]
    starts = rng.integers(noise.size, size=(clip.n_channels, 1))
    return noise[(starts + np.arange(clip.n_samples)) % noise.size]
