"""One clip, its restorations and their scores, each computed once."""

import threading
from collections import OrderedDict
from collections.abc import Callable

from audio.clip import AudioClip
from metrics.scores import MetricSettings, Scores, measure, score, score_of_original

KEPT_SETTINGS = 12  # a few slider positions of every restorer, so that going back is instant


class Comparison:
    """A clip at its working rate, beside which restorations are laid.

    A restoration is asked for by the restorer itself (a frozen value), so nothing can get out of
    step: the same settings always give the same clip and the same scores. May be used by several
    threads; the latest KEPT_SETTINGS results are remembered.
    """

    def __init__(self, original: AudioClip, settings: MetricSettings = MetricSettings()):
        self.original = original
        self.settings = settings
        self._lock = threading.Lock()
        self._restored: OrderedDict = OrderedDict()
        self._scores: OrderedDict = OrderedDict()
        self._original_measurement = None

    def restored(self, restorer) -> AudioClip:
        """The clip as `restorer` leaves it."""
        return self._remembered(self._restored, restorer, lambda: restorer.restore(self.original))

    def scores(self, restorer) -> Scores:
        """The restoration against the original."""
        return self._remembered(
            self._scores,
            restorer,
            lambda: score(
                self._measured_original(), measure(self.restored(restorer), self.settings)
            ),
        )

    def original_scores(self) -> Scores:
        return score_of_original(self._measured_original())

    def _measured_original(self):
        with self._lock:
            if self._original_measurement is None:
                self._original_measurement = measure(self.original, self.settings)
            return self._original_measurement

    def _remembered(self, memory: OrderedDict, restorer, compute: Callable):
        with self._lock:
            if restorer in memory:
                memory.move_to_end(restorer)
                return memory[restorer]
        result = compute()
        with self._lock:
            memory[restorer] = result
            while len(memory) > KEPT_SETTINGS:
                memory.popitem(last=False)
        return result
