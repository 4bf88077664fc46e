import numpy as np
import pytest

from audio.clip import AudioClip
from audio.files import AudioFileError
from audio.report_sound import REPORT_RATE_HZ
from audio.working import MAX_RATE_HZ, WorkingFormat, in_working_format, is_mixed, report_mix
from tests.support.signals import band_energy, decibels, noise, sine, stereo

REPORT, FULL = WorkingFormat.REPORT, WorkingFormat.FULL
INSIDE = np.s_[:, 200:-200]  # the resampler's filter rings at the ends


def test_the_report_s_format_keeps_a_tone_and_its_duration():
    native = sine(1_000, sample_rate_hz=32_000)
    working = in_working_format(native, REPORT)
    assert working.sample_rate_hz == REPORT_RATE_HZ
    assert working.duration_s == native.duration_s
    expected = sine(1_000, sample_rate_hz=REPORT_RATE_HZ).samples
    assert np.max(np.abs(working.samples - expected)[INSIDE]) < 1e-3


def test_the_report_s_format_removes_what_it_cannot_hold():
    working = in_working_format(sine(12_000, sample_rate_hz=32_000), REPORT)
    before = band_energy(sine(12_000, sample_rate_hz=32_000), 0, 16_000)
    assert decibels(band_energy(working, 0, 8_000) / before) < -60


def test_the_report_s_format_is_the_mean_of_the_channels():
    left, right = noise(seed=1), noise(seed=2)
    working = in_working_format(stereo(left, right), REPORT)
    assert np.array_equal(working.samples, (left.samples + right.samples) / 2)


def test_only_a_clip_above_full_scale_is_scaled():
    loud = in_working_format(sine(500, amplitude=1.5), REPORT)
    assert loud.peak == pytest.approx(1.0, abs=1e-6)
    quiet = sine(500, amplitude=0.2)
    assert np.array_equal(in_working_format(quiet, REPORT).samples, quiet.samples)


def test_channels_that_cancel_are_refused_by_the_report_s_format_only():
    tone = sine(500, amplitude=0.5)
    opposite = stereo(tone, tone.with_samples(-tone.samples))
    with pytest.raises(AudioFileError, match=r"silent once mixed to mono: its channels cancel"):
        in_working_format(opposite, REPORT)
    assert in_working_format(opposite, FULL) is opposite


@pytest.mark.parametrize("rate_hz", [8_000, 44_100, 96_000])
def test_full_quality_is_the_clip_itself_louder_than_full_scale_or_not(rate_hz):
    loud = sine(500, amplitude=1.5, sample_rate_hz=rate_hz, duration_s=0.5)
    clip = stereo(loud, loud)
    assert in_working_format(clip, FULL) is clip


def test_full_quality_lowers_only_a_rate_that_is_too_high():
    fast = stereo(*(sine(hz, sample_rate_hz=192_000, duration_s=0.5) for hz in (1_000, 3_000)))
    working = in_working_format(fast, FULL)
    expected = [sine(hz, sample_rate_hz=96_000, duration_s=0.5).samples[0] for hz in (1_000, 3_000)]
    assert working.shape == (2, 48_000, MAX_RATE_HZ)
    assert np.max(np.abs(working.samples - expected)[INSIDE]) < 1e-3


def test_the_report_mix_of_a_16_khz_mono_clip_is_the_clip_itself():
    clip = sine(500, amplitude=1.5)
    assert report_mix(clip) is clip
    assert not is_mixed(clip)
    assert is_mixed(stereo(clip, clip))
    assert is_mixed(sine(500, sample_rate_hz=32_000))


def test_the_report_mix_is_never_scaled():
    loud = sine(500, amplitude=1.5, sample_rate_hz=48_000)
    mix = report_mix(stereo(loud, loud))
    assert mix.shape == (1, 32_000, REPORT_RATE_HZ)
    assert mix.peak == pytest.approx(1.5, abs=1e-2)


def test_silence_has_a_mix():
    silence = AudioClip(np.zeros((2, 44_100)), 44_100)
    assert np.array_equal(report_mix(silence).samples, np.zeros((1, 16_000)))
