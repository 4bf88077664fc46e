import threading

import numpy as np
import pytest

from audio.clip import AudioClip
from audio.files import AudioFileError
from comparison import Comparison
from comparison.comparison import (
    KEPT_BYTES,
    LEAST_KEPT_SETTINGS,
    MOST_KEPT_SETTINGS,
    RESULTS_PER_SETTING,
)
from metrics import measure, score
from restorers import RESTORERS
from storage.result_cache import ResultCache
from tests.support.signals import music_with_hiss


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
    for _ in range(MOST_KEPT_SETTINGS * RESULTS_PER_SETTING):
        comparison.restored(Counting())
    comparison.restored(first)
    assert first.times == 2


def test_of_a_long_clip_fewer_settings_are_remembered():
    """Of ten minutes of 48 kHz stereo, 230 MB, as few as a page shows."""
    long = AudioClip(np.zeros((2, 600 * 48_000), dtype=np.float32), 48_000)
    sounds = 1 + 2 * LEAST_KEPT_SETTINGS  # the original; restoration and residual of each
    assert Comparison(long).most_bytes == sounds * long.samples.nbytes
    assert Comparison(music_with_hiss()).most_bytes < KEPT_BYTES


def test_a_removal_says_what_went_and_how_loudness_followed():
    comparison, half = Comparison(music_with_hiss()), Counting()
    removal = comparison.removal(half)
    assert removal.loudness_change_lu == pytest.approx(-6.02, abs=0.01)
    assert removal.peak_dbfs == pytest.approx(
        comparison.original_level().peak_dbfs - 6.02, abs=0.01
    )
    assert np.array_equal(comparison.residual(half).samples, 0.5 * comparison.original.samples)
    assert removal.residual.harmonic_share > 0.8  # half of the music went


def test_a_silent_clip_has_no_loudness_change():
    silent = Comparison(AudioClip(np.zeros(16_000), 16_000))
    assert silent.removal(Counting()).loudness_change_lu is None


def test_two_who_ask_at_once_share_one_computation():
    comparison, restorer = Comparison(music_with_hiss()), Counting()
    threads = [threading.Thread(target=comparison.scores, args=(restorer,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert restorer.times == 1


def test_an_error_is_not_remembered():
    memory, attempts = ResultCache(3), []

    def sometimes():
        attempts.append(1)
        if len(attempts) == 1:
            raise OSError("not now")
        return "there"

    with pytest.raises(OSError, match="not now"):
        memory.get("key", sometimes)
    assert memory.get("key", sometimes) == "there"
    assert memory.get("key", sometimes) == "there"
    assert len(attempts) == 2


def test_a_clip_whose_channels_cancel_is_heard_but_not_scored():
    left = music_with_hiss().samples[0]
    comparison = Comparison(AudioClip(np.stack([left, -left]), 16_000))
    restorer = RESTORERS["hbss"]()
    assert comparison.restored(restorer).n_channels == 2
    assert np.isfinite(comparison.level(restorer).loudness_lufs)
    for ask in (comparison.original_scores, comparison.hiss, lambda: comparison.scores(restorer)):
        with pytest.raises(AudioFileError, match="channels cancel out"):
            ask()
