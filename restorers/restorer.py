"""What every restorer is, whichever file it stands in."""

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterator
from typing import Any, ClassVar, Protocol

import numpy as np

from audio.blocks import Sound
from audio.clip import AudioClip
from audio.sound_file import clip_of


class RestorerError(ValueError):
    """A restorer that could not do its work on a clip; the text is one sentence that names it."""


class Restorer(Protocol):
    """A frozen dataclass whose fields are its parameters; equal settings are equal values.

    The fields are made by `restorers.parameters.parameter`. `restorers.contract` has the tests that
    every restorer passes.

    title, short_title : its name on a page, and on a button
    """

    title: ClassVar[str]
    short_title: ClassVar[str]
    __dataclass_fields__: ClassVar[dict[str, dataclasses.Field[Any]]]

    def __init__(self, **params: Any) -> None: ...

    def __hash__(self) -> int: ...

    def restore(self, clip: AudioClip) -> AudioClip:
        """A clip of the same length, rate, channels and alignment; never rescaled, its input
        unchanged. All channels get one gain, so that the stereo image stays."""
        ...


class BlockRestorer(ABC):
    """A restorer of sounds of any length: what the whole of it tells is learned first, then it is
    restored block by block.

    learns_from : the parameters on which `learn` depends
    learns_up_to_start : whether it depends on `start` too
    """

    learns_from: ClassVar[tuple[str, ...]]
    learns_up_to_start: ClassVar[bool] = False

    @abstractmethod
    def learn(self, sound: Sound, *, start: int = 0) -> Any:
        """What must be known of the sound before any of it can be restored from `start` on."""

    @abstractmethod
    def restore_blocks(
        self, sound: Sound, learned: Any, *, start: int = 0, stop: int | None = None
    ) -> Iterator[np.ndarray]:
        """The samples from `start` up to `stop` as in the restoration of the whole, in blocks.

        learned : what `learn` returned for the same sound and start
        yields : float32, shape (n_channels, n_samples of the block)
        """

    def restore(self, clip: AudioClip) -> AudioClip:
        blocks = list(self.restore_blocks(clip, self.learn(clip)))
        return clip.with_samples(np.concatenate(blocks, axis=1))

    def learning_key(self, start: int = 0) -> Hashable:
        """Equal for restorers that learn the same from the same sound for a `start`."""
        where = start if self.learns_up_to_start else None
        return type(self), where, tuple(getattr(self, name) for name in self.learns_from)


def restored_blocks(restorer: Restorer, sound: Sound) -> Iterator[np.ndarray]:
    """The restoration of a whole sound, in blocks: a single one where a restorer needs all of it
    at once.

    yields : float32, shape (n_channels, n_samples of the block)
    """
    if isinstance(restorer, BlockRestorer):
        yield from restorer.restore_blocks(sound, restorer.learn(sound))
    else:
        yield restorer.restore(clip_of(sound)).samples
