"""Low-pass anchors: versions that everybody should find worse, and by how much is known.

ITU-R BS.1534-3, section 5.1: low-pass filters at 3.5 kHz (low) and 7 kHz (mid), with at most 0.1 dB
of ripple below, at least 25 dB of attenuation 0.5 kHz above and 50 dB 1 kHz above.
"""

import numpy as np

from audio.clip import AudioClip
from audio.low_pass import low_pass_taps, low_passed_blocks

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
    taps = low_pass_taps(
        clip.sample_rate_hz,
        cutoff_hz=cutoff_hz + TRANSITION_HZ / 2,
        transition_hz=TRANSITION_HZ,
        stop_band_db=STOP_BAND_DB,
    )
    filtered = [samples for _, samples in low_passed_blocks(clip, taps)]
    return clip.with_samples(np.concatenate(filtered, axis=1))
