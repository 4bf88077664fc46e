"""A sound that is restored in parts, and what restorers have learned of it."""

import numpy as np

from audio.blocks import Sound
from audio.clip import AudioClip
from audio.sound_file import clip_of
from restorers.restorer import BlockRestorer, Restorer
from storage.result_cache import ResultCache

KEPT_LEARNED = 12  # of a few settings; no more than some hundred kilobytes each


class LongSound:
    """Parts of a sound, restored as in the restoration of the whole; for several threads.

    What a restorer has to learn of the whole it learns once, so that a slider is answered faster.
    """

    def __init__(self, sound: Sound):
        self.sound = sound
        self._learned = ResultCache(KEPT_LEARNED)

    def part(self, start: int, stop: int) -> AudioClip:
        """The samples from `start` up to `stop`."""
        return clip_of(self.sound, start, stop)

    def restored(self, restorer: Restorer, start: int, stop: int) -> AudioClip:
        """The same samples of the restoration; ValueError if it works on whole clips only."""
        if (start, stop) == (0, self.sound.n_samples) and not isinstance(restorer, BlockRestorer):
            return restorer.restore(clip_of(self.sound))
        if not isinstance(restorer, BlockRestorer):
            raise ValueError(
                f"{restorer.title} cannot restore a part of a long clip; cut it first."
            )
        learned = self._learned.get(
            restorer.learning_key(start), lambda: restorer.learn(self.sound, start=start)
        )
        blocks = restorer.restore_blocks(self.sound, learned, start=start, stop=stop)
        return AudioClip(np.concatenate(list(blocks), axis=1), self.sound.sample_rate_hz)
