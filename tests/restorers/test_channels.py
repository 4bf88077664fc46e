"""One gain for all channels, over every entry of RESTORERS and at any rate."""

import numpy as np
import pytest

from audio.clip import AudioClip
from restorers import RESTORERS
from tests.support.experiments import rms
from tests.support.signals import music_with_hiss

RATES_HZ = (8_000, 11_025, 22_050, 44_100, 48_000, 88_200, 96_000)
every_case = pytest.mark.parametrize(
    ("slug", "rate_hz"), [(slug, rate_hz) for slug in RESTORERS for rate_hz in RATES_HZ]
)


def channel(rate_hz: int, seed: int) -> np.ndarray:
    """float32, shape (n_samples,)"""
    return music_with_hiss(sample_rate_hz=rate_hz, duration_s=1.3, seed=seed).samples[0]


def restored(slug: str, rate_hz: int, *channels: np.ndarray) -> np.ndarray:
    """float32, shape (n_channels, n_samples)"""
    cutoff_hz = min(6_000.0, 0.35 * rate_hz)
    clip = AudioClip(np.stack(channels), rate_hz)
    result = RESTORERS[slug](cutoff_hz=cutoff_hz).restore(clip)
    assert result.shape == clip.shape
    assert not np.array_equal(result.samples, clip.samples)
    return result.samples


@every_case
def test_equal_channels_give_exactly_the_mono_result(slug, rate_hz):
    left = channel(rate_hz, 0)
    [mono] = restored(slug, rate_hz, left)
    for one in restored(slug, rate_hz, left, left):
        assert np.array_equal(one, mono)


@every_case
def test_swapped_channels_swap_and_are_not_mixed(slug, rate_hz):
    left, right = channel(rate_hz, 0), 0.5 * channel(rate_hz, 1)
    usual, swapped = restored(slug, rate_hz, left, right), restored(slug, rate_hz, right, left)
    assert np.array_equal(swapped, usual[::-1])
    assert not np.array_equal(usual[0], usual[1])


@every_case
def test_a_silent_channel_stays_silent(slug, rate_hz):
    left = channel(rate_hz, 0)
    result = restored(slug, rate_hz, left, np.zeros_like(left))
    assert not result[1].any()
    assert result[0].any()


@every_case
def test_channels_in_antiphase_do_not_vanish(slug, rate_hz):
    left = channel(rate_hz, 0)
    [mono] = restored(slug, rate_hz, left)
    result = restored(slug, rate_hz, left, -left)
    assert np.array_equal(result[0], mono)
    assert np.array_equal(result[1], -mono)


@every_case
def test_all_channels_get_one_gain(slug, rate_hz):
    left = channel(rate_hz, 0)
    result = restored(slug, rate_hz, left, 0.5 * left)  # halving is exact in floating point
    assert np.max(np.abs(result[1] - 0.5 * result[0])) < 1e-7


@every_case
def test_the_gain_follows_the_power_of_both_channels(slug, rate_hz):
    """A turn of the stereo image leaves the power of both in every bin, and so the gain, as it was:
    restoration and turn change places. By the root-mean-square to -163 dB, float32 rounding, or
    -128 dB where that moves a bin across a threshold; channels restored by themselves would be
    -51 to -95 dB apart.
    """
    both = np.stack([channel(rate_hz, 0), 0.3 * channel(rate_hz, 1)[::-1]])
    turn = np.float32([[0.8, -0.6], [0.6, 0.8]])
    turned = restored(slug, rate_hz, *(turn @ both))
    assert 20 * np.log10(rms(turned - turn @ restored(slug, rate_hz, *both))) < -110
