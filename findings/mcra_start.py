"""How soon MCRA removes a steady hiss, however a clip begins."""

from collections.abc import Callable, Mapping

import numpy as np

from audio.clip import AudioClip
from audio.high_band import high_band
from restorers import RESTORERS

RATE_HZ = 16_000
SECONDS = 4
HISS_RMS = 0.003
SEED = 11
CUTOFF_HZ = 6000.0


def _fade_in(samples: np.ndarray) -> np.ndarray:
    return samples * np.minimum(1, np.arange(samples.size) / (0.5 * RATE_HZ))


def _silence(samples: np.ndarray) -> np.ndarray:
    return samples * (np.arange(samples.size) >= 0.1 * RATE_HZ)


STARTS: Mapping[str, Callable[[np.ndarray], np.ndarray]] = {
    "at once": lambda samples: samples,
    "with a 0.5 s fade-in": _fade_in,
    "after 0.1 s of silence": _silence,
}


def removed_db() -> dict[str, np.ndarray]:
    """{how the hiss begins: dB removed above the cutoff in each second}"""
    hiss = HISS_RMS * np.random.default_rng(SEED).standard_normal((1, SECONDS * RATE_HZ))
    return {what: _removed_db(start(hiss)) for what, start in STARTS.items()}


def _removed_db(samples: np.ndarray) -> np.ndarray:
    restored = RESTORERS["mcra"]().restore(AudioClip(samples, RATE_HZ)).samples
    before, after = (
        np.sum(high_band(one, RATE_HZ, cutoff_hz=CUTOFF_HZ).reshape(SECONDS, -1) ** 2, axis=1)
        for one in (samples, restored)
    )
    return 10 * np.log10(before / after)
