import io
from collections import Counter

import numpy as np
import pytest
import soundfile

from listening.headphones import (
    N_TRIALS,
    RATE_HZ,
    TONE_S,
    HeadphoneTrial,
    draw_headphone_check,
    headphone_sound,
    headphone_wav,
)
from tests.support.signals import decibels


def tones(trial) -> list[np.ndarray]:
    sound = headphone_sound(trial)
    n, step = round(TONE_S * RATE_HZ), round((TONE_S + 0.5) * RATE_HZ)
    return [sound[i * step : i * step + n] for i in range(3)]


def test_the_quietest_tone_is_6_db_quieter_in_both_ears():
    trial = HeadphoneTrial(("plain", "quiet", "antiphase"))
    energy = np.array([np.sum(tone**2, axis=0) for tone in tones(trial)])
    for ear in range(2):
        assert decibels(energy[0, ear] / energy[1, ear]) == pytest.approx(6.0, abs=1e-6)
        assert energy[2, ear] == pytest.approx(energy[0, ear])
    assert trial.quietest == 1


def test_in_the_air_the_antiphase_tone_cancels():
    """Both channels at one point: the antiphase tone is gone, the others are there."""
    sums = [np.max(np.abs(tone.sum(axis=1))) for tone in tones(HeadphoneTrial(
        ("antiphase", "quiet", "plain")))]  # fmt: skip
    assert sums[0] < 1e-12
    assert sums[1] > 0.05


def test_each_order_occurs_once_so_that_no_place_is_right_more_often():
    check = draw_headphone_check(np.random.default_rng(0))
    assert len(check) == N_TRIALS == len({trial.tones for trial in check})
    assert Counter(trial.quietest for trial in check) == {0: 2, 1: 2, 2: 2}
    assert check != draw_headphone_check(np.random.default_rng(1))


def test_the_files_are_stereo_and_of_one_length():
    files = [headphone_wav(trial) for trial in draw_headphone_check(np.random.default_rng(0))]
    assert len({len(data) for data in files}) == 1
    samples, rate = soundfile.read(io.BytesIO(files[0]))
    assert (samples.shape, rate) == ((4 * RATE_HZ, 2), RATE_HZ)
