"""The one short-time Fourier transform of the restorers and the metrics.

Hann window, centred frames, zero padding at both ends, as librosa's defaults.
Spectra have shape (n_freqs, n_frames) and dtype complex64.
"""

import librosa
import numpy as np

N_FFT = 2048
HOP_LENGTH = 512

N_FFT_CHOICES = (512, 1024, 2048, 4096)
HOP_LENGTH_CHOICES = (128, 256, 512, 1024)


def check_frame(n_fft: int, hop_length: int) -> None:
    """Raises ValueError unless the inverse transform can rebuild the signal."""
    if n_fft < 4 or not 1 <= hop_length <= n_fft // 2:
        raise ValueError(
            "hop_length must lie between 1 and half of n_fft "
            f"(at least two frames over every sample), got hop_length {hop_length}, n_fft {n_fft}"
        )


def stft(samples: np.ndarray, *, n_fft: int = N_FFT, hop_length: int = HOP_LENGTH) -> np.ndarray:
    """Complex spectrum of a signal.

    samples : float32, shape (n_samples,); a signal shorter than one frame is padded to one
    returns : complex64, shape (n_fft // 2 + 1, n_frames)
    """
    check_frame(n_fft, hop_length)
    if len(samples) < n_fft:
        samples = np.pad(samples, (0, n_fft - len(samples)))
    return librosa.stft(samples, n_fft=n_fft, hop_length=hop_length)


def istft(
    spectrum: np.ndarray,
    n_samples: int,
    *,
    n_fft: int = N_FFT,
    hop_length: int = HOP_LENGTH,
) -> np.ndarray:
    """The signal of a spectrum made by `stft`, cut to `n_samples`; float32, (n_samples,)."""
    padded = librosa.istft(
        spectrum, n_fft=n_fft, hop_length=hop_length, length=max(n_samples, n_fft)
    )
    return padded[:n_samples]


def bin_frequencies_hz(sample_rate_hz: int, *, n_fft: int = N_FFT) -> np.ndarray:
    """Centre frequency of every bin; float64, shape (n_fft // 2 + 1,)."""
    return librosa.fft_frequencies(sr=sample_rate_hz, n_fft=n_fft)
