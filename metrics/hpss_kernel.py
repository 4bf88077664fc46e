"""The masks of harmonic-percussive separation applied and summed in one compiled pass."""

import numba
import numpy as np

TINY = float(np.finfo(np.float32).tiny)


@numba.njit(cache=True, nogil=True)
def masked_energies(
    magnitude: np.ndarray, along_time: np.ndarray, along_frequency: np.ndarray
) -> tuple[float, float]:
    """Harmonic and percussive energy, sum |m h/(h+p)|^2 and sum |m p/(h+p)|^2 with squared medians.

    magnitude, along_time, along_frequency : float32, shape (n_frames, n_freqs); the medians h, p.
    Where both medians vanish, half goes to each side, as librosa.util.softmask(split_zeros=True).
    """
    harmonic = percussive = 0.0
    for t in range(magnitude.shape[0]):
        for f in range(magnitude.shape[1]):
            h, p = np.float64(along_time[t, f]), np.float64(along_frequency[t, f])
            larger = max(h, p)
            share = 0.5
            if larger >= TINY:
                h, p = (h / larger) ** 2, (p / larger) ** 2
                share = h / (h + p)
            m = np.float64(magnitude[t, f])
            harmonic += (m * share) ** 2
            percussive += (m * (1.0 - share)) ** 2
    return harmonic, percussive
