"""Log-mel distance: how much a restoration changed the sound, as a rough ear hears it."""

import librosa
import numpy as np

POWER_FLOOR = 1e-9


def log_mel(power: np.ndarray, sample_rate_hz: int, *, n_mels: int) -> np.ndarray:
    """Natural logarithm of the power mel spectrogram, ln(M + 1e-9); shape (n_mels, n_frames).

    power : |X|^2, shape (n_freqs, n_frames)
    """
    mel = librosa.feature.melspectrogram(S=power, sr=sample_rate_hz, n_mels=n_mels)
    return np.log(mel + POWER_FLOOR)


def log_mel_distance(log_mel_a: np.ndarray, log_mel_b: np.ndarray) -> float:
    """Mean absolute difference of two log-mel spectrograms of one shape.

    returns : log-power units (natural log; 1 = 4.34 dB), at least 0; 0 = identical. It measures
        the size of the change and says nothing about its quality.
    """
    return float(np.mean(np.abs(log_mel_a - log_mel_b), dtype=np.float64))
