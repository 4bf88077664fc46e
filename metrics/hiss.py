"""Is there any hiss to remove? Asked of the original, before anything is done to it.

Hiss is a floor: it stays when the music pauses, so it is looked for in the quietest frames, and it
is noise, so its spectrum is flat from bin to bin. Spectral flatness is the geometric over the
arithmetic mean of the power (A. Gray and J. Markel, "A spectral-flatness measure for studying the
autocorrelation method of linear prediction of speech analysis", IEEE Trans. ASSP 22(3), 1974).
"""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from audio.blocks import Sound, for_passes, spectra
from audio.stft import HANN_POWER, HOP_LENGTH, N_FFT, bin_frequencies_hz, common_power

QUIET_FRACTION = 0.2  # of the frames; those that HB-SS takes its noise profile from
# Flatness is taken over a fifth of the cutoff: wide enough to tell a note from noise, narrow enough
# that the slope of the spectrum does not count as tone, and below the filter of a 16 kHz resampler.
FLATNESS_WIDTH = 0.2
BAND_BELOW = 0.5  # the band below reaches from this share of the cutoff up to it
# Set on 17 MusicGen clips: the three without a floor lie at -88 dBFS and below, the five with a
# noise-like one at -52 dBFS and above. Noise-like floors have a flatness of 0.43 to 0.57; guitars
# and brass 0.28 to 0.42, and they fall off by 13 dB and more from the band below, as notes do.
INAUDIBLE_DBFS = -85.0
SURELY_NOISE = 0.44
SURELY_MUSIC = 0.40
NO_SLOPE_DB = 6.0  # between the two, a band this little below the one under it is a floor
# exp(-Euler's constant): the mean log of a bin of white noise, which is exponentially distributed.
WHITE_NOISE_FLATNESS = 0.56
POWER_FLOOR = 1e-20  # -200 dBFS


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
    """

    cutoff_hz: float
    level_dbfs: float
    level_below_dbfs: float
    flatness: float

    @property
    def drop_db(self) -> float:
        """How far the band lies below the one under it."""
        return self.level_below_dbfs - self.level_dbfs

    @property
    def finding(self) -> Finding:
        if self.level_dbfs < INAUDIBLE_DBFS:
            return Finding.NOTHING
        is_floor = self.drop_db <= NO_SLOPE_DB and self.flatness >= SURELY_MUSIC
        return Finding.HISS if is_floor or self.flatness >= SURELY_NOISE else Finding.MUSIC

    @property
    def sentence(self) -> str:
        """The finding with its numbers, for a reader."""
        where = f"above {self.cutoff_hz / 1000:g} kHz"
        level = f"{_whole(self.level_dbfs)} dBFS in the quietest {QUIET_FRACTION:.0%} of the clip"
        flatness = f"spectral flatness {self.flatness:.2f}, white noise has {WHITE_NOISE_FLATNESS}"
        if self.finding is Finding.NOTHING:
            return (
                f"Nothing to remove here: {where} this clip falls to {level}; "
                f"what lies below {_whole(INAUDIBLE_DBFS)} dBFS is not heard as hiss."
            )
        side = "below" if self.drop_db >= 0 else "above"
        compared = f"{abs(self.drop_db):.0f} dB {side} the band under it"
        if self.finding is Finding.HISS:
            return f"This clip has a noise-like floor {where}: {level}, {compared} ({flatness})."
        return (
            f"What lies {where} is mostly music, not hiss: {level}, {compared} ({flatness}); "
            "a restoration is likely to take music with it."
        )


def check_hiss(sound: Sound, *, cutoff_hz: float) -> HissCheck:
    """Look for a noise-like floor at and above `cutoff_hz`.

    The limits were set at 16 kHz, so give it `audio.working.report_mix`.
    Raises ValueError if the sound's rate leaves no band above the cutoff.
    """
    if cutoff_hz * (1 + FLATNESS_WIDTH) > sound.sample_rate_hz / 2:
        raise ValueError(
            f"a hiss check at {cutoff_hz:g} Hz needs a sample rate of at least "
            f"{2 * cutoff_hz * (1 + FLATNESS_WIDTH):g} Hz, got {sound.sample_rate_hz}"
        )
    quiet = _quiet_power(sound)
    frequencies_hz = bin_frequencies_hz(sound.sample_rate_hz)

    def band(low_hz: float, high_hz: float) -> np.ndarray:
        return quiet[(frequencies_hz >= low_hz) & (frequencies_hz < high_hz)]

    return HissCheck(
        cutoff_hz=cutoff_hz,
        level_dbfs=_rms_dbfs(band(cutoff_hz, np.inf)),
        level_below_dbfs=_rms_dbfs(band(BAND_BELOW * cutoff_hz, cutoff_hz)),
        flatness=_flatness(band(cutoff_hz, cutoff_hz * (1 + FLATNESS_WIDTH))),
    )


def _whole(level_dbfs: float) -> str:
    return f"{level_dbfs:.0f}".replace("-", "−")


def _quiet_power(sound: Sound) -> np.ndarray:
    """Power of the quietest frames, the quietest first; shape (n_freqs, n_quiet).

    Frames that reach over the sound's ends do not count, unless there are no others.
    """
    blocks = for_passes(sound, lambda: spectra(sound, n_fft=N_FFT, hop_length=HOP_LENGTH))
    level = np.concatenate([common_power(spectrum).sum(axis=0) for _, spectrum in blocks()])
    n_over = N_FFT // 2 // HOP_LENGTH if level.size > 2 * (N_FFT // 2 // HOP_LENGTH) else 0
    whole = level[n_over : level.size - n_over]
    n_quiet = max(1, int(QUIET_FRACTION * whole.size))
    quietest = n_over + np.argsort(whole, kind="stable")[:n_quiet]
    quiet = np.empty((N_FFT // 2 + 1, n_quiet), order="F")
    for first, spectrum in blocks():
        places = np.flatnonzero((quietest >= first) & (quietest < first + spectrum.shape[2]))
        quiet[:, places] = common_power(spectrum[:, :, quietest[places] - first])
    return quiet


def _rms_dbfs(power: np.ndarray) -> float:
    """Level of the bins together, by Parseval's theorem; |X|^2 of a one-sided spectrum."""
    mean_square = 2 * power.sum(axis=0).mean() / (HANN_POWER * N_FFT**2)
    return float(10 * np.log10(mean_square + POWER_FLOOR))


def _flatness(power: np.ndarray) -> float:
    """Median over the frames of each frame's spectral flatness; silence counts as flat."""
    power = power + POWER_FLOOR
    return float(np.median(np.exp(np.mean(np.log(power), axis=0)) / np.mean(power, axis=0)))
