"""Low-pass anchors: versions that everybody should find worse, and by how much is known.

ITU-R BS.1534-3, section 5.1: low-pass filters at 3.5 kHz (low) and 7 kHz (mid), with at most 0.1 dB
of ripple below, at least 25 dB of attenuation 0.5 kHz above and 50 dB 1 kHz above.
"""

import numpy as np
from scipy.signal import firwin, kaiserord, oaconvolve

from audio.clip import AudioClip

LOW_ANCHOR, MID_ANCHOR = "anchor35", "anchor70"
ANCHOR_CUTOFFS_HZ = {LOW_ANCHOR: 3500.0, MID_ANCHOR: 7000.0}
ANCHOR_TITLES = {LOW_ANCHOR: "Low-pass anchor, 3.5 kHz", MID_ANCHOR: "Low-pass anchor, 7 kHz"}
TRANSITION_HZ = 500.0
STOP_BAND_DB = 60.0


def low_pass_anchor(clip: AudioClip, cutoff_hz: float) -> AudioClip:
    """The clip without anything above `cutoff_hz` + 0.5 kHz; linear phase, without delay.

    Raises ValueError if the clip's rate has no room for the filter's slope.
    """
    if cutoff_hz + TRANSITION_HZ >= clip.nyquist_hz:
        raise ValueError(
            f"an anchor at {cutoff_hz:g} Hz needs a sample rate above "
            f"{2 * (cutoff_hz + TRANSITION_HZ):g} Hz, got {clip.sample_rate_hz}"
        )
    n_taps, beta = kaiserord(STOP_BAND_DB, TRANSITION_HZ / clip.nyquist_hz)
    n_taps |= 1  # odd: a whole number of samples to take back
    middle_hz = cutoff_hz + TRANSITION_HZ / 2
    taps = firwin(n_taps, middle_hz, window=("kaiser", beta), fs=clip.sample_rate_hz)
    whole = oaconvolve(clip.samples.astype(np.float64), taps[np.newaxis], axes=1)
    delay = n_taps // 2
    return clip.with_samples(whole[:, delay : delay + clip.n_samples])
