import numpy as np

from experiment import Comparison
from experiment.comparison import KEPT_SETTINGS
from metrics import measure, score
from restorers import RESTORERS
from tests.signals import music_with_hiss


class Counting:
    """A restorer that counts how often it works."""

    def __init__(self):
        self.times = 0

    def restore(self, clip):
        self.times += 1
        return clip.with_samples(0.5 * clip.samples)


def test_a_comparison_is_the_restorers_and_the_metrics_and_nothing_else():
    clip = music_with_hiss()
    comparison = Comparison(clip)
    for cls in RESTORERS.values():
        restored = cls().restore(clip)
        assert np.array_equal(comparison.restored(cls()).samples, restored.samples)
        assert comparison.scores(cls()) == score(measure(clip), measure(restored))


def test_every_setting_is_computed_once():
    comparison, restorer = Comparison(music_with_hiss()), Counting()
    for _ in range(3):
        comparison.scores(restorer)
        comparison.restored(restorer)
    assert restorer.times == 1


def test_old_settings_are_forgotten_so_that_memory_stays_bounded():
    comparison, first = Comparison(music_with_hiss()), Counting()
    comparison.restored(first)
    for _ in range(KEPT_SETTINGS):
        comparison.restored(Counting())
    comparison.restored(first)
    assert first.times == 2
