"""Is there any hiss to remove? Asked of the original, before anything is done to it.

Hiss is a floor: while the music dies away it keeps its level, it has no tones, and it lies about
level with the band below it. So the band is looked at in the quietest frames, for how steady its
level is, for its spectral flatness (geometric over arithmetic mean of the power; A. Gray and
J. Markel, "A spectral-flatness measure for studying the autocorrelation method of linear prediction
of speech analysis", IEEE Trans. ASSP 22(3), 1974), and for its drop from the band below. A logistic
model makes a probability of the three. It was fitted by `findings.hiss_model` on half of the clean
pieces with and without steady hiss; docs/findings.md has its errors on the others. Hiss that
follows the music has no floor, and is found half the time only.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

import numpy as np

from audio.blocks import Sound, for_passes, spectra
from audio.stft import HANN_POWER, HOP_LENGTH, N_FFT, bin_frequencies_hz, common_power

QUIET_FRACTION = 0.2  # of the frames; those that HB-SS takes its noise profile from
FEWEST_QUIET = 16  # half a second: how steady fewer frames are cannot be told
OVER = N_FFT // 2 // HOP_LENGTH  # frames at each end that reach over it
BESIDE = N_FFT // HOP_LENGTH - 1  # frames on each side that share samples with a frame
SILENT_DBFS = -120.0  # a whole frame: a gap, not a floor
QUARTERS_FROM = 64  # frames, 2 s, from which a clip is also looked at without its ends
# Flatness and steadiness are taken over a fifth of the cutoff: wide enough to tell a note from
# noise, and below the filter of a 16 kHz resampler; flatness in four parts of it, in which slope
# does not count as tone.
WIDTH = 0.2
N_PARTS = 4
BAND_BELOW = 0.5  # the band below reaches from this share of the cutoff up to it
# At playback levels at which full scale has 95 dB SPL this is the threshold of hearing at 6 kHz.
INAUDIBLE_DBFS = -85.0

WHITE_NOISE_FLATNESS = 0.56  # of bins of an exponential distribution: exp(-Euler's constant)
WHITE_NOISE_SPREAD_DB = 0.4
# Beyond these no more is learned: what white noise gives, and drops as steep as any music's.
MOST_FLATNESS = 0.575
NO_SLOPE_DB, STEEPEST_DB = 6.0, 20.0
INTERCEPT = -18.641
PER_LOG_SPREAD, PER_FLATNESS, PER_DROP_DB = -3.8925, 42.431, -1.0509
LEAST_PROBABILITY = 0.5

POWER_FLOOR = 1e-20  # -200 dBFS
MEAN_SQUARE = 2 / (HANN_POWER * N_FFT**2)  # of |X|^2 of a one-sided spectrum, by Parseval's theorem


class Finding(Enum):
    """What lies above the cutoff while the clip is quiet."""

    NOTHING = "nothing"
    HISS = "hiss"
    MUSIC = "music"


@dataclass(frozen=True)
class HissCheck:
    """The quietest frames of a clip, above the cutoff and just below it.

    level_dbfs, level_below_dbfs : root-mean-square level of the band, dB re a sample value of 1.0
    flatness : 0 for a tone, WHITE_NOISE_FLATNESS for white noise (of single frames)
    spread_db : standard deviation of the level from frame to frame; WHITE_NOISE_SPREAD_DB for
        white noise, 3 and more for drums
    floor_dbfs : level that the band has if all of it is as its lowest fifth, where flatness and
        spread are taken; a tone above that does not count
    """

    cutoff_hz: float
    level_dbfs: float
    level_below_dbfs: float
    flatness: float
    spread_db: float
    floor_dbfs: float

    @property
    def drop_db(self) -> float:
        """How far the floor lies below the band under it."""
        return self.level_below_dbfs - self.floor_dbfs

    @property
    def regressors(self) -> tuple[float, float, float]:
        """What the probability depends on."""
        return (
            math.log(max(self.spread_db, WHITE_NOISE_SPREAD_DB)),
            min(self.flatness, MOST_FLATNESS),
            min(max(self.drop_db, NO_SLOPE_DB), STEEPEST_DB) - NO_SLOPE_DB,
        )

    @property
    def probability(self) -> float | None:
        """Of a steady hiss, if clips with and without it are equally frequent; None if nothing is
        audible."""
        if self.level_dbfs < INAUDIBLE_DBFS:
            return None
        if self.floor_dbfs < INAUDIBLE_DBFS:
            return 0.0  # what is heard lies higher
        weights = (PER_LOG_SPREAD, PER_FLATNESS, PER_DROP_DB)
        odds = INTERCEPT + sum(w * x for w, x in zip(weights, self.regressors, strict=True))
        return 1 / (1 + math.exp(-odds))

    @property
    def finding(self) -> Finding:
        probability = self.probability
        if probability is None:
            return Finding.NOTHING
        return Finding.HISS if probability >= LEAST_PROBABILITY else Finding.MUSIC

    @property
    def sentence(self) -> str:
        """The finding with its numbers, for a reader."""
        where = f"above {self.cutoff_hz / 1000:g} kHz"
        level = f"{_whole(self.level_dbfs)} dBFS in the quietest {QUIET_FRACTION:.0%} of the clip"
        probability = self.probability
        if probability is None:
            return (
                f"Nothing to remove here: {where} this clip falls to {level}; "
                f"what lies below {_whole(INAUDIBLE_DBFS)} dBFS is not heard as hiss."
            )
        side = "below" if self.drop_db >= 0 else "above"
        numbers = (
            f"{level}, varying by {self.spread_db:.1f} dB (white noise: {WHITE_NOISE_SPREAD_DB}), "
            f"{abs(self.drop_db):.0f} dB {side} the band under it, spectral flatness "
            f"{self.flatness:.2f} (white noise: {WHITE_NOISE_FLATNESS})"
        )
        if self.finding is Finding.HISS:
            return (
                f"This clip has a steady noise floor {where} (probability "
                f"{_percent(probability)}): {numbers}."
            )
        return (
            f"No steady noise floor {where} (probability {_percent(probability)}): {numbers}. What "
            "lies there is music, or hiss that comes and goes with it: a restoration is likely to "
            "take music too."
        )


def check_hiss(sound: Sound, *, cutoff_hz: float) -> HissCheck:
    """Look for a noise floor at and above `cutoff_hz`.

    The limits were set at 16 kHz, so give it `audio.working.report_mix`.
    Raises ValueError if the sound's rate leaves no band above the cutoff.
    """
    if cutoff_hz * (1 + WIDTH) > sound.sample_rate_hz / 2:
        raise ValueError(
            f"The hiss check at {cutoff_hz:g} Hz needs a sample rate of at least "
            f"{2 * cutoff_hz * (1 + WIDTH):g} Hz, got {sound.sample_rate_hz}."
        )
    frequencies_hz = bin_frequencies_hz(sound.sample_rate_hz)
    high = frequencies_hz >= cutoff_hz
    narrow = high & (frequencies_hz < cutoff_hz * (1 + WIDTH))
    blocks = for_passes(sound, lambda: spectra(sound, n_fft=N_FFT, hop_length=HOP_LENGTH))
    powers = [(p.sum(axis=0), p[narrow].sum(axis=0)) for _, p in _power(blocks())]
    total, in_band = (np.concatenate(one) for one in zip(*powers, strict=True))
    quietest = _steadiest(_quiet_sets(total), in_band)
    quiet = _frames(blocks(), quietest)

    def band(low_hz: float, high_hz: float) -> np.ndarray:
        return quiet[(frequencies_hz >= low_hz) & (frequencies_hz < high_hz)]

    return HissCheck(
        cutoff_hz=cutoff_hz,
        level_dbfs=_rms_dbfs(band(cutoff_hz, np.inf)),
        level_below_dbfs=_rms_dbfs(band(BAND_BELOW * cutoff_hz, cutoff_hz)),
        flatness=_flatness(quiet[narrow]),
        spread_db=_spread_db(in_band[quietest]),
        floor_dbfs=_rms_dbfs(quiet[narrow]) + 10 * math.log10(high.sum() / narrow.sum()),
    )


def _whole(level_dbfs: float) -> str:
    return f"{level_dbfs:.0f}".replace("-", "−")


def _percent(probability: float) -> str:
    if probability < 0.01:
        return "below 1 %"
    return "above 99 %" if probability > 0.99 else f"{100 * probability:.0f} %"


def _power(blocks: Iterable[tuple[int, np.ndarray]]) -> Iterator[tuple[int, np.ndarray]]:
    """Number of a block's first frame, and |X|^2 of its frames."""
    for first, spectrum in blocks:
        yield first, common_power(spectrum)


