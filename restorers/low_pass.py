"""A plain low-pass: the cheapest way to lose hiss, and with it all music above the cutoff.

What every other restorer has to beat.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from audio.blocks import Sound
from audio.low_pass import low_pass_taps, low_passed_blocks
from restorers import fields
from restorers.parameters import check_cutoff, check_parameters, parameter
from restorers.restorer import BlockRestorer

STOP_BAND_DB = 80.0


@dataclass(frozen=True)
class LowPass(BlockRestorer):
    """Remove everything above the cutoff, or a share of it."""

    title: ClassVar[str] = "Low-pass filter"
    short_title: ClassVar[str] = "Low-pass"

    cutoff_hz: float = fields.cutoff_hz()
    reduction: float = parameter(
        1.0,
        title="Reduction",
        low=0.0,
        high=1.0,
        step=0.05,
        strength=+1,
        help="Share of the band above the cutoff that is removed.",
    )
    transition_hz: float = parameter(
        500.0,
        title="Transition band",
        low=100.0,
        high=1000.0,
        step=50.0,
        unit="Hz",
        help="Width of the slope, centred on the cutoff.",
    )

    def __post_init__(self) -> None:
        check_parameters(self)

    learns_from: ClassVar[tuple[str, ...]] = ("transition_hz", "cutoff_hz")

    def learn(self, sound: Sound, *, start: int = 0) -> np.ndarray:
        """The filter for the sound's rate."""
        check_cutoff(self.cutoff_hz, sound)
        return low_pass_taps(
            sound.sample_rate_hz,
            cutoff_hz=self.cutoff_hz,
            transition_hz=self.transition_hz,
            stop_band_db=STOP_BAND_DB,
        )

    def restore_blocks(
        self, sound: Sound, learned: np.ndarray, *, start: int = 0, stop: int | None = None
    ) -> Iterator[np.ndarray]:
        """The sound with a share of its high band removed."""
        for samples, filtered in low_passed_blocks(sound, learned, start=start, stop=stop):
            restored = samples + self.reduction * (filtered - samples)
            yield restored.astype(np.float32)
