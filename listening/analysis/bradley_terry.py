"""The Bradley-Terry model: each version has a strength, and the stronger one wins more often.

R. A. Bradley and M. E. Terry, "Rank analysis of incomplete block designs", Biometrika 39, 1952.
P(i preferred to j) = 1 / (1 + exp(s_j - s_i)). A tie counts as half a win for each side. So that
the strengths stay finite when one version always wins, PRIOR_WINS of a win is added to each side
of every pair that was compared. Every listener counts the same. Intervals come from the influence
of each comparison (the sandwich estimator of P. J. Huber, 1967), summed over listeners, or over
listeners and clips.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from listening.analysis.clusters import Clusters
from listening.analysis.data import Pairs
from listening.analysis.intervals import Interval, intervals_of

PRIOR_WINS = 0.1
MAX_STEPS = 100
TOLERANCE = 1e-10


@dataclass(frozen=True)
class Strength:
    """One condition in the ranking.

    log_strength : 0 for the reference
    win_probability : of being preferred to the reference, 0.5 for the reference itself
    on_clips, for_music : 95 % intervals of that probability (`listening.analysis.intervals`); None
        for the reference, and where nothing can be said
    """

    condition: str
    log_strength: float
    win_probability: float
    on_clips: Interval | None
    for_music: Interval | None


def rank(pairs: Pairs, reference: str | None = None) -> list[Strength]:
    """All conditions that were compared, the strongest first; empty without comparisons.

    reference : what the others are measured against; None: the strongest. Conditions that no chain
        of comparisons links to it are left out.
    """
    if not len(pairs):
        return []
    clusters = Clusters.of(pairs.listener, pairs.clip)
    weights = clusters.equal_listeners() * len(pairs)
    total = wins_of(pairs, weights)
    linked = _linked(total, _place(reference, pairs, total))
    total = total[np.ix_(linked, linked)]
    point = strengths(total[np.newaxis], total + total.T > 0)[0]
    if reference not in pairs.conditions:  # the strongest instead
        strongest = int(np.argmax(point))
        order = [strongest, *(i for i in range(len(linked)) if i != strongest)]
        linked, total = [linked[i] for i in order], total[np.ix_(order, order)]
        point = point[order] - point[strongest]
    influences = _influences(pairs, weights, linked, point, total)
    ranking = [Strength(pairs.conditions[linked[0]], 0.0, 0.5, None, None)]
    for i, influence in enumerate(influences, start=1):
        scopes = intervals_of(point[i], influence, clusters)
        ranking.append(
            Strength(
                pairs.conditions[linked[i]],
                float(point[i]),
                _logistic(point[i]),
                *(one and Interval(_logistic(one.low), _logistic(one.high)) for one in scopes),
            )
        )
    return sorted(ranking, key=lambda one: -one.log_strength)


def wins_of(pairs: Pairs, weights: np.ndarray) -> np.ndarray:
    """wins[i, j]: how often i was preferred to j, by weight; float64, shape (n, n)."""
    n = len(pairs.conditions)
    wins = np.zeros((n, n))
    np.add.at(wins, (pairs.a, pairs.b), weights * pairs.result)
    np.add.at(wins, (pairs.b, pairs.a), weights * (1 - pairs.result))
    return wins


def _influences(pairs: Pairs, weights, linked, point, total) -> Iterator[np.ndarray]:
    """Of each comparison on one log-strength after the other, but the first; shape (n_pairs,)."""
    place = np.full(len(pairs.conditions), -1)
    place[linked] = np.arange(len(linked))
    a, b = place[pairs.a], place[pairs.b]
    surplus = np.where(a >= 0, weights * (pairs.result - _logistic(point[a] - point[b])), 0.0)
    games = total + total.T + 2 * PRIOR_WINS * (total + total.T > 0)
    chance = _logistic(point[:, np.newaxis] - point)
    information = -games * chance * (1 - chance)
    np.fill_diagonal(information, -information.sum(axis=1) + np.diag(information))
    inverse = np.zeros((len(linked), len(linked)))
    inverse[1:, 1:] = np.linalg.inv(information[1:, 1:])
    for row in inverse[1:]:
        yield (row[a] - row[b]) * surplus


def _place(reference: str | None, pairs: Pairs, total) -> int:
    """Where the reference is; without one, the first condition that was compared."""
    if reference in pairs.conditions:
        return pairs.conditions.index(reference)
    return int(np.flatnonzero((total + total.T).any(axis=1))[0])


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


def _linked(total, first: int) -> list[int]:
    """Conditions that are linked to `first`, that one first."""
    games = total + total.T > 0
    linked = [first]
    for i in linked:
        linked += [j for j in map(int, np.flatnonzero(games[i])) if j not in linked]
    return linked


def _logistic(x):
    return 1 / (1 + np.exp(-x))