def _quiet_sets(total: np.ndarray) -> list[np.ndarray]:
    """The quietest frames of the clip, and of the clip without its first, its last, and both
    quarters: a fade belongs to an end, a floor does not.

    Digital silence, what overlaps it and what reaches over the clip's ends does not count, unless
    there is nothing else.
    total : power of every frame, shape (n_frames,)
    """
    n_over = OVER if total.size > 2 * OVER else 0
    frames = np.arange(n_over, total.size - n_over)
    is_silent = _dbfs(total) <= SILENT_DBFS
    beside = np.convolve(is_silent, np.ones(2 * BESIDE + 1))[BESIDE : BESIDE + total.size] > 0.5
    if not beside[frames].all():
        frames = frames[~beside[frames]]
    stretches = [frames]
    if frames.size >= QUARTERS_FROM:
        quarter = frames.size // 4
        stretches += [frames[quarter:], frames[:-quarter], frames[quarter:-quarter]]
    return [_quietest(stretch, total) for stretch in stretches]


def _quietest(frames: np.ndarray, total: np.ndarray) -> np.ndarray:
    n_quiet = min(frames.size, max(FEWEST_QUIET, int(QUIET_FRACTION * frames.size)))
    return frames[np.argsort(total[frames], kind="stable")[:n_quiet]]


