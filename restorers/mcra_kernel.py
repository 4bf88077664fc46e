"""The recursions of MCRA and of its gain stage, compiled: frame by frame, all bins at once.

Here the frames are the rows: what one frame holds lies together, as librosa's STFT leaves it.
"""

import numba
import numpy as np


@numba.njit(cache=True, nogil=True)
def first_state(power: np.ndarray) -> np.ndarray:
    """What `noise_power` remembers before the first frame; power : that frame's, (n_freqs,)."""
    state = np.empty((5, power.size))
    state[0], state[1] = power, 0.0
    state[2:] = _over_neighbours(power)
    return state


@numba.njit(cache=True, nogil=True)
def noise_power(
    power: np.ndarray,
    state: np.ndarray,
    frames_before: int,
    window_frames: int,
    alpha_s: float,
    alpha_d: float,
    alpha_p: float,
    delta: float,
) -> np.ndarray:
    """Cohen and Berdugo's noise power, as `restorers.mcra.mcra_noise_power` describes it.

    power : shape (n_frames, n_freqs), as is what is returned
    state : shape (5, n_freqs), of `first_state` or of the frames before; taken further in place
    """
    n_frames, n_freqs = power.shape
    found = np.empty_like(power)
    noise, presence, smoothed, minimum, recent_minimum = state
    for t in range(n_frames):
        found[t] = noise
        around = _over_neighbours(power[t])
        frame = frames_before + t
        window_ends = frame > 0 and frame % window_frames == 0
        for f in range(n_freqs):
            smoothed[f] = alpha_s * smoothed[f] + (1 - alpha_s) * around[f]  # eq. 4
            # eqs. 5-8: minimum of one to two windows
            minimum[f] = min(recent_minimum[f] if window_ends else minimum[f], smoothed[f])
            recent_minimum[f] = smoothed[f] if window_ends else min(recent_minimum[f], smoothed[f])
            # eqs. 9-10: signal is present where the power stands out from its minimum
            present = 1.0 if smoothed[f] > delta * minimum[f] else 0.0
            presence[f] = alpha_p * presence[f] + (1 - alpha_p) * present
            rate = alpha_d + (1 - alpha_d) * presence[f]  # eqs. 11-12
            noise[f] = rate * noise[f] + (1 - rate) * power[t, f]
    return found


@numba.njit(nogil=True)
def _over_neighbours(power: np.ndarray) -> np.ndarray:
    """Eq. 3; a real signal's spectrum is mirrored at 0 Hz and at Nyquist."""
    last = power.size - 1
    around = np.empty_like(power)
    for f in range(1, last):
        around[f] = 0.25 * power[f - 1] + 0.5 * power[f] + 0.25 * power[f + 1]
    around[0] = 0.5 * power[0] + 0.5 * power[min(1, last)]
    around[last] = 0.5 * power[last] + 0.5 * power[max(last - 1, 0)]
    return around


@numba.njit(cache=True, nogil=True)
def smoothed_gain(
    gain: np.ndarray, previous: np.ndarray, attack: float, release: float, max_change: np.ndarray
) -> np.ndarray:
    """`restorers.mcra.smooth_gain`; gain : shape (n_frames, n_freqs), as is what is returned.

    previous : of the frame before, shape (n_freqs,); taken further in place
    """
    n_frames, n_freqs = gain.shape
    smooth = np.empty_like(gain)
    for t in range(n_frames):
        for f in range(n_freqs):
            weight = attack if gain[t, f] < previous[f] else release
            wanted = weight * previous[f] + (1 - weight) * gain[t, f]
            least = previous[f] * (1 - max_change[f])
            most = previous[f] * (1 + max_change[f])
            previous[f] = min(max(wanted, least), most)
            smooth[t, f] = previous[f]
    return smooth
