"""A version that somebody made elsewhere, where a restorer is asked for."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from audio.blocks import Sound, blocks_between
from restorers.restorer import BlockRestorer


@dataclass(frozen=True, init=False, eq=False)
class MadeElsewhere(BlockRestorer):
    """Gives the version of one clip, whatever the clip is asked to be restored by; it has no
    parameters. Two are equal if they come from the same file.

    source : name and SHA-256 of the file as it was given
    sound : the version, aligned with its original and in the format that is open
    missing_s : so much of the original the file lacks at its start and end, where it is silent
    """

    title: ClassVar[str] = "A version made elsewhere"
    short_title: ClassVar[str] = "Made elsewhere"
    learns_from: ClassVar[tuple[str, ...]] = ()
    source: ClassVar[dict[str, str]]  # of each instance: no field, for it is no parameter
    sound: ClassVar[Sound]  # likewise
    missing_s: ClassVar[tuple[float, float]]  # likewise

    def __init__(
        self,
        sound: Sound,
        *,
        file: str,
        sha256: str,
        missing_s: tuple[float, float] = (0.0, 0.0),
    ):
        object.__setattr__(self, "missing_s", missing_s)
        object.__setattr__(self, "sound", sound)
        object.__setattr__(self, "source", {"file": file, "sha256": sha256})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MadeElsewhere) and self.source == other.source

    def __hash__(self) -> int:
        return hash(tuple(self.source.values()))

    def learn(self, sound: Sound, *, start: int = 0) -> None:
        """Nothing; raises ValueError for a sound that it is no version of."""
        theirs, ours = _shape(sound), _shape(self.sound)
        if theirs != ours:
            raise ValueError(f"a version has the shape of its original, {theirs}, not {ours}")

    def restore_blocks(
        self, sound: Sound, learned: None, *, start: int = 0, stop: int | None = None
    ) -> Iterator[np.ndarray]:
        """The version from `start` up to `stop`."""
        for first, end in blocks_between(start, sound.n_samples if stop is None else stop):
            yield self.sound.read(first, end)


def _shape(sound: Sound) -> tuple[int, int, int]:
    return sound.n_channels, sound.n_samples, sound.sample_rate_hz
