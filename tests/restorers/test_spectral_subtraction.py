import librosa
import numpy as np
import pytest

from audio.clip import AudioClip
from restorers.spectral_subtraction import (
    HighBandSpectralSubtraction,
    noise_profile,
    subtraction_gain,
)
from tests.support.signals import music_with_hiss


def test_the_profile_is_the_mean_of_the_quietest_frames_rounded_down():
    # Impulses at the middles of the frames of 512 samples: a flat spectrum as high as the impulse.
    frame = {"n_fft": 512, "hop_length": 256}

    def profile(heights, quiet_fraction):
        samples = np.zeros(256 * (len(heights) - 1) + 1)
        samples[::256] = heights
        return noise_profile(AudioClip(samples, 16_000), quiet_fraction=quiet_fraction, **frame)

    # 9 frames of level 1 ... 9: 20 % of them are 1.8, so one frame, the first.
    assert profile(np.arange(1.0, 10.0), 0.2) == pytest.approx(np.ones(257), rel=1e-6)
    # 10 frames: two.
    assert profile(np.arange(1.0, 11.0), 0.2) == pytest.approx(np.full(257, 1.5), rel=1e-6)
    # One frame is at least used.
    assert profile([3.0, 2.0, 4.0], 0.01) == pytest.approx(np.full(257, 2.0), rel=1e-6)


def test_the_gain_is_the_formula_worked_by_hand():
    magnitude = np.array([[10.0, 2.0, 1.0, 0.0]])
    gain = subtraction_gain(magnitude, np.array([1.0]), alpha=1.2, beta=0.04)
    # 10 - 1.2 = 8.8; 2 - 1.2 = 0.8; 1 - 1.2 < 0.04; nothing stays nothing
    assert gain[0] == pytest.approx([0.88, 0.4, 0.04, 0.0])


def test_the_clip_is_the_formula_written_down_bin_by_bin():
    clip = music_with_hiss()
    spectrum = librosa.stft(clip.samples[0])
    frequencies_hz = librosa.fft_frequencies(sr=16_000, n_fft=2048)
    levels = [np.sqrt(np.mean(np.abs(frame) ** 2)) for frame in spectrum.T]
    quiet = sorted(range(len(levels)), key=lambda t: levels[t])[: int(0.2 * len(levels))]
    for k, frequency_hz in enumerate(frequencies_hz):
        if frequency_hz < 6_000:
            continue
        profile = np.mean(np.abs(spectrum[k, quiet]))
        for t in range(spectrum.shape[1]):
            magnitude = np.abs(spectrum[k, t])
            target = max(magnitude - 1.2 * profile, 0.04 * magnitude)
            spectrum[k, t] = target * np.exp(1j * np.angle(spectrum[k, t]))
    expected = librosa.istft(spectrum, length=clip.n_samples)
    restored = HighBandSpectralSubtraction().restore(clip)
    assert np.max(np.abs(restored.samples[0] - expected)) < 1e-6  # float32 rounding


def test_beta_one_and_alpha_zero_change_nothing():
    clip = music_with_hiss()
    for settings in ({"beta": 1.0}, {"alpha": 0.0}):
        restored = HighBandSpectralSubtraction(**settings).restore(clip)
        assert np.max(np.abs(restored.samples - clip.samples)) < 1e-6
