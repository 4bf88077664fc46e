"""High-band spectral subtraction (HB-SS).

Magnitude subtraction with over-subtraction factor and spectral floor after M. Berouti,
R. Schwartz and J. Makhoul, "Enhancement of speech corrupted by acoustic noise", ICASSP 1979,
applied to the bins at and above a cutoff only.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from audio.blocks import Sound, filtered_blocks, for_passes, spectra
from audio.stft import bin_frequencies_hz, check_frame, common_magnitude
from restorers import fields
from restorers.parameters import check_cutoff, check_parameters, parameter
from restorers.restorer import BlockRestorer


@dataclass(frozen=True)
class HighBandSpectralSubtraction(BlockRestorer):
    """Subtract the clip's own quietest spectrum from its high band."""

    title: ClassVar[str] = "Spectral subtraction (HB-SS)"
    short_title: ClassVar[str] = "HB-SS"

    alpha: float = parameter(
        1.2,
        title="Over-subtraction (α)",
        low=0.0,
        high=5.0,
        step=0.05,
        strength=+1,
        help="How many times the noise profile is subtracted.",
    )
    beta: float = parameter(
        0.04,
        title="Spectral floor (β)",
        low=0.0,
        high=1.0,
        step=0.01,
        help="Lowest gain of any bin, which masks musical noise.",
    )
    cutoff_hz: float = fields.cutoff_hz()
    quiet_fraction: float = parameter(
        0.2,
        title="Quiet frames",
        low=0.01,
        high=1.0,
        step=0.01,
        advanced=True,
        help="Share of the frames, quietest first, averaged into the noise profile.",
    )
    n_fft: int = fields.n_fft()
    hop_length: int = fields.hop_length()

    def __post_init__(self) -> None:
        check_parameters(self)
        check_frame(self.n_fft, self.hop_length)

    learns_from: ClassVar[tuple[str, ...]] = ("quiet_fraction", "n_fft", "hop_length")

    def learn(self, sound: Sound, *, start: int = 0) -> np.ndarray:
        """The noise profile of the whole sound; see `noise_profile`."""
        check_cutoff(self.cutoff_hz, sound)
        return noise_profile(
            sound,
            quiet_fraction=self.quiet_fraction,
            n_fft=self.n_fft,
            hop_length=self.hop_length,
        )

    def restore_blocks(
        self, sound: Sound, learned: np.ndarray, *, start: int = 0, stop: int | None = None
    ) -> Iterator[np.ndarray]:
        """The sound with its noise profile subtracted at and above `cutoff_hz`."""
        check_cutoff(self.cutoff_hz, sound)
        frequencies_hz = bin_frequencies_hz(sound.sample_rate_hz, n_fft=self.n_fft)
        first_bin = int(np.searchsorted(frequencies_hz, self.cutoff_hz))

        def subtract(spectrum: np.ndarray) -> None:
            high = spectrum[:, first_bin:]
            high *= subtraction_gain(
                common_magnitude(high), learned[first_bin:], alpha=self.alpha, beta=self.beta
            )

        yield from filtered_blocks(
            sound,
            subtract,
            n_fft=self.n_fft,
            hop_length=self.hop_length,
            start=start,
            stop=stop,
        )


def noise_profile(
    sound: Sound, *, quiet_fraction: float, n_fft: int, hop_length: int
) -> np.ndarray:
    """Mean magnitude over the quietest frames, the channels together; float32, shape (n_freqs,).

    The level of a frame is its root-mean-square over all bins; `quiet_fraction` of the frames are
    used, rounded down, at least one.
    """
    blocks = for_passes(sound, lambda: spectra(sound, n_fft=n_fft, hop_length=hop_length))
    levels = np.concatenate([
        np.sqrt(np.mean(common_magnitude(spectrum) ** 2, axis=0))
        for _, spectrum in blocks()
    ])  # fmt: skip
    n_quiet = max(1, int(quiet_fraction * levels.size))
    quietest = np.argsort(levels, kind="stable")[:n_quiet]
    total = np.zeros(n_fft // 2 + 1)
    for first, spectrum in blocks():
        here = quietest[(quietest >= first) & (quietest < first + spectrum.shape[2])]
        total += common_magnitude(spectrum[:, :, here - first]).sum(axis=1)
    return (total / n_quiet).astype(np.float32)


def subtraction_gain(
    magnitude: np.ndarray, profile: np.ndarray, *, alpha: float, beta: float
) -> np.ndarray:
    """max(|X| - alpha N, beta |X|) / |X|, with gain 0 where |X| is 0; values in [beta, 1]."""
    subtracted = np.maximum(magnitude - alpha * profile[:, np.newaxis], beta * magnitude)
    return np.divide(subtracted, magnitude, out=np.zeros_like(magnitude), where=magnitude > 0)
