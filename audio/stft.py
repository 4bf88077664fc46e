"""The one short-time Fourier transform of the restorers and the metrics.

Hann window, centred frames, zero padding at both ends, as librosa's defaults.
Spectra of one channel have shape (n_freqs, n_frames) and dtype complex64.
"""

import librosa
import numpy as np

N_FFT = 2048
HOP_LENGTH = 512
HANN_POWER = 0.375  # mean square of the window

N_FFT_CHOICES = (512, 1024, 2048, 4096)
HOP_LENGTH_CHOICES = (128, 256, 512, 1024)


def check_frame(n_fft: int, hop_length: int) -> None:
    """Raises ValueError unless the inverse transform can rebuild the signal."""
    if n_fft < 4 or not 1 <= hop_length <= n_fft // 2:
        raise ValueError(
            "hop_length must lie between 1 and half of n_fft "
            f"(at least two frames over every sample), got hop_length {hop_length}, n_fft {n_fft}"
        )


def n_frames_of(n_samples: int, *, n_fft: int, hop_length: int) -> int:
    """How many frames `stft` gives; a signal shorter than one frame is padded to one."""
    check_frame(n_fft, hop_length)
    return 1 + max(n_samples, n_fft) // hop_length


def stft(samples: np.ndarray, *, n_fft: int = N_FFT, hop_length: int = HOP_LENGTH) -> np.ndarray:
    """Complex spectrum of each channel.

    samples : float32, shape (n_channels, n_samples)
    returns : complex64, shape (n_channels, n_fft // 2 + 1, n_frames); frame t is centred at sample
        t * hop_length
    """
    n_frames = n_frames_of(samples.shape[1], n_fft=n_fft, hop_length=hop_length)
    half = n_fft // 2
    n_after = (n_frames - 1) * hop_length + n_fft - half - samples.shape[1]
    padded = np.pad(samples, ((0, 0), (half, n_after)))
    return spectrum_of_frames(padded, n_fft=n_fft, hop_length=hop_length)


def spectrum_of_frames(samples: np.ndarray, *, n_fft: int, hop_length: int) -> np.ndarray:
    """The spectrum of all whole frames, of which the first begins at the first sample.

    Shapes as of `stft`. In memory the bins of a frame of one channel lie together.
    """
    channels = [
        librosa.stft(channel, n_fft=n_fft, hop_length=hop_length, center=False).T
        for channel in samples
    ]
    together = channels[0][np.newaxis] if len(channels) == 1 else np.stack(channels)
    return together.transpose(0, 2, 1)


def overlap_add(spectrum: np.ndarray, n_samples: int, *, n_fft: int, hop_length: int) -> np.ndarray:
    """The inverse of `spectrum_of_frames`; float32, shape (n_channels, n_samples).

    Exact where every frame over a sample is there.
    """
    channels = [
        librosa.istft(channel, n_fft=n_fft, hop_length=hop_length, center=False)[:n_samples]
        for channel in spectrum
    ]
    return np.pad(np.stack(channels), ((0, 0), (0, n_samples - channels[0].size)))


def common_magnitude(spectrum: np.ndarray) -> np.ndarray:
    """Root of the channels' mean power in each bin: what one gain for all channels goes by.

    spectrum : shape (n_channels, n_freqs, n_frames)
    returns : float32, shape (n_freqs, n_frames); of one channel, and of equal ones, |X| to the bit
    """
    magnitude = np.abs(spectrum)
    if len(magnitude) == 1:
        return magnitude[0]
    loudest = magnitude.max(axis=0)
    np.divide(magnitude, loudest, out=magnitude, where=loudest > 0)
    return loudest * np.sqrt(np.mean(np.square(magnitude, out=magnitude), axis=0))


def common_power(spectrum: np.ndarray) -> np.ndarray:
    """The channels' mean power in each bin; float64, shape (n_freqs, n_frames)."""
    power = np.abs(spectrum).astype(np.float64) ** 2
    return power[0] if len(power) == 1 else power.mean(axis=0)


def bin_frequencies_hz(sample_rate_hz: int, *, n_fft: int = N_FFT) -> np.ndarray:
    """Centre frequency of every bin; float64, shape (n_fft // 2 + 1,)."""
    return librosa.fft_frequencies(sr=sample_rate_hz, n_fft=n_fft)
