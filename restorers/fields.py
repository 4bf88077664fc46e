"""Parameters that more than one restorer has."""

from typing import Any

from audio.stft import HOP_LENGTH, HOP_LENGTH_CHOICES, N_FFT, N_FFT_CHOICES
from restorers.parameters import parameter


def cutoff_hz() -> Any:
    return parameter(
        6000.0,
        title="Cutoff",
        low=1000.0,
        high=15_900.0,
        step=100.0,
        unit="Hz",
        below_nyquist=True,
        help="Lower edge of the band that is treated.",
    )


def n_fft() -> Any:
    return parameter(
        N_FFT,
        title="FFT size",
        choices=N_FFT_CHOICES,
        unit="samples",
        advanced=True,
        help="STFT frame length: longer frames resolve frequency better and time worse.",
    )


def hop_length() -> Any:
    return parameter(
        HOP_LENGTH,
        title="Hop length",
        choices=HOP_LENGTH_CHOICES,
        unit="samples",
        advanced=True,
        help="Step between STFT frames; at most half a frame.",
    )
