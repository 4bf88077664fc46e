import numpy as np
import pytest

from listening.anchors import ANCHOR_CUTOFFS_HZ, low_pass_anchor
from tests.support.signals import band_energy, decibels, noise, sine


@pytest.mark.parametrize("rate_hz", [16_000, 32_000])
@pytest.mark.parametrize("cutoff_hz", list(ANCHOR_CUTOFFS_HZ.values()))
def test_tones_below_pass_and_tones_above_are_gone(cutoff_hz, rate_hz):
    for frequency_hz, low_db, high_db in (
        (cutoff_hz * 0.5, -0.1, 0.1),
        (cutoff_hz - 50, -0.1, 0.1),
        (cutoff_hz + 500, -np.inf, -50),  # BS.1534-3 asks for 25 dB here, 50 dB at + 1 kHz
    ):
        tone = sine(frequency_hz, sample_rate_hz=rate_hz)
        passed = low_pass_anchor(tone, cutoff_hz)
        middle = slice(tone.n_samples // 4, 3 * tone.n_samples // 4)  # without the ends
        ratio = np.mean(passed.samples[:, middle] ** 2) / np.mean(tone.samples[:, middle] ** 2)
        assert low_db <= decibels(ratio) <= high_db


def test_an_anchor_keeps_length_and_place():
    clip = noise(duration_s=1.0)
    anchor = low_pass_anchor(clip, 3500.0)
    assert anchor.n_samples == clip.n_samples
    below = low_pass_anchor(anchor, 3500.0)  # twice the same: nothing moves
    correlation = np.correlate(anchor.samples[0], below.samples[0], mode="same")
    assert np.argmax(correlation) == clip.n_samples // 2
    # -50 dB, and what the clip's abrupt ends spread over all frequencies
    assert band_energy(anchor, 4_500, 8_000) < 1e-4 * band_energy(clip, 4_500, 8_000)


def test_a_rate_without_room_is_refused():
    with pytest.raises(ValueError, match="needs a sample rate above 15000 Hz, got 14000"):
        low_pass_anchor(noise(sample_rate_hz=14_000), 7000.0)
