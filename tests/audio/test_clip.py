import numpy as np
import pytest

from audio.clip import AudioClip, mono_mix
from tests.support.signals import noise, stereo


def test_a_clip_knows_its_length_and_peak():
    clip = AudioClip([0.0, -0.75, 0.5, 0.25], 8_000)
    assert clip.n_samples == 4
    assert clip.duration_s == 4 / 8_000
    assert clip.nyquist_hz == 4_000
    assert clip.peak == 0.75
    assert clip.samples.dtype == np.float32


def test_one_row_of_samples_is_one_channel():
    clip = AudioClip([0.0, 0.5, 0.25], 8_000)
    assert np.array_equal(clip.samples, [[0.0, 0.5, 0.25]])
    assert clip.n_channels == 1
    assert clip.shape == (1, 3, 8_000)


def test_a_stereo_clip_is_as_long_as_each_of_its_channels():
    clip = AudioClip([[0.0, 0.5, 0.25], [0.0, -0.75, 0.0]], 8_000)
    assert clip.shape == (2, 3, 8_000)
    assert clip.duration_s == 3 / 8_000
    assert clip.peak == 0.75
    assert np.array_equal(clip.read(1, 3), [[0.5, 0.25], [-0.75, 0.0]])


def test_a_clip_cannot_be_changed_not_even_through_the_array_it_was_made_from():
    source = np.zeros(10, dtype=np.float32)
    clip = AudioClip(source, 8_000)
    source[0] = 1.0
    assert clip.samples[0, 0] == 0.0
    with pytest.raises(ValueError, match="read-only"):
        clip.samples[0, 0] = 1.0


@pytest.mark.parametrize(
    ("samples", "rate", "message"),
    [
        ([], 8_000, "at least one sample"),
        ([[], []], 8_000, "at least one sample"),
        (np.zeros((3, 100)), 8_000, r"one or two channels, got \(3, 100\)"),
        (np.zeros((0, 100)), 8_000, "one or two channels"),
        (np.zeros((1, 2, 100)), 8_000, "shape"),
        (0.5, 8_000, "shape"),
        ([0.0, np.nan], 8_000, "finite"),
        ([[0.0, 0.0], [0.0, np.inf]], 8_000, "finite"),
        ([0.0], 0, "positive"),
    ],
)
def test_what_is_no_clip_is_refused(samples, rate, message):
    with pytest.raises(ValueError, match=message):
        AudioClip(samples, rate)


def test_the_mono_mix_is_the_mean_of_the_channels():
    left, right = noise(seed=1), noise(seed=2)
    mix = mono_mix(stereo(left, right))
    assert mix.shape == left.shape
    assert np.array_equal(mix.samples, (left.samples + right.samples) / 2)
    assert mono_mix(left) is left
