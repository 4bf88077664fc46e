"""Harmonic-percussive source separation (HPSS): is the music's tonal part intact?

D. FitzGerald, "Harmonic/percussive separation using median filtering", DAFx 2010.
The medians are bottleneck's moving medians along one axis, which equal the two-dimensional filter
that librosa.decompose.hpss uses and take a fraction of its time; the masks are librosa's.
"""

import bottleneck
import librosa
import numpy as np

KERNEL = 31  # librosa's default: frames for the harmonic, bins for the percussive part
MASK_POWER = 2.0
ENERGY_FLOOR = 1e-12  # on both sides of the ratio, so that silence reads 1


def hpss_ratio(magnitude) -> float:
    """Harmonic energy over percussive energy of a clip.

    magnitude : |X|, shape (n_freqs, n_frames)
    returns : dimensionless, above 0. Silence gives 1. Removing noise raises it, because noise is
        counted as half percussive; a fall means that harmonics were lost.
    """
    harmonic, percussive = hpss_magnitudes(magnitude)
    return float((_energy(harmonic) + ENERGY_FLOOR) / (_energy(percussive) + ENERGY_FLOOR))


def hpss_magnitudes(magnitude) -> tuple[np.ndarray, np.ndarray]:
    """Harmonic and percussive magnitudes, each of the input's shape; they add up to the input."""
    along_time = _moving_median(magnitude, axis=1)
    along_frequency = _moving_median(magnitude, axis=0)
    harmonic_mask = librosa.util.softmask(
        along_time, along_frequency, power=MASK_POWER, split_zeros=True
    )
    percussive_mask = librosa.util.softmask(
        along_frequency, along_time, power=MASK_POWER, split_zeros=True
    )
    return magnitude * harmonic_mask, magnitude * percussive_mask


def _moving_median(magnitude, *, axis: int) -> np.ndarray:
    """Centred median over KERNEL values, the array mirrored at its edges (d c b a | a b c d)."""
    half = KERNEL // 2
    padding = [(0, 0), (0, 0)]
    padding[axis] = (half, half)
    medians = bottleneck.move_median(
        np.pad(magnitude, padding, mode="symmetric"), KERNEL, axis=axis
    )
    return medians[(slice(None),) * axis + (slice(KERNEL - 1, None),)]


def _energy(magnitude) -> float:
    return float(np.sum(np.square(magnitude), dtype=np.float64))
