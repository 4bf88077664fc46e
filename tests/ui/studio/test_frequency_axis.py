import librosa
import numpy as np
import pytest

from ui.studio.frequency_axis import KINDS, LOWEST_LOG_HZ, FrequencyAxis


@pytest.mark.parametrize("kind", KINDS)
def test_share_and_frequency_are_each_other_s_reverse(kind):
    axis = FrequencyAxis(kind, 16_000)
    shares = np.linspace(0, 1, 50)
    assert np.allclose(axis.share_of(axis.frequency_at(shares)), shares)
    assert axis.share_of(axis.max_hz) == pytest.approx(1)


def test_each_kind_puts_a_frequency_where_its_law_says():
    assert FrequencyAxis("linear", 8_000).share_of(6_000) == pytest.approx(0.75)
    octave = FrequencyAxis("log", LOWEST_LOG_HZ * 16)
    assert octave.share_of(LOWEST_LOG_HZ * 4) == pytest.approx(0.5)
    mel = librosa.hz_to_mel(1_000) / librosa.hz_to_mel(8_000)
    assert FrequencyAxis("mel", 8_000).share_of(1_000) == pytest.approx(mel)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("max_hz", [4_000, 8_000, 16_000, 24_000, 48_000])
def test_ticks_lie_on_the_axis_and_not_on_one_another(kind, max_hz):
    ticks = FrequencyAxis(kind, max_hz).ticks()
    places = [tick["at"] for tick in ticks]
    assert 0 <= min(places) < 0.2
    assert places[-1] > 0.8
    assert min(np.diff(places)) > 0.04
