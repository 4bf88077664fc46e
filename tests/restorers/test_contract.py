"""What every restorer promises, over every entry of RESTORERS."""

import dataclasses

import numpy as np
import pytest

from audio.clip import AudioClip
from audio.stft import N_FFT
from restorers import RESTORERS, parameters_of
from tests.support.signals import band_energy, decibels, music_with_hiss, sine

RATES_HZ = (16_000, 32_000)
every_restorer = pytest.mark.parametrize("slug", list(RESTORERS))
every_rate = pytest.mark.parametrize("rate", RATES_HZ)


def square(frequency_hz, rate):
    t = np.arange(2 * rate) / rate
    return np.where((t * frequency_hz) % 1 < 0.5, 1.0, -1.0)


SIGNALS = {
    "music": lambda rate: music_with_hiss(sample_rate_hz=rate).samples,
    "one sample": lambda rate: np.array([0.5]),
    "short": lambda rate: 0.1 * np.random.default_rng(2).standard_normal(300),
    "one frame": lambda rate: 0.1 * np.random.default_rng(3).standard_normal(N_FFT),
    "full-scale square": lambda rate: square(440, rate),
    "dc": lambda rate: np.full(rate, 0.5),
    "silence, then music": lambda rate: np.concatenate(
        [np.zeros(rate), music_with_hiss(sample_rate_hz=rate).samples[0]]
    ),
    "above full scale": lambda rate: 2.0 * square(440, rate),
}


@every_restorer
@every_rate
@pytest.mark.parametrize("signal", list(SIGNALS))
def test_length_rate_and_input_stay_and_every_sample_is_a_number(slug, rate, signal):
    clip = AudioClip(SIGNALS[signal](rate), rate)
    before = clip.samples.copy()
    restored = RESTORERS[slug]().restore(clip)  # AudioClip itself refuses NaN and infinity
    assert restored.n_samples == clip.n_samples
    assert restored.sample_rate_hz == rate
    assert np.array_equal(clip.samples, before)


@every_restorer
@every_rate
@pytest.mark.parametrize("n_samples", [1, 300, N_FFT, 48_000])
def test_silence_stays_silence(slug, rate, n_samples):
    restored = RESTORERS[slug]().restore(AudioClip(np.zeros(n_samples), rate))
    assert np.array_equal(restored.samples, np.zeros((1, n_samples)))


@every_restorer
@every_rate
def test_output_is_aligned_with_input(slug, rate):
    clip = music_with_hiss(sample_rate_hz=rate)
    restored = RESTORERS[slug]().restore(clip)
    spectrum = np.fft.rfft(clip.samples[0]) * np.conj(np.fft.rfft(restored.samples[0]))
    assert np.argmax(np.fft.irfft(spectrum)) == 0


@every_restorer
@every_rate
def test_hiss_is_reduced(slug, rate):
    clip = music_with_hiss(sample_rate_hz=rate)
    restored = RESTORERS[slug]().restore(clip)
    change = band_energy(restored, 6_500, rate / 2) / band_energy(clip, 6_500, rate / 2)
    assert decibels(change) < -2


@every_restorer
def test_the_level_is_never_rescaled(slug):
    """Four times the input gives four times the output, also beyond full scale."""
    clip = music_with_hiss()
    usual = RESTORERS[slug]().restore(clip).samples
    louder = RESTORERS[slug]().restore(clip.with_samples(4 * clip.samples)).samples
    assert np.max(np.abs(louder)) > 1.0
    assert np.max(np.abs(louder - 4 * usual)) < 1e-4


@pytest.mark.parametrize("slug", ["noisereduce", "hbss"])
@every_rate
def test_below_the_cutoff_the_change_stays_70_db_under_the_music(slug, rate):
    """Measured up to 5 kHz: noisereduce -95 (16 kHz) and -71 dB (32 kHz), hbss -76 and -79 dB.

    Not minus infinity: a Butterworth skirt reaches below its cutoff, and so do the side lobes of
    the window in which hbss changes the bins above.
    """
    clip = music_with_hiss(sample_rate_hz=rate)
    restored = RESTORERS[slug]().restore(clip)
    change = clip.with_samples(restored.samples - clip.samples)
    assert decibels(band_energy(change, 0, 5_000) / band_energy(clip, 0, 5_000)) < -70


@every_restorer
def test_the_same_settings_give_the_same_samples(slug):
    clip = music_with_hiss()
    first, second = (RESTORERS[slug]().restore(clip).samples for _ in range(2))
    assert np.array_equal(first, second)


@every_restorer
def test_a_restorer_is_a_value(slug):
    cls = RESTORERS[slug]
    assert cls() == cls()
    assert hash(cls()) == hash(cls())
    with pytest.raises(dataclasses.FrozenInstanceError):
        cls().cutoff_hz = 1.0


@every_restorer
def test_every_parameter_is_described_and_its_default_legal(slug):
    for item in parameters_of(RESTORERS[slug]):
        assert item.help.endswith(".")
        item.check(item.default)
        if not item.choices:
            assert item.low < item.high
            assert item.step > 0


@every_restorer
def test_every_parameter_matters(slug):
    """A slider that changes nothing would be a lie."""
    clip = music_with_hiss()
    cls = RESTORERS[slug]
    for item in parameters_of(cls):
        context = {"stationary": False} if item.name == "time_constant_s" else {}
        if item.choices:
            other = next(choice for choice in reversed(item.choices) if choice != item.default)
        else:
            other = item.low + 0.37 * (item.high - item.low)
        if item.below_nyquist:
            other = 4_000.0
        usual = cls(**context).restore(clip).samples
        changed = cls(**context, **{item.name: other}).restore(clip).samples
        assert not np.array_equal(usual, changed), item.name


@every_restorer
def test_a_parameter_out_of_range_is_named(slug):
    for item in parameters_of(RESTORERS[slug]):
        wrong = "x" if item.choices else item.high + 1
        with pytest.raises(ValueError, match=f"{item.name} must"):
            RESTORERS[slug](**{item.name: wrong})
        with pytest.raises(ValueError, match=f"{item.name} must"):
            RESTORERS[slug](**{item.name: float("nan")})


@every_restorer
def test_a_cutoff_the_clip_cannot_hold_is_refused(slug):
    with pytest.raises(ValueError, match=r"cutoff_hz must lie below half the sample rate \(8000"):
        RESTORERS[slug](cutoff_hz=8_000).restore(sine(500))


@every_restorer
def test_whole_numbers_and_floats_make_equal_restorers(slug):
    whole, real = RESTORERS[slug](cutoff_hz=6_000), RESTORERS[slug](cutoff_hz=6_000.0)
    assert whole == real
    assert isinstance(whole.cutoff_hz, float)


def test_hbss_and_mcra_refuse_frames_that_leave_gaps():
    for slug in ("hbss", "mcra"):
        with pytest.raises(ValueError, match="hop_length must lie between"):
            RESTORERS[slug](n_fft=512, hop_length=512)
