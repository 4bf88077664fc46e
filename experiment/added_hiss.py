"""Hiss of a known level, added to clean clips: the only case in which the right answer is known."""

from dataclasses import dataclass

import numpy as np

from audio.clip import AudioClip
from audio.high_band import high_band

MIN_LEVEL_DBFS, MAX_LEVEL_DBFS = -100.0, -10.0


@dataclass(frozen=True)
class AddedHiss:
    """White Gaussian noise above a cutoff.

    level_dbfs : root-mean-square level of the noise after the high-pass, dB re a sample value of 1
    seed : with the clip's own hash it decides the noise, so that no clip's depends on another
    """

    level_dbfs: float
    seed: int = 0

    def __post_init__(self):
        if not MIN_LEVEL_DBFS <= self.level_dbfs <= MAX_LEVEL_DBFS:
            raise ValueError(
                f"The level of the added noise must lie between {MIN_LEVEL_DBFS:g} and "
                f"{MAX_LEVEL_DBFS:g} dBFS, got {self.level_dbfs:g}."
            )
        if self.seed < 0:
            raise ValueError(f"The noise seed must not be negative, got {self.seed}.")

    def added_to(self, clip: AudioClip, sha256: str, *, cutoff_hz: float) -> AudioClip:
        """The clip with hiss, of its own in each channel; nothing is rescaled, so that the level is
        exact.

        sha256 : of the clip's file, in hexadecimal digits
        """
        rng = np.random.default_rng([self.seed, int(sha256[:16], 16)])
        white = rng.standard_normal(clip.samples.shape)
        hiss = high_band(white, clip.sample_rate_hz, cutoff_hz=cutoff_hz).astype(np.float64)
        gain = 10 ** (self.level_dbfs / 20) / np.sqrt(np.mean(hiss**2))
        return clip.with_samples(clip.samples + gain * hiss)
