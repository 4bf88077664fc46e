"""The band in which hiss is looked for and treated."""

import numpy as np
from scipy.signal import butter, sosfiltfilt

HIGH_PASS_ORDER = 6


def high_band(samples: np.ndarray, sample_rate_hz: int, *, cutoff_hz: float) -> np.ndarray:
    """The part above `cutoff_hz`: Butterworth high-pass of order 6, run forward and backward.

    samples : float32, shape (..., n_samples), full scale = 1.0
    returns : float32, the same shape, without delay; -6 dB at the cutoff
    """
    sections = butter(HIGH_PASS_ORDER, cutoff_hz, btype="highpass", fs=sample_rate_hz, output="sos")
    edge = 3 * (2 * len(sections) + 1)  # scipy's default extension at each end
    band = sosfiltfilt(sections, samples, padlen=min(edge, samples.shape[-1] - 1))
    return band.astype(np.float32)
