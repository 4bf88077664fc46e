"""The mix of a long sound, made in blocks, is that of the whole."""

import numpy as np
import pytest

from audio.report_sound import ReportSound
from audio.working import report_mix
from tests.support.signals import noise, stereo

RATES_HZ = (8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000)
ROUNDING = 1e-6  # of float32: the resampler sums other spans of samples


@pytest.fixture(params=RATES_HZ)
def clip(request):
    return stereo(*(noise(sample_rate_hz=request.param, duration_s=3.3, seed=n) for n in (1, 2)))


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr("audio.report_sound.BLOCK_SAMPLES", 2**14)


def test_a_short_sound_has_the_mix_to_the_bit(clip):
    assert np.array_equal(ReportSound(clip).as_clip().samples, report_mix(clip).samples)


def test_a_long_sound_has_the_same_mix_block_by_block(clip, small_blocks):
    mix, in_blocks = report_mix(clip), ReportSound(clip).as_clip()
    assert in_blocks.shape == mix.shape
    assert np.max(np.abs(in_blocks.samples - mix.samples)) < ROUNDING


def test_any_part_of_it_can_be_read_in_any_order(clip, small_blocks):
    sound = ReportSound(clip)
    whole = report_mix(clip).samples
    for start, stop in ((40_000, 52_800), (0, 1), (16_383, 16_385), (20_001, 20_001), (5, 40_001)):
        part = sound.read(start, stop)
        assert part.shape == (1, stop - start)
        assert np.allclose(part, whole[:, start:stop], rtol=0, atol=ROUNDING)
