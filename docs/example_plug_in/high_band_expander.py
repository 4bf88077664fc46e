"""A downward expander for the high band.

Hiss is heard where the band above the cutoff is quiet, and masked by cymbals and consonants where
it is loud: the band is turned down frame by frame, the further its level lies below a threshold.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from audio.blocks import Sound, filtered_blocks, spectra
from audio.stft import HOP_LENGTH, N_FFT, bin_frequencies_hz, common_power
from restorers import fields
from restorers.parameters import check_cutoff, check_parameters, parameter
from restorers.restorer import BlockRestorer

RATIO = 3.0  # 1 dB further below the threshold comes out 3 dB lower
FRAME = {"n_fft": N_FFT, "hop_length": HOP_LENGTH}


@dataclass(frozen=True)
class HighBandExpander(BlockRestorer):
    """Turn the band above the cutoff down where it is quiet."""

    title: ClassVar[str] = "High-band expander"
    short_title: ClassVar[str] = "Expander"
    learns_from: ClassVar[tuple[str, ...]] = ("cutoff_hz",)

    range_db: float = parameter(
        12.0, title="Range", low=0.0, high=40.0, step=0.5, unit="dB", strength=+1,
        help="Greatest attenuation.",
    )  # fmt: skip
    threshold_db: float = parameter(
        -6.0, title="Threshold", low=-60.0, high=0.0, step=1.0, unit="dB",
        help="Level below which the band is attenuated, relative to its loudest frame.",
    )  # fmt: skip
    cutoff_hz: float = fields.cutoff_hz()

    def __post_init__(self) -> None:
        check_parameters(self)

    def learn(self, sound: Sound, *, start: int = 0) -> float:
        """Power of the band's loudest frame; 0 for silence."""
        check_cutoff(self.cutoff_hz, sound)
        band = self._band(sound)
        return max(float(_power(one[:, band]).max()) for _, one in spectra(sound, **FRAME))

    def restore_blocks(
        self, sound: Sound, learned: float, *, start: int = 0, stop: int | None = None
    ) -> Iterator[np.ndarray]:
        band = self._band(sound)

        def expand(spectrum: np.ndarray) -> None:
            spectrum[:, band] *= self._gain(_power(spectrum[:, band]) / (learned or 1.0))

        yield from filtered_blocks(sound, expand, start=start, stop=stop, **FRAME)

    def _band(self, sound: Sound) -> slice:
        frequencies_hz = bin_frequencies_hz(sound.sample_rate_hz)
        return slice(int(np.searchsorted(frequencies_hz, self.cutoff_hz)), None)

    def _gain(self, power: np.ndarray) -> np.ndarray:
        """Factor for each frame; power : relative to the loudest frame, shape (n_frames,)"""
        below_db = self.threshold_db - 10 * np.log10(np.maximum(power, 1e-20))
        lost_db = np.clip((RATIO - 1) * below_db, 0, self.range_db)
        return (10 ** (-lost_db / 20)).astype(np.float32)


def _power(spectrum: np.ndarray) -> np.ndarray:
    """Of each frame, all bins and channels together; float64, shape (n_frames,)"""
    return common_power(spectrum).sum(axis=0)
