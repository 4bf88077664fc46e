"""High-frequency energy: how loud the band is in which MusicGen hisses."""

import numpy as np

ENERGY_FLOOR = 1e-12  # added to the energy, so that silence reads -120 dB


def hf_band_db(power: np.ndarray, frequencies_hz: np.ndarray, *, cutoff_hz: float) -> float:
    """Energy at and above a cutoff, 10 log10(sum |X|^2 + 1e-12).

    power : |X|^2, shape (n_freqs, n_frames)
    frequencies_hz : shape (n_freqs,)
    returns : dB, unnormalised: it grows with the clip's length, so only the difference between
        two versions of one clip has a meaning. Lower means less high-frequency energy, which
        is good if that energy was hiss. Silence gives -120.
    Raises ValueError if no bin lies at or above the cutoff.
    """
    high = frequencies_hz >= cutoff_hz
    if not high.any():
        raise ValueError(
            f"cutoff_hz must not exceed half the sample rate ({frequencies_hz[-1]:g} Hz), "
            f"got {cutoff_hz:g}"
        )
    return float(10 * np.log10(np.sum(power[high], dtype=np.float64) + ENERGY_FLOOR))
