"""Loudness (ITU-R BS.1770-4) and the gains that make the stimuli of one trial equally loud."""

import numpy as np
import pyloudnorm
from scipy.signal import resample_poly

from audio.clip import AudioClip

GATING_BLOCK_S = 0.4  # BS.1770-4: nothing shorter has an integrated loudness
TRUE_PEAK_CEILING_DBTP = -1.0  # EBU R 128: headroom for the converters after us
LISTENING_TARGET_LUFS = -23.0  # EBU R 128 programme loudness
TRUE_PEAK_OVERSAMPLING = 4  # BS.1770-4, annex 2


def integrated_loudness_lufs(clip: AudioClip) -> float:
    """Gated integrated loudness in LUFS; -inf for a clip below the -70 LUFS gate.

    Raises ValueError for a clip shorter than one gating block.
    """
    if clip.duration_s < GATING_BLOCK_S:
        raise ValueError(
            f"loudness needs at least {GATING_BLOCK_S} s of sound, got {clip.duration_s:.3f} s"
        )
    meter = pyloudnorm.Meter(clip.sample_rate_hz)
    return float(meter.integrated_loudness(clip.samples.astype(np.float64)))


def true_peak_dbtp(clip: AudioClip) -> float:
    """Peak of the fourfold oversampled signal in dB re full scale; -inf for silence."""
    peak = np.max(np.abs(resample_poly(clip.samples, TRUE_PEAK_OVERSAMPLING, 1)))
    with np.errstate(divide="ignore"):
        return float(20 * np.log10(peak))


def matching_gains_db(
    clips: dict[str, AudioClip],
    *,
    target_lufs: float = LISTENING_TARGET_LUFS,
    ceiling_dbtp: float = TRUE_PEAK_CEILING_DBTP,
) -> dict[str, float]:
    """The gain of each clip, in dB, after which all are equally loud and none clips.

    All clips reach `target_lufs`, or, if that would push the true peak of any of them above
    `ceiling_dbtp`, the loudest common level that does not.
    Raises ValueError if a clip is too quiet to have a loudness.
    """
    loudness = {name: integrated_loudness_lufs(clip) for name, clip in clips.items()}
    silent = [name for name, level in loudness.items() if not np.isfinite(level)]
    if silent:
        raise ValueError(f"too quiet to match in loudness (below -70 LUFS): {', '.join(silent)}")
    gains = {name: target_lufs - level for name, level in loudness.items()}
    excess_db = max(true_peak_dbtp(clips[name]) + gains[name] - ceiling_dbtp for name in clips)
    return {name: gain - max(0.0, excess_db) for name, gain in gains.items()}
