"""Which setting is best by the truth, and how much better on pieces that did not choose it."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import t

N_FOLDS = 6
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Choice:
    """A setting chosen by the truth.

    chosen : index of the setting that is best over all pieces
    votes : how many of the folds chose it too
    held_out : which setting the folds chose that did not hear a piece, shape (n_pieces,)
    """

    chosen: int
    votes: int
    held_out: np.ndarray

    def of_pieces(self, values: np.ndarray) -> np.ndarray:
        """What each piece has with the setting that it did not choose; shape (n_kinds, n_pieces).

        values : shape (n_kinds, n_settings, n_pieces)
        """
        return np.take_along_axis(values, self.held_out[None, None, :], axis=1)[:, 0]


@dataclass(frozen=True)
class Mean:
    """A mean over pieces and its 95 % interval, Student's t."""

    value: float
    low: float
    high: float

    def within(self, least: float, most: float) -> "Mean":
        """With an interval cut at what is possible."""
        return Mean(self.value, max(least, self.low), min(most, self.high))


def choose(gains: np.ndarray) -> Choice:
    """The setting with the highest mean gain over all kinds of hiss, cross-validated over pieces.

    gains : shape (n_kinds, n_settings, n_pieces); a kind of which a piece lacks a number with some
        setting is left out for this piece, and a piece that lacks all of them chooses nothing
    """
    known = np.isfinite(gains).all(axis=1, keepdims=True)
    sums = np.where(known, gains, 0.0).sum(axis=0)
    by_piece = sums / np.maximum(known.sum(axis=0), 1)
    n_pieces = by_piece.shape[1]
    fold = np.arange(n_pieces) % N_FOLDS
    of_folds = [int(np.argmax(by_piece[:, fold != one].mean(axis=1))) for one in range(N_FOLDS)]
    chosen = int(np.argmax(by_piece.mean(axis=1)))
    return Choice(chosen, of_folds.count(chosen), np.array(of_folds)[fold])


def mean_of(values: np.ndarray) -> Mean | None:
    """values : one for each piece; NaN where there is none. None for fewer than two."""
    known = values[np.isfinite(values)]
    if known.size < 2:
        return None
    mean = float(known.mean())
    reach = t.ppf((1 + CONFIDENCE) / 2, known.size - 1) * known.std(ddof=1) / np.sqrt(known.size)
    return Mean(mean, mean - float(reach), mean + float(reach))
