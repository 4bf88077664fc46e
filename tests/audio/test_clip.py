import numpy as np
import pytest

from audio.clip import AudioClip
from audio.working import NATIVE_RATE_HZ, REPORT_RATE_HZ, at_working_rate
from tests.support.signals import band_energy, decibels, sine


def test_a_clip_knows_its_length_and_peak():
    clip = AudioClip([0.0, -0.75, 0.5, 0.25], 8_000)
    assert clip.n_samples == 4
    assert clip.duration_s == 4 / 8_000
    assert clip.nyquist_hz == 4_000
    assert clip.peak == 0.75
    assert clip.samples.dtype == np.float32


def test_a_clip_cannot_be_changed_not_even_through_the_array_it_was_made_from():
    source = np.zeros(10, dtype=np.float32)
    clip = AudioClip(source, 8_000)
    source[0] = 1.0
    assert clip.samples[0] == 0.0
    with pytest.raises(ValueError, match="read-only"):
        clip.samples[0] = 1.0


@pytest.mark.parametrize(
    ("samples", "rate", "message"),
    [
        ([], 8_000, "at least one sample"),
        ([[0.0, 1.0]], 8_000, "shape"),
        ([0.0, np.nan], 8_000, "finite"),
        ([0.0, np.inf], 8_000, "finite"),
        ([0.0], 0, "positive"),
    ],
)
def test_what_is_no_clip_is_refused(samples, rate, message):
    with pytest.raises(ValueError, match=message):
        AudioClip(samples, rate)


def test_the_working_rate_keeps_a_tone_and_its_duration():
    native = sine(1_000, sample_rate_hz=NATIVE_RATE_HZ)
    working = at_working_rate(native, REPORT_RATE_HZ)
    assert working.sample_rate_hz == REPORT_RATE_HZ
    assert working.duration_s == native.duration_s
    expected = sine(1_000, sample_rate_hz=REPORT_RATE_HZ).samples
    inside = slice(200, -200)  # the resampler's filter rings at the ends
    assert np.max(np.abs(working.samples - expected)[inside]) < 1e-3


def test_the_working_rate_removes_what_it_cannot_hold():
    working = at_working_rate(sine(12_000, sample_rate_hz=NATIVE_RATE_HZ), REPORT_RATE_HZ)
    before = band_energy(sine(12_000, sample_rate_hz=NATIVE_RATE_HZ), 0, 16_000)
    assert decibels(band_energy(working, 0, 8_000) / before) < -60


def test_only_a_clip_above_full_scale_is_scaled():
    loud = at_working_rate(sine(500, amplitude=1.5), REPORT_RATE_HZ)
    assert loud.peak == pytest.approx(1.0, abs=1e-6)
    quiet = sine(500, amplitude=0.2)
    assert np.array_equal(at_working_rate(quiet, REPORT_RATE_HZ).samples, quiet.samples)


def test_other_working_rates_are_refused():
    with pytest.raises(ValueError, match=r"\[16000, 32000\]"):
        at_working_rate(sine(500), 44_100)
