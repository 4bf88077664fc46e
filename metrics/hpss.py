"""Harmonic-percussive source separation (HPSS): is the music's tonal part intact?

D. FitzGerald, "Harmonic/percussive separation using median filtering", DAFx 2010.
The medians are bottleneck's moving medians along one axis, which equal the two-dimensional filter
that librosa.decompose.hpss uses and take a fraction of its time; the masks are librosa's (power 2).
"""

import bottleneck
import numpy as np

KERNEL = 31  # librosa's default: frames for the harmonic, bins for the percussive part
ENERGY_FLOOR = 1e-12  # on both sides of the ratio, so that silence reads 1


def hpss_ratio(magnitude) -> float:
    """Harmonic energy over percussive energy of a clip.

    magnitude : |X|, shape (n_freqs, n_frames)
    returns : dimensionless, above 0. Silence gives 1. Removing noise raises it, because noise is
        counted as half percussive; a fall means that harmonics were lost.
    """
    harmonic, percussive = hpss_energies(magnitude)
    return (harmonic + ENERGY_FLOOR) / (percussive + ENERGY_FLOOR)


def hpss_energies(magnitude) -> tuple[float, float]:
    """Energy of the harmonic and of the percussive part, each sum |X|^2."""
    # Imported here: the compiler takes half a second that the start need not wait for.
    from metrics.hpss_kernel import masked_energies

    magnitude = np.asarray(magnitude, dtype=np.float32)
    along_time = _moving_median(magnitude, axis=1)
    along_frequency = _moving_median(magnitude, axis=0)
    return masked_energies(magnitude, along_time, along_frequency)


def _moving_median(magnitude, *, axis: int) -> np.ndarray:
    """Centred median over KERNEL values, the array mirrored at its edges (d c b a | a b c d)."""
    half = KERNEL // 2
    padding = [(0, 0), (0, 0)]
    padding[axis] = (half, half)
    medians = bottleneck.move_median(
        np.pad(magnitude, padding, mode="symmetric"), KERNEL, axis=axis
    )
    return medians[(slice(None),) * axis + (slice(KERNEL - 1, None),)]
