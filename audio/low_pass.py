"""Linear-phase low-pass filters, without delay."""

from collections.abc import Iterator

import numpy as np
from scipy.signal import firwin, kaiserord, oaconvolve

from audio.blocks import Sound, blocks_between, read_padded


def low_pass_taps(
    sample_rate_hz: int, *, cutoff_hz: float, transition_hz: float, stop_band_db: float
) -> np.ndarray:
    """An FIR low-pass by Kaiser's window method, -6 dB at `cutoff_hz`.

    transition_hz : width of the slope, centred on the cutoff
    stop_band_db : attenuation above it, and how far the ripple below it stays under the signal
    returns : float64, shape (n_taps,), symmetric, n_taps odd: the delay is n_taps // 2
    """
    n_taps, beta = kaiserord(stop_band_db, transition_hz / (sample_rate_hz / 2))
    n_taps |= 1  # odd: a whole number of samples to take back
    taps: np.ndarray = firwin(n_taps, cutoff_hz, window=("kaiser", beta), fs=sample_rate_hz)
    return taps


def low_passed_blocks(
    sound: Sound, taps: np.ndarray, *, start: int = 0, stop: int | None = None
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """A sound from `start` up to `stop`, as it is and after a filter of `low_pass_taps`.

    yields : two of float32 and float64, shape (n_channels, n_samples of the block)
    """
    reach = len(taps) // 2
    stop = sound.n_samples if stop is None else stop
    for first, end in blocks_between(start, stop):
        samples = read_padded(sound, first - reach, end + reach)
        filtered = oaconvolve(samples.astype(np.float64), taps[np.newaxis], mode="valid", axes=1)
        yield samples[:, reach : samples.shape[1] - reach], filtered
