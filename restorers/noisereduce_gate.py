"""noisereduce's two gates with one mask for all channels.

The library masks each channel by itself, which lets the stereo image flutter. Of a single channel
these gates make what `noisereduce.reduce_noise` makes, to the last bit.
"""

from typing import Any

import numpy as np
from noisereduce.spectralgate.base import SpectralGate
from noisereduce.spectralgate.nonstationary import (
    SpectralGateNonStationary,
    get_time_smoothed_representation,
)
from noisereduce.spectralgate.stationary import SpectralGateStationary
from noisereduce.spectralgate.utils import sigmoid
from scipy.signal import fftconvolve, istft, stft

from audio.stft import common_magnitude


class StationaryGate(SpectralGateStationary):
    """Gates what lies below one threshold for each bin.

    threshold_db, lowest_db : as of `restorers.noisereduce_band.BandFacts`
    """

    def __init__(self, threshold_db: np.ndarray, lowest_db: np.ndarray, **options: Any):
        super().__init__(**options)
        self.noise_thresh = threshold_db
        self.lowest_db = lowest_db

    def spectral_gating_stationary(self, chunk: np.ndarray) -> np.ndarray:
        """chunk, returns : float64, shape (n_channels, n_samples)"""
        spectrum = _stft(self, chunk)
        level_db = 20 * np.log10(common_magnitude(spectrum) + np.finfo(np.float64).eps)
        np.maximum(level_db, self.lowest_db[:, np.newaxis], out=level_db)
        mask = level_db > self.noise_thresh[:, np.newaxis]
        mask = mask * self._prop_decrease + np.ones(mask.shape) * (1.0 - self._prop_decrease)
        return _masked(self, spectrum, _smoothed(self, mask), chunk.shape[1])


class NonStationaryGate(SpectralGateNonStationary):
    """Gates what lies little above its own surroundings in time."""

    def spectral_gating_nonstationary(self, chunk: np.ndarray) -> np.ndarray:
        """chunk, returns : float64, shape (n_channels, n_samples)"""
        spectrum = _stft(self, chunk)
        magnitude = common_magnitude(spectrum)
        usual = get_time_smoothed_representation(
            magnitude, self.sr, self._hop_length, time_constant_s=self._time_constant_s
        )
        above = np.divide(
            magnitude - usual, usual, out=np.zeros_like(usual), where=usual > 0
        )  # silence lies above nothing
        mask = sigmoid(above, -self._thresh_n_mult_nonstationary, self._sigmoid_slope_nonstationary)
        mask = _smoothed(self, mask)
        mask = mask * self._prop_decrease + np.ones(mask.shape) * (1.0 - self._prop_decrease)
        return _masked(self, spectrum, mask, chunk.shape[1])


def _stft(gate: SpectralGate, chunk: np.ndarray) -> np.ndarray:
    """complex128, shape (n_channels, n_freqs, n_frames)"""
    return stft(
        chunk,
        nfft=gate._n_fft,
        noverlap=gate._win_length - gate._hop_length,
        nperseg=gate._win_length,
        padded=False,
    )[2]


def _smoothed(gate: SpectralGate, mask: np.ndarray) -> np.ndarray:
    return fftconvolve(mask, gate._smoothing_filter, mode="same") if gate.smooth_mask else mask


def _masked(
    gate: SpectralGate, spectrum: np.ndarray, mask: np.ndarray, n_samples: int
) -> np.ndarray:
    spectrum *= mask
    _, samples = istft(
        spectrum,
        nfft=gate._n_fft,
        noverlap=gate._win_length - gate._hop_length,
        nperseg=gate._win_length,
    )
    return np.pad(samples, ((0, 0), (0, max(0, n_samples - samples.shape[1]))))[:, :n_samples]