def _steadiest(sets: list[np.ndarray], in_band: np.ndarray) -> np.ndarray:
    return min(sets, key=lambda frames: _spread_db(in_band[frames]))


def _frames(blocks: Iterable[tuple[int, np.ndarray]], numbers: np.ndarray) -> np.ndarray:
    """Power of some frames, shape (n_freqs, n_numbers)."""
    chosen = np.empty((N_FFT // 2 + 1, numbers.size), order="F")
    for first, spectrum in blocks:
        places = np.flatnonzero((numbers >= first) & (numbers < first + spectrum.shape[2]))
        chosen[:, places] = common_power(spectrum[:, :, numbers[places] - first])
    return chosen


def _dbfs(power: np.ndarray) -> np.ndarray:
    """Level of frames; power : sum of |X|^2 over their bins"""
    return 10 * np.log10(MEAN_SQUARE * power + POWER_FLOOR)


def _rms_dbfs(power: np.ndarray) -> float:
    """Level of the bins together, over all frames."""
    return float(_dbfs(power.sum(axis=0).mean()))


def _spread_db(in_band: np.ndarray) -> float:
    return float(_dbfs(in_band).std())


def _flatness(power: np.ndarray) -> float:
    """Of the part of the band that is least flat, the median over the frames: a steady tone lies in
    one part only. Silence counts as flat."""
    parts = np.array_split(power + POWER_FLOOR, N_PARTS)
    flatness = [np.exp(np.log(p).mean(axis=0)) / p.mean(axis=0) for p in parts]
    return float(np.median(flatness, axis=1).min())
