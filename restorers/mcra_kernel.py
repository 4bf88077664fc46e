"""The recursions of MCRA and of its gain stage, compiled: frame by frame, all bins at once.

Here the frames are the rows: what one frame holds lies together, as librosa's STFT leaves it.
"""

import numba
import numpy as np


@numba.njit(cache=True, nogil=True)
def first_state(noise: np.ndarray) -> np.ndarray:
    """What `noise_power` remembers before the first frame.

    noise : first estimate of the noise power, float64, shape (n_freqs,)
    """
    state = np.empty((5, noise.size))
    state[0], state[1] = noise, 0.0
    state[2:] = _over_neighbours(noise)
    return state


@numba.njit(cache=True, nogil=True)
def noise_power(
    power: np.ndarray,
    state: np.ndarray,
    history: np.ndarray,
    counts: np.ndarray,
    silent_power: float,
    window_frames: int,
    alpha_s: float,
    alpha_d: float,
    alpha_p: float,
    delta: float,
) -> np.ndarray:
    """Cohen and Berdugo's noise power, as `restorers.noise_tracker.NoiseTracker` describes it.

    power : shape (n_frames, n_freqs), as is what is returned
    state : shape (5, n_freqs), of `first_state` or of the frames before; taken further in place
    history : states before the latest frames, as many as overlap one frame, shape
        (n_overlapping, 5, n_freqs); with a silent frame the oldest of them comes back, because the
        frames after it reached into the silence
    counts : shape (3,), integers: frames tracked, states in the history, frames after silence that
        are still to be left out; taken further in place, as is the history
    silent_power : sum of a frame's power up to which it counts as silent
    """
    n_frames, n_freqs = power.shape
    n_overlapping = history.shape[0]
    estimates = np.empty_like(power)
    noise, presence, smoothed, minimum, recent_minimum = state
    for t in range(n_frames):
        estimates[t] = noise
        if np.sum(power[t]) <= silent_power:
            if counts[1] > 0:
                state[:] = history[(counts[0] - counts[1]) % n_overlapping]
                counts[0] -= counts[1]
                counts[1] = 0
            counts[2] = n_overlapping
            continue
        if counts[2] > 0:
            counts[2] -= 1
            continue
        frame = counts[0]
        history[frame % n_overlapping] = state
        counts[1] = min(counts[1] + 1, n_overlapping)
        around = _over_neighbours(power[t])
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
        counts[0] += 1
    return estimates


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
    gain: np.ndarray,
    previous: np.ndarray,
    attack: float,
    release: float,
    lowest: np.ndarray,
    highest: np.ndarray,
) -> np.ndarray:
    """`restorers.mcra.smooth_gain`; gain : shape (n_frames, n_freqs), as is what is returned.

    previous : of the frame before, shape (n_freqs,); taken further in place
    lowest, highest : of the ratio of a gain to that of the frame before, shape (n_freqs,)
    """
    n_frames, n_freqs = gain.shape
    smooth = np.empty_like(gain)
    for t in range(n_frames):
        for f in range(n_freqs):
            weight = attack if gain[t, f] < previous[f] else release
            wanted = weight * previous[f] + (1 - weight) * gain[t, f]
            least, most = previous[f] * lowest[f], previous[f] * highest[f]
            previous[f] = min(max(wanted, least), most)
            smooth[t, f] = previous[f]
    return smooth
