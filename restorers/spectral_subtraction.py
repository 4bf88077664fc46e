"""High-band spectral subtraction (HB-SS).

Magnitude subtraction with over-subtraction factor and spectral floor after M. Berouti,
R. Schwartz and J. Makhoul, "Enhancement of speech corrupted by acoustic noise", ICASSP 1979,
applied to the bins at and above a cutoff only.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from audio.clip import AudioClip
from audio.stft import bin_frequencies_hz, check_frame, istft, stft
from restorers import fields
from restorers.parameters import check_cutoff, check_parameters, parameter


@dataclass(frozen=True)
class HighBandSpectralSubtraction:
    """Subtract the clip's own quietest spectrum from its high band."""

    title: ClassVar[str] = "Spectral subtraction (HB-SS)"

    alpha: float = parameter(
        1.2,
        low=0.0,
        high=5.0,
        step=0.05,
        strength=+1,
        help="Over-subtraction: how many times the noise profile is taken away.",
    )
    beta: float = parameter(
        0.04,
        low=0.0,
        high=1.0,
        step=0.01,
        help="Spectral floor: the share of each bin that always stays.",
    )
    cutoff_hz: float = fields.cutoff_hz()
    quiet_fraction: float = parameter(
        0.2,
        low=0.01,
        high=1.0,
        step=0.01,
        advanced=True,
        help="Share of frames, the quietest ones, that give the noise profile.",
    )
    n_fft: int = fields.n_fft()
    hop_length: int = fields.hop_length()

    def __post_init__(self) -> None:
        check_parameters(self)
        check_frame(self.n_fft, self.hop_length)

    def restore(self, clip: AudioClip) -> AudioClip:
        """The clip with its noise profile subtracted at and above `cutoff_hz`."""
        check_cutoff(self.cutoff_hz, clip)
        frame = {"n_fft": self.n_fft, "hop_length": self.hop_length}
        spectrum = stft(clip.samples, **frame)
        frequencies_hz = bin_frequencies_hz(clip.sample_rate_hz, n_fft=self.n_fft)
        first_bin = int(np.searchsorted(frequencies_hz, self.cutoff_hz))
        magnitude = np.abs(spectrum)
        profile = noise_profile(magnitude, quiet_fraction=self.quiet_fraction)
        spectrum[first_bin:] *= subtraction_gain(
            magnitude[first_bin:], profile[first_bin:], alpha=self.alpha, beta=self.beta
        )
        return clip.with_samples(istft(spectrum, clip.n_samples, **frame))


def noise_profile(magnitude: np.ndarray, *, quiet_fraction: float) -> np.ndarray:
    """Mean magnitude over the quietest frames; shape (n_freqs,).

    magnitude : shape (n_freqs, n_frames). The level of a frame is its root-mean-square over
    all bins; `quiet_fraction` of the frames are used, rounded down, at least one.
    """
    frame_level = np.sqrt(np.mean(magnitude**2, axis=0))
    n_quiet = max(1, int(quiet_fraction * frame_level.size))
    quietest = np.argsort(frame_level, kind="stable")[:n_quiet]
    return magnitude[:, quietest].mean(axis=1)


def subtraction_gain(
    magnitude: np.ndarray, profile: np.ndarray, *, alpha: float, beta: float
) -> np.ndarray:
    """max(|X| - alpha N, beta |X|) / |X|, with gain 0 where |X| is 0; values in [beta, 1]."""
    subtracted = np.maximum(magnitude - alpha * profile[:, np.newaxis], beta * magnitude)
    return np.divide(subtracted, magnitude, out=np.zeros_like(magnitude), where=magnitude > 0)
