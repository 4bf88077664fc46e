"""The Bradley-Terry model: each version has a strength, and the stronger one wins more often.

R. A. Bradley and M. E. Terry, "Rank analysis of incomplete block designs", Biometrika 39, 1952.
P(i preferred to j) = 1 / (1 + exp(s_j - s_i)). A tie counts as half a win for each side. So that
the strengths stay finite when one version always wins, PRIOR_WINS of a win is added to each side
of every pair that was compared. Intervals come from resampling listeners, not votes.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from listening.analysis.data import Pairs
from listening.analysis.intervals import CONFIDENCE

PRIOR_WINS = 0.1
N_RESAMPLES = 1000
MAX_STEPS = 100
TOLERANCE = 1e-10


@dataclass(frozen=True)
class Strength:
    """One condition in the ranking.

    log_strength : 0 for the reference, the original if it was compared
    win_probability : of being preferred to the reference, 0.5 for the reference itself
    low, high : 95 % interval of that probability; None for the reference and with one listener
    """

    condition: str
    log_strength: float
    win_probability: float
    low: float | None
    high: float | None


def rank(pairs: Pairs, *, n_resamples: int = N_RESAMPLES, seed: int = 0) -> list[Strength]:
    """All conditions that were compared, the strongest first; empty without comparisons.

    Conditions that no chain of comparisons links to the reference are left out.
    """
    by_listener = wins_by_listener(pairs)
    total = by_listener.sum(axis=0)
    linked = _linked(total)
    if len(linked) < 2:
        return []
    by_listener, total = (one[..., linked, :][..., linked] for one in (by_listener, total))
    compared = total + total.T > 0
    point = strengths(total[np.newaxis], compared)[0]
    n_listeners = len(by_listener)
    error = np.full(len(linked), np.nan)
    if n_listeners > 1:
        rng = np.random.default_rng(seed)
        weights = rng.multinomial(n_listeners, np.full(n_listeners, 1 / n_listeners), n_resamples)
        resampled = np.tensordot(weights.astype(float), by_listener, axes=1)
        error = strengths(resampled, compared).std(axis=0, ddof=1)
        error *= np.sqrt(n_listeners / (n_listeners - 1))  # resamples vary by that much less
    quantile = stats.t.ppf(0.5 + CONFIDENCE / 2, max(n_listeners - 1, 1))
    found = [
        Strength(
            pairs.conditions[linked[i]],
            float(point[i]),
            _logistic(point[i]),
            None if i == 0 or np.isnan(error[i]) else _logistic(point[i] - quantile * error[i]),
            None if i == 0 or np.isnan(error[i]) else _logistic(point[i] + quantile * error[i]),
        )
        for i in range(len(linked))
    ]
    return sorted(found, key=lambda one: -one.log_strength)


def wins_by_listener(pairs: Pairs) -> np.ndarray:
    """wins[l, i, j]: how often listener l preferred i to j; float64, (n_listeners, n, n)."""
    n = len(pairs.conditions)
    _, listener = np.unique(pairs.listener, return_inverse=True)
    wins = np.zeros((listener.max(initial=-1) + 1, n, n))
    np.add.at(wins, (listener, pairs.a, pairs.b), pairs.result)
    np.add.at(wins, (listener, pairs.b, pairs.a), 1 - pairs.result)
    return wins


def strengths(wins, compared) -> np.ndarray:
    """Log-strengths that maximise the likelihood, by Newton's method; the first one is 0.

    wins : wins[..., i, j], how often i beat j; shape (n_sets, n, n)
    compared : which pairs get the prior; bool, shape (n, n)
    returns : shape (n_sets, n)
    """
    wins = wins + PRIOR_WINS * compared
    games = wins + np.swapaxes(wins, -1, -2)
    found = np.zeros(wins.shape[:-1])
    for _ in range(MAX_STEPS):
        expected = games / (1 + np.exp(found[:, np.newaxis, :] - found[:, :, np.newaxis]))
        gradient = (wins - expected).sum(axis=-1)
        weight = expected * np.swapaxes(expected, -1, -2) / np.where(games > 0, games, 1)
        information = -weight
        index = np.arange(found.shape[-1])
        information[:, index, index] += weight.sum(axis=-1)
        step = np.zeros_like(found)
        step[:, 1:] = np.linalg.solve(information[:, 1:, 1:], gradient[:, 1:, np.newaxis])[..., 0]
        found += np.clip(step, -1, 1)  # a full step may overshoot where wins are one-sided
        if np.max(np.abs(step)) < TOLERANCE:
            break
    return found


def _linked(total) -> list[int]:
    """Conditions that are linked to the first one that was compared, that one first."""
    games = total + total.T > 0
    if not games.any():
        return []
    linked = [int(np.flatnonzero(games.any(axis=1))[0])]
    for i in linked:
        linked += [j for j in map(int, np.flatnonzero(games[i])) if j not in linked]
    return linked


def _logistic(x: float) -> float:
    return float(1 / (1 + np.exp(-x)))
