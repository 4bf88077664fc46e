import numpy as np
import pytest

from audio.clip import AudioClip
from metrics.residual import FLOOR_DBFS, measure_residual, residual_of
from tests.support.signals import noise, sine, stereo


def clicks(*, every_s=0.5, duration_s=4.0) -> AudioClip:
    samples = np.zeros(round(16_000 * duration_s))
    samples[:: round(16_000 * every_s)] = 0.5
    return AudioClip(samples, 16_000)


def test_the_residual_and_the_restoration_add_up_to_the_original():
    original, restored = noise(seed=1), noise(seed=2)
    residual = residual_of(original, restored)
    assert np.allclose(residual.samples + restored.samples, original.samples, atol=1e-7)


@pytest.mark.parametrize(
    "other",
    [
        noise(duration_s=1.0),
        AudioClip(noise().samples, 32_000),
        stereo(noise(), noise()),
    ],
    ids=["shorter", "faster", "stereo"],
)
def test_clips_that_differ_in_channels_length_or_rate_have_no_residual(other):
    with pytest.raises(ValueError, match="equal channels, length and rate"):
        residual_of(noise(), other)


def test_the_level_is_the_root_mean_square():
    # A sine of amplitude 0.5: 20 log10(0.5 / sqrt 2) = -9.03 dB.
    assert measure_residual(sine(1_000)).level_dbfs == pytest.approx(-9.03, abs=0.01)


def test_the_level_is_that_of_all_channels():
    """A silent channel halves the mean power: 3.01 dB less."""
    tone = sine(1_000)
    silence = tone.with_samples(0 * tone.samples)
    assert measure_residual(stereo(tone, tone)).level_dbfs == pytest.approx(-9.03, abs=0.01)
    assert measure_residual(stereo(silence, tone)).level_dbfs == pytest.approx(-12.04, abs=0.01)


def test_channels_of_opposite_phase_have_the_same_harmonic_share():
    note = sine(6_500, duration_s=4.0)
    opposite = stereo(note, note.with_samples(-note.samples))
    assert measure_residual(opposite).harmonic_share == measure_residual(note).harmonic_share


def test_noise_is_half_harmonic_a_note_wholly_and_clicks_not_at_all():
    steady_noise = measure_residual(noise(duration_s=10.0)).harmonic_share
    assert steady_noise == pytest.approx(0.5, abs=0.03)  # random, 300 frames
    assert measure_residual(sine(6_500, duration_s=4.0)).harmonic_share > 0.97
    assert measure_residual(clicks()).harmonic_share < 0.1


@pytest.mark.parametrize("level", [0.0, 1e-7])
def test_rounding_is_not_something_removed(level):
    nothing = AudioClip(np.full(16_000, level), 16_000)
    assert measure_residual(nothing).harmonic_share is None
    assert measure_residual(nothing).level_dbfs == FLOOR_DBFS
