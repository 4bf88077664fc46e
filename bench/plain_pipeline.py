"""The same computation as a user would write it with the public libraries, for comparison only.

Every metric takes the samples and computes what it needs; restorers loop over frames with numpy.
"""

import librosa
import numpy as np
from noisereduce import reduce_noise
from scipy.signal import butter, sosfiltfilt

CUTOFF_HZ = 6000
N_FFT, HOP = 2048, 512


def hf_band_db(y, sr) -> float:
    power = np.abs(librosa.stft(y)) ** 2
    high = librosa.fft_frequencies(sr=sr) >= CUTOFF_HZ
    return float(10 * np.log10(np.sum(power[high], dtype=float) + 1e-12))


def hpss_ratio(y) -> float:
    harmonic, percussive = librosa.decompose.hpss(librosa.stft(y))
    return float(
        (np.sum(np.abs(harmonic) ** 2, dtype=float) + 1e-12)
        / (np.sum(np.abs(percussive) ** 2, dtype=float) + 1e-12)
    )


def log_mel_distance(before, after, sr) -> float:
    logs = [
        np.log(librosa.feature.melspectrogram(y=y, sr=sr, n_mels=64) + 1e-9)
        for y in (before, after)
    ]
    return float(np.mean(np.abs(logs[0] - logs[1]), dtype=float))


def scores(before, after, sr) -> tuple[float, float, float]:
    """Change of the high-frequency energy, change of the HPSS ratio, log-mel distance."""
    return (
        hf_band_db(after, sr) - hf_band_db(before, sr),
        hpss_ratio(after) - hpss_ratio(before),
        log_mel_distance(before, after, sr),
    )


def noisereduce(y, sr):
    sections = butter(6, CUTOFF_HZ, btype="highpass", fs=sr, output="sos")
    band = sosfiltfilt(sections, y).astype(np.float32)
    gated = reduce_noise(
        y=band,
        sr=sr,
        stationary=True,
        prop_decrease=0.7,
        time_constant_s=1.0,
        freq_mask_smooth_hz=600,
        chunk_size=None,
    )
    return y - band + gated


def hbss(y, sr):
    spectrum = librosa.stft(y)
    magnitude, phase = np.abs(spectrum), np.angle(spectrum)
    level = np.sqrt(np.mean(magnitude**2, axis=0))
    quiet = np.argsort(level, kind="stable")[: max(1, int(0.2 * level.size))]
    profile = magnitude[:, quiet].mean(axis=1, keepdims=True)
    high = librosa.fft_frequencies(sr=sr) >= CUTOFF_HZ
    reduced = np.maximum(magnitude - 1.2 * profile, 0.04 * magnitude)
    magnitude[high] = reduced[high]
    return librosa.istft(magnitude * np.exp(1j * phase), length=len(y))


def mcra(y, sr):
    spectrum = librosa.stft(y)
    power = np.abs(spectrum).astype(float) ** 2
    high = librosa.fft_frequencies(sr=sr) >= CUTOFF_HZ
    max_change = np.where(high, 0.10, 0.20)
    window = max(1, round(sr / HOP))
    floor, first, rise = np.median(power, axis=0), 3, round(0.25 * sr / HOP)
    while first < 3 + window and floor[first + rise] > 2 * floor[first]:
        first += 1
    quiet = first + np.argsort(floor[first : first + window], kind="stable")[: int(0.2 * window)]
    noise = power[:, quiet].mean(axis=1)
    padded = np.concatenate([noise[1:2], noise, noise[-2:-1]])
    tracked = minimum = recent = 0.25 * padded[:-2] + 0.5 * padded[1:-1] + 0.25 * padded[2:]
    presence = np.zeros_like(noise)
    previous = None
    gain = np.empty_like(power)
    for t in range(power.shape[1]):
        now = power[:, t]
        raw = np.clip(now / np.maximum(now + 1.2 * noise, 1e-30), 0.055, 1.0)
        raw[now + 1.2 * noise == 0] = 1.0
        if t < first:
            raw = np.maximum(raw, 1 / 2.2)
        if previous is None:
            previous = np.maximum(raw, 1 / 2.2)
        weight = np.where(raw < previous, 0.90, 0.75)
        wanted = weight * previous + (1 - weight) * raw
        previous = np.clip(wanted, previous * (1 - max_change), previous * (1 + max_change))
        gain[:, t] = previous
        if t < first:
            continue
        padded = np.concatenate([now[1:2], now, now[-2:-1]])
        smooth = 0.25 * padded[:-2] + 0.5 * padded[1:-1] + 0.25 * padded[2:]
        tracked = 0.8 * tracked + 0.2 * smooth
        if t > first and (t - first) % window == 0:
            minimum, recent = np.minimum(recent, tracked), tracked
        else:
            minimum, recent = np.minimum(minimum, tracked), np.minimum(recent, tracked)
        presence = 0.2 * presence + 0.8 * (tracked > 5 * minimum)
        rate = 0.95 + 0.05 * presence
        noise = rate * noise + (1 - rate) * now
    mix = np.where(high, 1.0, 0.25)[:, np.newaxis]
    return librosa.istft(spectrum * (1 - mix * (1 - gain)), length=len(y))


RESTORERS = {"noisereduce": noisereduce, "hbss": hbss, "mcra": mcra}


def comparison(y, sr) -> dict[str, tuple[float, float, float]]:
    """{condition: scores} of all three restorations."""
    return {name: scores(y, restore(y, sr), sr) for name, restore in RESTORERS.items()}
