"""Was it noise that a restoration removed, and is the clip nearer to clean? Without the clean clip.

Hiss is a floor above the cutoff: equally high in all bins, and always there. The level at which a
flat noise would leave 15 % of a frame's bins as low as they are is an upper limit of it, which
music can only raise; it is read off below the slope of a resampler's filter. Two explanations are
held against the limits of all frames: hiss of one level, and hiss that follows the clip's power.
Neither may exceed the limits, so the higher of the two is the floor. A cell of the spectrogram
whose surroundings lie less than 3.5 times above the floor is a hiss cell, any other a music cell.

The noise share is the part of the residual's energy that lies in hiss cells. For the estimate of
the clean clip, a music cell is taken as clean as it is, and the music in a hiss cell lies 24 dB
below the midpoint, in dB, of the floor and the level of the band below. The constants were chosen
on half of the clean pieces, with steady hiss and with hiss that follows the music;
docs/findings.md has what the scores are worth on the others.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from audio.stft import HANN_POWER, N_FFT
from metrics.hiss import WIDTH
from metrics.log_spectral import cell_floor, distance_of_levels_db

LOW_BINS = 0.15  # of a frame's bins above the cutoff: the limit is read off there
LOW_FRAMES = 0.10  # of the frames: the floor is at most as high as there
SMOOTHED_FRAMES = 3
HISS_BELOW = 3.5  # times the floor: mean power of 3 x 3 cells that is still hiss
CLEAN_BELOW_DB = 24.0
BODY = (0.25, 0.5)  # of the cutoff: where music is, and MusicGen's own hiss only begins
SOUNDING = 1e-9  # of the loudest frame's power: what is weaker tells nothing of the floor
OVER = 2  # frames at each end that reach over it
NOISE_SHARE_LIMIT = 0.7  # from here on the residual counts as noise
MOST_DB = 120.0
NOTHING_REMOVED_DBFS = -110.0  # above the cutoff
CELL_FLOOR = cell_floor(N_FFT)


@dataclass(frozen=True)
class ResidualNoise:
    """What a restoration removed above the cutoff, as far as it can be told without the clean clip.

    noise_share : energy of the residual in hiss cells over all of it, 0 to 1; None if nothing was
        removed
    lsd_gain_db : estimate of how much nearer to the clean clip the restoration is in log-spectral
        distance; 0 if nothing was removed
    snr_gain_db : estimate of the gain in signal-to-noise ratio, hiss before over hiss that is left
        and music that is gone; 0 if nothing was removed, None if there is no hiss
    """

    noise_share: float | None
    lsd_gain_db: float
    snr_gain_db: float | None

    @property
    def stays_noise(self) -> bool:
        """Whether the residual counts as noise; nothing removed does."""
        return self.noise_share is None or self.noise_share >= NOISE_SHARE_LIMIT


@dataclass(frozen=True, eq=False)
class NoiseMap:
    """Where an original has hiss; arrays are those of the bins above the cutoff.

    is_high : which bins these are, shape (n_freqs,)
    floor : hiss power of a cell, shape (n_frames,)
    is_hiss : shape (n_high, n_frames)
    clean_db : estimated level of the clean clip's cells, shape (n_high, n_frames)
    distance_db : estimated log-spectral distance of the original to the clean clip
    hiss_energy : sum of |X|^2 over the hiss cells
    """

    is_high: np.ndarray
    floor: np.ndarray
    is_hiss: np.ndarray
    clean_db: np.ndarray
    distance_db: float
    hiss_energy: float

    @classmethod
    def of(cls, power: np.ndarray, frequencies_hz: np.ndarray, *, cutoff_hz: float) -> Self:
        """power : |X|^2 of the original's STFT (N_FFT, Hann), shape (n_freqs, n_frames)."""
        power = np.asarray(power, dtype=np.float64)
        is_high = frequencies_hz >= cutoff_hz
        high = power[is_high]
        narrow = (frequencies_hz >= cutoff_hz) & (frequencies_hz < cutoff_hz * (1 + WIDTH))
        floor = hiss_floor(power[narrow], power.sum(axis=0))
        is_hiss = _around(high) < HISS_BELOW * floor
        low_hz, high_hz = (share * cutoff_hz for share in BODY)
        body = power[(frequencies_hz >= low_hz) & (frequencies_hz < high_hz)]
        music_db = (_level_db(floor) + _smooth(_level_db(body).mean(axis=0))) / 2 - CLEAN_BELOW_DB
        level_db = _level_db(high)
        clean_db = np.where(is_hiss, np.maximum(music_db, 10 * np.log10(CELL_FLOOR)), level_db)
        clean_db = clean_db.astype(np.float32)
        distance_db = distance_of_levels_db(level_db, clean_db)
        return cls(is_high, floor, is_hiss, clean_db, distance_db, float(high[is_hiss].sum()))

    def of_residual(self, restored: np.ndarray, residual: np.ndarray) -> ResidualNoise:
        """restored, residual : |Y|^2 and |X - Y|^2, shape (n_freqs, n_frames)."""
        removed = residual[self.is_high]
        energy = float(removed.sum(dtype=np.float64))
        mean_square = 2 * energy / removed.shape[1] / (HANN_POWER * N_FFT**2)
        if mean_square < 10 ** (NOTHING_REMOVED_DBFS / 10):
            return ResidualNoise(None, 0.0, 0.0 if self.hiss_energy else None)
        kept = restored[self.is_high]
        noise = float(np.sum(removed, where=self.is_hiss, dtype=np.float64))
        left = float(np.sum(kept, where=self.is_hiss, dtype=np.float64))
        distance_db = distance_of_levels_db(_level_db(kept), self.clean_db)
        return ResidualNoise(
            noise / energy, self.distance_db - distance_db, self._snr_gain_db(energy - noise + left)
        )

    def _snr_gain_db(self, wrong: float) -> float | None:
        """wrong : energy of the hiss that is left and of the music that is gone"""
        if self.hiss_energy == 0:
            return None
        ratio = self.hiss_energy / max(wrong, self.hiss_energy * 10 ** (-MOST_DB / 10))
        return float(max(-MOST_DB, 10 * np.log10(ratio)))


