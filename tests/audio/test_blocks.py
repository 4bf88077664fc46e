"""Sounds read, transformed and resynthesised in blocks, as if they were one piece."""

import numpy as np
import pytest

from audio import blocks
from audio.blocks import (
    blocks_between,
    filtered_blocks,
    first_frame_over,
    for_passes,
    read_padded,
    spectra,
)
from audio.clip import AudioClip
from audio.stft import stft
from tests.support.signals import noise, stereo

LENGTHS = (1, 511, 2_048, 16_000, 16_001)
FRAMES = (
    {"n_fft": 2048, "hop_length": 512},
    {"n_fft": 1024, "hop_length": 512},
    {"n_fft": 512, "hop_length": 128},
    {"n_fft": 600, "hop_length": 250},  # does not divide
)
every_length = pytest.mark.parametrize("n_samples", LENGTHS)
every_frame = pytest.mark.parametrize("frame", FRAMES)


@pytest.fixture(params=[2**12, blocks.BLOCK_SAMPLES], ids=["in blocks", "in one piece"])
def block_samples(request, monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK_SAMPLES", request.param)
    return request.param


def clip_of(n_samples: int) -> AudioClip:
    clip = stereo(noise(seed=1), noise(seed=2))
    return clip.with_samples(clip.samples[:, :n_samples])


def untouched(clip: AudioClip, **options) -> np.ndarray:
    return np.concatenate(list(filtered_blocks(clip, lambda spectrum: None, **options)), axis=1)


@every_length
@every_frame
def test_without_a_gain_the_sound_comes_back(n_samples, frame, block_samples):
    clip = clip_of(n_samples)
    back = untouched(clip, **frame)
    assert back.shape == clip.samples.shape
    assert np.max(np.abs(back - clip.samples)) < 1e-6  # float32 rounding


@every_frame
@pytest.mark.parametrize(
    ("start", "stop"), [(0, 1), (5_000, 5_001), (4_095, 9_000), (15_999, None)]
)
def test_any_part_comes_back(frame, start, stop, block_samples):
    clip = clip_of(16_000)
    part = clip.samples[:, start:stop]
    back = untouched(clip, **frame, start=start, stop=stop)
    assert back.shape == part.shape
    assert np.max(np.abs(back - part)) < 1e-6


@every_length
@every_frame
def test_every_frame_is_given_once_in_order_and_to_the_bit(n_samples, frame, block_samples):
    clip = clip_of(n_samples)
    parts = list(spectra(clip, **frame))
    assert [first for first, _ in parts] == list(
        np.cumsum([0, *(part.shape[2] for _, part in parts[:-1])])
    )
    together = np.concatenate([part for _, part in parts], axis=2)
    assert np.array_equal(together, stft(clip.samples, **frame))
    some = spectra(clip, **frame, first_frame=2, end_frame=5)
    for first, part in some:
        assert np.array_equal(part, together[:, :, first : first + part.shape[2]])


def test_a_gain_is_applied_to_each_frame_once(block_samples):
    clip, seen = clip_of(16_001), []

    def halve(spectrum):
        seen.append(spectrum.shape[2])
        spectrum *= 0.5

    halved = np.concatenate(list(filtered_blocks(clip, halve, n_fft=512, hop_length=128)), axis=1)
    assert np.max(np.abs(halved - 0.5 * clip.samples)) < 1e-6
    assert sum(seen) == 1 + 16_001 // 128


def test_blocks_follow_each_other_and_end_at_multiples(monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK_SAMPLES", 100)
    assert list(blocks_between(30, 250)) == [(30, 100), (100, 200), (200, 250)]
    assert list(blocks_between(100, 200)) == [(100, 200)]
    assert list(blocks_between(7, 7)) == []


@pytest.mark.parametrize(
    ("start", "stop", "expected"),
    [
        (1, 3, [2, 3]),
        (-2, 2, [0, 0, 1, 2]),
        (2, 6, [3, 0, 0, 0]),
        (-1, 5, [0, 1, 2, 3, 0, 0]),
        (-3, -1, [0, 0]),
        (4, 6, [0, 0]),
    ],
)
def test_beyond_its_ends_a_sound_is_silent(start, stop, expected):
    assert np.array_equal(read_padded(AudioClip([1, 2, 3], 8_000), start, stop), [expected])


@pytest.mark.parametrize("sample", [0, 1_023, 1_024, 1_025, 5_000])
def test_the_first_frame_over_a_sample_reaches_beyond_it_and_none_before_does(sample):
    """Frame t covers the samples from 512 t - 1024 up to 512 t + 1024."""
    frame = first_frame_over(sample, n_fft=2048, hop_length=512)
    assert 512 * frame + 1_024 > sample
    assert frame == 0 or 512 * (frame - 1) + 1_024 <= sample


def test_a_single_block_is_made_once_and_more_are_made_at_each_pass(monkeypatch):
    made = []

    def make():
        made.append(1)
        return iter([1, 2])

    passes = for_passes(clip_of(4_000), make)
    assert [list(passes()), list(passes()), len(made)] == [[1, 2], [1, 2], 1]
    monkeypatch.setattr(blocks, "BLOCK_SAMPLES", 3_999)
    passes = for_passes(clip_of(4_000), make)
    assert [list(passes()), list(passes()), len(made)] == [[1, 2], [1, 2], 3]
