"""Signals whose numbers are known beforehand."""

import numpy as np

from audio.clip import AudioClip


def sine(frequency_hz, *, amplitude=0.5, sample_rate_hz=16_000, duration_s=2.0) -> AudioClip:
    t = np.arange(round(duration_s * sample_rate_hz)) / sample_rate_hz
    return AudioClip(amplitude * np.sin(2 * np.pi * frequency_hz * t), sample_rate_hz)


def noise(*, rms=0.05, sample_rate_hz=16_000, duration_s=2.0, seed=0) -> AudioClip:
    rng = np.random.default_rng(seed)
    samples = rms * rng.standard_normal(round(duration_s * sample_rate_hz))
    return AudioClip(samples, sample_rate_hz)


def music_with_hiss(*, sample_rate_hz=16_000, duration_s=3.0, seed=0) -> AudioClip:
    """Notes below 3 kHz that come and go, over steady white noise at -46 dBFS."""
    t = np.arange(round(duration_s * sample_rate_hz)) / sample_rate_hz
    swell = 0.5 + 0.5 * np.sin(2 * np.pi * 1.5 * t)
    notes = sum(np.sin(2 * np.pi * f * t) for f in (220, 440, 660, 2200))
    hiss = np.random.default_rng(seed).standard_normal(t.size)
    return AudioClip(0.1 * swell * notes + 0.005 * hiss, sample_rate_hz)


def stereo(left: AudioClip, right: AudioClip) -> AudioClip:
    """Two mono clips as the channels of one."""
    return left.with_samples(np.concatenate([left.samples, right.samples]))


def band_energy(clip: AudioClip, low_hz: float, high_hz: float) -> float:
    """Energy of all channels between two frequencies, by Parseval's theorem on the whole clip."""
    spectrum = np.fft.rfft(clip.samples.astype(np.float64))
    frequencies_hz = np.fft.rfftfreq(clip.n_samples, 1 / clip.sample_rate_hz)
    chosen = (frequencies_hz >= low_hz) & (frequencies_hz < high_hz)
    return float(np.sum(np.abs(spectrum[:, chosen]) ** 2))


def decibels(ratio: float) -> float:
    return float(10 * np.log10(ratio))
