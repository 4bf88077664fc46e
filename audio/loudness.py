"""Loudness (ITU-R BS.1770-4) and the gains that make the stimuli of one trial equally loud."""

from dataclasses import dataclass

import numpy as np
import pyloudnorm
from scipy.signal import resample_poly

from audio.clip import AudioClip

GATING_BLOCK_S = 0.4  # BS.1770-4: nothing shorter has an integrated loudness
TRUE_PEAK_CEILING_DBTP = -1.0  # EBU R 128: headroom for the converters after us
LISTENING_TARGET_LUFS = -23.0  # EBU R 128 programme loudness
TRUE_PEAK_OVERSAMPLING = 4  # BS.1770-4, annex 2


def integrated_loudness_lufs(clip: AudioClip) -> float:
    """Gated integrated loudness of all channels in LUFS; -inf below the -70 LUFS gate.

    Raises ValueError for a clip shorter than one gating block.
    """
    if clip.duration_s < GATING_BLOCK_S:
        raise ValueError(
            f"loudness needs at least {GATING_BLOCK_S} s of sound, got {clip.duration_s:.3f} s"
        )
    meter = pyloudnorm.Meter(clip.sample_rate_hz)
    return float(meter.integrated_loudness(clip.samples.T.astype(np.float64)))


def true_peak_dbtp(clip: AudioClip) -> float:
    """Peak of any channel, oversampled fourfold, in dB re full scale; -inf for silence."""
    peak = np.max(np.abs(resample_poly(clip.samples, TRUE_PEAK_OVERSAMPLING, 1, axis=1)))
    with np.errstate(divide="ignore"):
        return float(20 * np.log10(peak))


@dataclass(frozen=True)
class Level:
    """How loud a clip is, and how close it comes to clipping.

    loudness_lufs : -inf below the -70 LUFS gate, so for silence too
    true_peak_dbtp, peak_dbfs : between the samples and at them; -inf for silence
    """

    loudness_lufs: float
    true_peak_dbtp: float
    peak_dbfs: float


def measure_level(clip: AudioClip) -> Level:
    """All levels of a clip; raises ValueError for one shorter than a gating block."""
    with np.errstate(divide="ignore"):
        peak_dbfs = float(20 * np.log10(clip.peak))
    return Level(integrated_loudness_lufs(clip), true_peak_dbtp(clip), peak_dbfs)


def matching_gains_db(
    levels: dict[str, Level],
    *,
    target_lufs: float = LISTENING_TARGET_LUFS,
    ceiling_dbtp: float = TRUE_PEAK_CEILING_DBTP,
) -> dict[str, float]:
    """The gain of each clip, in dB, after which all are equally loud and none clips.

    All clips reach `target_lufs`, or, if that would push the true peak of any of them above
    `ceiling_dbtp`, the loudest common level that does not.
    Raises ValueError if a clip is too quiet to have a loudness.
    """
    silent = [name for name, level in levels.items() if not np.isfinite(level.loudness_lufs)]
    if silent:
        raise ValueError(f"too quiet for loudness matching (below -70 LUFS): {', '.join(silent)}")
    gains = {name: target_lufs - level.loudness_lufs for name, level in levels.items()}
    return lowered_to_ceiling_db(gains, levels, ceiling_dbtp=ceiling_dbtp)


def lowered_to_ceiling_db(
    gains_db: dict[str, float],
    levels: dict[str, Level],
    *,
    ceiling_dbtp: float = TRUE_PEAK_CEILING_DBTP,
) -> dict[str, float]:
    """The same gains, all lowered by what the loudest true peak exceeds the ceiling, if it does."""
    peaks_dbtp = [levels[name].true_peak_dbtp + gain for name, gain in gains_db.items()]
    excess_db = max(0.0, max(peaks_dbtp) - ceiling_dbtp)
    return {name: gain - excess_db for name, gain in gains_db.items()}