def hiss_floor(high: np.ndarray, frame_power: np.ndarray) -> np.ndarray:
    """Power of the hiss in one cell, for every frame; shape (n_frames,).

    high : |X|^2 of a band above the cutoff, shape (n_bins, n_frames)
    frame_power : of all bins, shape (n_frames,)
    """
    # The power of noise is exponentially distributed: a share q lies below -ln(1 - q) of its mean.
    place = int(LOW_BINS * high.shape[0])
    limit = _smooth(np.partition(high, place, axis=0)[place] / -np.log(1 - LOW_BINS))
    total = _smooth(frame_power)
    sounding = total > SOUNDING * total.max()
    if total.size > 4 * OVER:
        sounding[:OVER] = sounding[-OVER:] = False
    if not sounding.any():
        return np.zeros(total.size)
    steady = np.quantile(limit[sounding], LOW_FRAMES)
    following = np.quantile(limit[sounding] / total[sounding], LOW_FRAMES) * total
    return np.maximum(steady, following)


def _level_db(power: np.ndarray) -> np.ndarray:
    """In float32, which is exact enough and four times as fast."""
    return 10 * np.log10(np.asarray(power, dtype=np.float32) + np.float32(CELL_FLOOR))


def _smooth(values: np.ndarray) -> np.ndarray:
    """Moving mean over SMOOTHED_FRAMES, the ends repeated; shape (n_frames,)."""
    kernel = np.full(SMOOTHED_FRAMES, 1 / SMOOTHED_FRAMES)
    return np.convolve(np.pad(values, SMOOTHED_FRAMES // 2, mode="edge"), kernel, mode="valid")


def _around(power: np.ndarray) -> np.ndarray:
    """Mean of 3 x 3 cells, the edges repeated."""
    p = np.pad(power, 1, mode="edge")
    p = p[:-2] + p[1:-1] + p[2:]
    return (p[:, :-2] + p[:, 1:-1] + p[:, 2:]) / 9
