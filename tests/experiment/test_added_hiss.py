import numpy as np
import pytest

from experiment.added_hiss import AddedHiss
from tests.support.experiments import rms
from tests.support.signals import band_energy, decibels, music_with_hiss, sine

SHA, OTHER_SHA = "0123456789abcdef" * 4, "f123456789abcdef" * 4
CLIP = sine(440, duration_s=4.0)


def hiss(sha=SHA, **settings):
    added = AddedHiss(**{"level_dbfs": -50, **settings}).added_to(CLIP, sha, cutoff_hz=6000)
    return CLIP.with_samples(added.samples.astype(np.float64) - CLIP.samples)


@pytest.mark.parametrize("level_dbfs", [-80, -50, -20])
def test_the_level_is_exact(level_dbfs):
    """To what rounding the sum to float32 allows: 2^-25 against -80 dBFS."""
    found = 20 * np.log10(rms(hiss(level_dbfs=level_dbfs).samples))
    assert found == pytest.approx(level_dbfs, abs=0.01)


def test_the_hiss_lies_above_the_cutoff():
    """Order 6 both ways: at half the cutoff 12 poles times 6 dB, and more by the warping."""
    below = band_energy(hiss(level_dbfs=-20), 20, 3000)
    assert decibels(below / band_energy(hiss(level_dbfs=-20), 6000, 8000)) < -60


def test_the_same_clip_gets_the_same_hiss_and_another_clip_or_seed_another():
    np.testing.assert_array_equal(hiss().samples, hiss().samples)
    for other in (hiss(OTHER_SHA), hiss(seed=1)):
        likeness = np.corrcoef(hiss().samples, other.samples)[0, 1]
        assert abs(likeness) < 0.05  # of 64,000 samples, a quarter of them independent


def test_the_clip_itself_is_untouched():
    clip = music_with_hiss()
    before = clip.samples.copy()
    AddedHiss(-20).added_to(clip, SHA, cutoff_hz=6000)
    np.testing.assert_array_equal(clip.samples, before)


@pytest.mark.parametrize("settings", [{"level_dbfs": 0}, {"level_dbfs": float("nan")}])
def test_impossible_levels_are_refused(settings):
    with pytest.raises(ValueError, match="must lie between -100 and -10 dBFS"):
        AddedHiss(**settings)


def test_a_negative_seed_is_refused():
    with pytest.raises(ValueError, match="must not be negative, got -1"):
        AddedHiss(-50, seed=-1)
