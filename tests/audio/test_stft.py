import numpy as np
import pytest

from audio.stft import N_FFT, bin_frequencies_hz, istft, stft
from tests.support.signals import noise, sine


@pytest.mark.parametrize("n_samples", [1, 511, 2048, 16_000, 16_001])
@pytest.mark.parametrize(("n_fft", "hop_length"), [(2048, 512), (1024, 512), (512, 128)])
def test_the_inverse_returns_the_signal(n_samples, n_fft, hop_length):
    samples = noise().samples[:n_samples]
    frame = {"n_fft": n_fft, "hop_length": hop_length}
    back = istft(stft(samples, **frame), n_samples, **frame)
    assert back.shape == samples.shape
    assert np.max(np.abs(back - samples)) < 1e-6  # float32 rounding


def test_a_full_scale_sine_reads_a_quarter_of_the_frame_in_its_bin():
    tone = sine(1_000, amplitude=1.0)  # bin 128 of 2048 at 16 kHz
    magnitude = np.abs(stft(tone.samples))
    assert bin_frequencies_hz(16_000)[128] == 1_000
    assert magnitude[128, 20] == pytest.approx(N_FFT / 4, rel=1e-4)


def test_frames_that_leave_gaps_are_refused():
    with pytest.raises(ValueError, match="hop_length must lie between 1 and half of n_fft"):
        stft(noise().samples, n_fft=1024, hop_length=1024)
