"""The recursions of MCRA and of its gain stage, compiled: bin by bin, each along time."""

import numba
import numpy as np


@numba.njit(cache=True, nogil=True)
def noise_power(power, window_frames, alpha_s, alpha_d, alpha_p, delta):
    """Cohen and Berdugo's noise power, as `restorers.mcra.mcra_noise_power` describes it."""
    n_freqs, n_frames = power.shape
    found = np.empty_like(power)
    for f in range(n_freqs):
        # eq. 3: a real signal's spectrum is mirrored at 0 Hz and Nyquist
        below, above = abs(f - 1), f + 1 if f + 1 < n_freqs else max(n_freqs - 2, 0)
        if n_freqs == 1:
            below = 0
        noise, presence = power[f, 0], 0.0
        smoothed = minimum = recent_minimum = 0.0
        for t in range(n_frames):
            found[f, t] = noise
            around = 0.25 * power[below, t] + 0.5 * power[f, t] + 0.25 * power[above, t]
            if t == 0:
                smoothed = minimum = recent_minimum = around
            smoothed = alpha_s * smoothed + (1 - alpha_s) * around  # eq. 4
            if t > 0 and t % window_frames == 0:  # eqs. 5-8: minimum of one to two windows
                minimum, recent_minimum = min(recent_minimum, smoothed), smoothed
            else:
                minimum, recent_minimum = min(minimum, smoothed), min(recent_minimum, smoothed)
            # eqs. 9-10: signal is present where the power stands out from its minimum
            presence = alpha_p * presence + (1 - alpha_p) * (smoothed > delta * minimum)
            rate = alpha_d + (1 - alpha_d) * presence  # eqs. 11-12
            noise = rate * noise + (1 - rate) * power[f, t]
    return found


@numba.njit(cache=True, nogil=True)
def smoothed_gain(gain, attack, release, max_change):
    """`restorers.mcra.smooth_gain`, bin by bin."""
    n_freqs, n_frames = gain.shape
    smooth = np.empty_like(gain)
    for f in range(n_freqs):
        previous = 1.0
        for t in range(n_frames):
            weight = attack if gain[f, t] < previous else release
            wanted = weight * previous + (1 - weight) * gain[f, t]
            least, most = previous * (1 - max_change[f]), previous * (1 + max_change[f])
            previous = min(max(wanted, least), most)
            smooth[f, t] = previous
    return smooth
