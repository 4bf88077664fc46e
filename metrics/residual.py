"""The residual, original - restored: was it hiss or music that went?"""

from dataclasses import dataclass

import numpy as np

from audio.clip import AudioClip
from audio.stft import common_magnitude, stft
from metrics.hpss import hpss_ratio

FLOOR_DBFS = -120.0  # reported for silence
NOTHING_REMOVED_DBFS = -110.0  # rounding of an STFT there and back in float32 stays below it


@dataclass(frozen=True)
class Residual:
    """What a restoration removed.

    level_dbfs : root-mean-square level, dB re a sample value of 1.0, never below FLOOR_DBFS
    harmonic_share : harmonic part of its energy by HPSS, H / (H + P), from 0 to 1. Steady noise
        gives about one half, because medians along time and along frequency see it alike; notes
        go towards 1 and drum hits towards 0, so a share far from one half means that music was
        removed too. None if nothing was removed.
    """

    level_dbfs: float
    harmonic_share: float | None


def residual_of(original: AudioClip, restored: AudioClip) -> AudioClip:
    """original - restored; raises ValueError if they differ in channels, length or rate."""
    shapes = {clip.shape for clip in (original, restored)}
    if len(shapes) != 1:
        raise ValueError(
            f"a residual needs clips of equal channels, length and rate, got {sorted(shapes)}"
        )
    return original.with_samples(original.samples - restored.samples)


def measure_residual(residual: AudioClip) -> Residual:
    """Level of a residual over all its channels, and the harmonic share of their mean power."""
    power = np.mean(np.square(residual.samples, dtype=np.float64))
    level_dbfs = max(FLOOR_DBFS, 10 * float(np.log10(power + 1e-30)))
    if level_dbfs < NOTHING_REMOVED_DBFS:
        return Residual(level_dbfs, None)
    ratio = hpss_ratio(common_magnitude(stft(residual.samples)))
    return Residual(level_dbfs, ratio / (1 + ratio))
