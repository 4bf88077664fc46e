"""Harmonic-percussive source separation (HPSS): is the music's tonal part intact?

D. FitzGerald, "Harmonic/percussive separation using median filtering", DAFx 2010.
The medians are those of librosa.decompose.hpss, value by value, in a fraction of its time; so are
the masks (power 2).
"""

import numpy as np

KERNEL = 31  # librosa's default: frames for the harmonic, bins for the percussive part
ENERGY_FLOOR = 1e-12  # on both sides of the ratio, so that silence reads 1


def hpss_ratio(magnitude: np.ndarray) -> float:
    """Harmonic energy over percussive energy of a clip.

    magnitude : |X|, shape (n_freqs, n_frames)
    returns : dimensionless, above 0. Silence gives 1. Removing noise raises it, because noise is
        counted as half percussive; a fall means that harmonics were lost.
    """
    harmonic, percussive = hpss_energies(magnitude)
    return (harmonic + ENERGY_FLOOR) / (percussive + ENERGY_FLOOR)


def hpss_energies(magnitude: np.ndarray) -> tuple[float, float]:
    """Energy of the harmonic and of the percussive part, each sum |X|^2."""
    # Imported here: the compiler takes half a second that the start need not wait for.
    from metrics.hpss_kernel import masked_energies

    frames = np.ascontiguousarray(np.asarray(magnitude, dtype=np.float32).T)
    along_time = _centred_medians(frames)
    along_frequency = np.ascontiguousarray(_centred_medians(frames.T).T)
    return masked_energies(frames, along_time, along_frequency)


def _centred_medians(rows: np.ndarray) -> np.ndarray:
    """Of KERNEL rows in each column, the array mirrored at its ends (d c b a | a b c d)."""
    from metrics.median_kernel import moving_median

    half = KERNEL // 2
    return moving_median(np.pad(rows, ((half, half), (0, 0)), mode="symmetric"), KERNEL)
