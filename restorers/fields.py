"""Parameters that more than one restorer has."""

from typing import Any

from audio.stft import HOP_LENGTH, HOP_LENGTH_CHOICES, N_FFT, N_FFT_CHOICES
from restorers.parameters import parameter


def cutoff_hz() -> Any:
    return parameter(
        6000.0,
        low=1000.0,
        high=15_900.0,
        step=100.0,
        unit="Hz",
        below_nyquist=True,
        help="Lower edge of the high band, where hiss is treated.",
    )


def n_fft() -> Any:
    return parameter(
        N_FFT,
        choices=N_FFT_CHOICES,
        unit="samples",
        advanced=True,
        help="Length of one STFT frame: longer resolves pitch better and time worse.",
    )


def hop_length() -> Any:
    return parameter(
        HOP_LENGTH,
        choices=HOP_LENGTH_CHOICES,
        unit="samples",
        advanced=True,
        help="Distance between STFT frames; at most half a frame.",
    )
