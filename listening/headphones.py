"""The headphone check: which of three tones is the quietest?

One of them is 6 dB quieter; another has its two channels in antiphase, so that loudspeakers in a
room cancel it and it seems the quietest, while headphones do not. K. J. P. Woods, M. H. Siegel,
J. Traer and J. H. McDermott, "Headphone screening to facilitate web-based auditory experiments",
Attention, Perception, & Psychophysics 79, 2017.
"""

import io
from dataclasses import dataclass

import numpy as np
import soundfile

N_TRIALS = 6
CORRECT_TO_PASS = 5  # as in the paper; by chance 2 % pass
TONE_HZ = 200.0
TONE_S = 1.0
RAMP_S = 0.1
PAUSE_S = 0.5
QUIETER_DB = 6.0
LEVEL_DBFS = -20.0
RATE_HZ = 16_000

PLAIN, QUIET, ANTIPHASE = "plain", "quiet", "antiphase"
TONES = (PLAIN, QUIET, ANTIPHASE)


@dataclass(frozen=True)
class HeadphoneTrial:
    """Three tones in the order in which they sound."""

    tones: tuple[str, ...]

    @property
    def quietest(self) -> int:
        """Place of the quietest tone, from 0: the right answer."""
        return self.tones.index(QUIET)


def draw_headphone_check(rng: np.random.Generator) -> tuple[HeadphoneTrial, ...]:
    """N_TRIALS trials in which each order of the three tones occurs equally often."""
    orders = [(TONES[a], TONES[b], TONES[3 - a - b]) for a in range(3) for b in range(3) if a != b]
    return tuple(HeadphoneTrial(orders[index]) for index in rng.permutation(len(orders)))


def headphone_sound(trial: HeadphoneTrial) -> np.ndarray:
    """The three tones with pauses between; float64, shape (n_samples, 2), full scale 1.0."""
    pause = np.zeros((round(PAUSE_S * RATE_HZ), 2))
    parts = [_tone(kind) for kind in trial.tones]
    return np.concatenate([parts[0], pause, parts[1], pause, parts[2]])


def headphone_wav(trial: HeadphoneTrial) -> bytes:
    """The same as a 16-bit stereo WAV; all orders give files of one length."""
    buffer = io.BytesIO()
    soundfile.write(buffer, headphone_sound(trial), RATE_HZ, format="WAV", subtype="PCM_16")
    return buffer.getvalue()


def _tone(kind: str) -> np.ndarray:
    t = np.arange(round(TONE_S * RATE_HZ)) / RATE_HZ
    ramp = np.clip(np.minimum(t, t[::-1]) / RAMP_S, 0, 1)
    level_db = LEVEL_DBFS - (QUIETER_DB if kind == QUIET else 0.0)
    left = 10 ** (level_db / 20) * ramp * np.sin(2 * np.pi * TONE_HZ * t)
    return np.stack([left, -left if kind == ANTIPHASE else left], axis=1)
