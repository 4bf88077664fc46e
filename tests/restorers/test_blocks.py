"""A sound restored in blocks, or in part, is the sound restored in one piece."""

import numpy as np
import pytest

from audio import blocks
from audio.clip import AudioClip
from restorers import RESTORERS, strength_of
from tests.support.signals import music_with_hiss

# (class, parameters beside the cutoff, most that a sample may differ in dB re full scale): measured
# bit by bit equal for the first three, -141 dB for hbss, whose profile is summed in another order,
# and -150 dB for the non-stationary gate, which hears 16 of its time constants.
CASES = [
    ("noisereduce", {}, -200),
    ("noisereduce", {"n_fft": 512}, -200),
    ("mcra", {}, -200),
    ("mcra", {"n_fft": 512, "hop_length": 128}, -200),
    ("hbss", {}, -130),
    ("hbss", {"n_fft": 4096, "hop_length": 1024}, -130),
    ("noisereduce", {"stationary": False, "time_constant_s": 0.1}, -130),
]


def stereo(rate_hz: int, duration_s: float) -> np.ndarray:
    left, right = (
        music_with_hiss(sample_rate_hz=rate_hz, duration_s=duration_s, seed=seed).samples[0]
        for seed in (0, 1)
    )
    both = np.stack([left, 0.3 * right])
    both[:, [0, -1]] = 0.9  # a click at either end: it sets the highest level of most bins
    return both[:, : -(rate_hz // 7)] if duration_s > 1 else both


def whole(restorer, clip: AudioClip, monkeypatch) -> np.ndarray:
    with monkeypatch.context() as patch:
        patch.setattr(blocks, "BLOCK_SAMPLES", 2**24)
        return restorer.restore(clip).samples


def apart_db(first: np.ndarray, second: np.ndarray) -> float:
    assert first.shape == second.shape
    return float(20 * np.log10(np.max(np.abs(first - second)) + 1e-15))


@pytest.mark.parametrize(("slug", "params", "most_db"), CASES)
@pytest.mark.parametrize(
    ("rate_hz", "cutoff_hz", "duration_s"), [(44_100, 6_000.0, 8.0), (11_025, 4_000.0, 12.0)]
)
def test_blocks_and_parts_are_those_of_the_whole(
    slug, params, most_db, rate_hz, cutoff_hz, duration_s, monkeypatch
):
    restorer = RESTORERS[slug](cutoff_hz=cutoff_hz, **params)
    clip = AudioClip(stereo(rate_hz, duration_s), rate_hz)
    expected = whole(restorer, clip, monkeypatch)
    monkeypatch.setattr(blocks, "BLOCK_SAMPLES", 2**15)
    assert len(list(blocks.blocks_between(0, clip.n_samples))) > 2
    assert apart_db(restorer.restore(clip).samples, expected) < most_db
    n = clip.n_samples
    for start, stop in ((0, 5_001), (12_345, 47_011), (n - 30_007, n - 3), (n - 1, n)):
        learned = restorer.learn(clip, start=start)
        parts = list(restorer.restore_blocks(clip, learned, start=start, stop=stop))
        found = np.concatenate(parts, axis=1)
        assert apart_db(found, expected[:, start:stop]) < most_db


@pytest.mark.parametrize("slug", list(RESTORERS))
@pytest.mark.parametrize("n_samples", [1, 2, 700, 2_048, 2_049])
def test_sounds_about_as_long_as_a_frame(slug, n_samples, monkeypatch):
    clip = AudioClip(stereo(16_000, 0.5)[:, :n_samples], 16_000)
    expected = whole(RESTORERS[slug](), clip, monkeypatch)
    monkeypatch.setattr(blocks, "BLOCK_SAMPLES", 2**11)
    found = RESTORERS[slug]().restore(clip).samples
    assert apart_db(found, expected) < -130


@pytest.mark.parametrize("slug", list(RESTORERS))
def test_what_is_learned_is_shared_by_all_settings_that_it_does_not_depend_on(slug):
    cls = RESTORERS[slug]
    strength = strength_of(cls).name
    moved = cls(**{strength: 0.5})
    assert moved.learning_key(10) == cls().learning_key(10)
    learned = cls().learn(AudioClip(stereo(16_000, 2.0), 16_000))
    clip = AudioClip(stereo(16_000, 2.0), 16_000)
    borrowed = np.concatenate(list(moved.restore_blocks(clip, learned)), axis=1)
    assert np.array_equal(borrowed, moved.restore(clip).samples)
    for name in cls.learns_from:
        other = {"stationary": False, "n_fft": 512, "hop_length": 128}.get(name, 0.5)
        other = {"cutoff_hz": 1_000.0, "transition_hz": 200.0, "delta": 2.0}.get(name, other)
        frame = {"hop_length": 128} if slug in ("hbss", "mcra") and name == "n_fft" else {}
        assert cls(**{name: other, **frame}).learning_key() != cls(**frame).learning_key(), name
