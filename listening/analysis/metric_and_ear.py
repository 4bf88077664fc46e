"""Does a metric prefer what listeners prefer?

Clips are what a metric is tried on, so a handful of clips says little however many listeners there
are. Whether a metric agrees with listeners by chance is judged by a permutation test that keeps all
votes and exchanges each clip's metric values among its versions (P. Good, "Permutation, Parametric
and Bootstrap Tests of Hypotheses", 3rd ed., 2005, chapter 3); Holm's correction over the metrics.
A metric that orders the versions alike on nearly every clip has been tried on one order, not on
many clips: nothing is said about it.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from listening.analysis.clusters import Clusters
from listening.analysis.data import Pairs
from listening.analysis.evidence import ALPHA
from listening.analysis.holm import holm
from listening.analysis.intervals import Estimate, intervals_of, mean, share
from listening.anchors import ANCHOR_TITLES

# +1: more is meant to be better, -1: less is.
BETTER = {
    "delta_hf_band_db": -1,
    "delta_hpss_ratio": +1,
    "log_mel_distance": -1,
    "OK_count": +1,
}
CHANCE = 0.5
ONE_ORDER = 0.9  # of the clips' balance of orders, 1 if all are alike, 0 if half are turned
N_PERMUTATIONS = 4999
MOST_ORDERS = 120  # of one clip's versions that are tried; all there are of up to five
CLIP_LIKENESS = 1.0  # a metric is right or wrong about a clip, whoever listens


@dataclass(frozen=True)
class Agreement:
    """One metric against the listeners' choices.

    with_reference : whether comparisons with the reference are in it. A distance prefers the
        original always, and a change of energy never, so the others alone say more about the metric
    agrees : share of pairs, in which both have a preference, that they order alike; 0.5 is chance
    tau : mean over trials of Kendall's tau-b between metric and listener, -1 to 1; 0 is chance
    has_one_order : whether it orders the versions alike on nearly every clip
    p, p_holm : permutation test; None with the reference, where a metric's order is no chance
    """

    metric: str
    with_reference: bool
    agrees: Estimate
    tau: Estimate
    has_one_order: bool
    p: float | None = None
    p_holm: float | None = None

    @property
    def differs_from_chance(self) -> bool:
        return (
            self.p_holm is not None
            and self.p_holm <= ALPHA
            and not self.has_one_order
            and self.agrees.for_music is not None
            and self.agrees.for_music.excludes(CHANCE)
        )


@dataclass(frozen=True)
class Threshold:
    """The log-mel distance below which a restoration is preferred to the reference.

    value : where the two differ most (Youden's J)
    sensitivity, specificity : share of the preferred ones below it, of the others above it
    area : under the ROC curve, 0.5 is chance; with its intervals
    has_one_order : as in Agreement
    """

    value: float
    sensitivity: float
    specificity: float
    area: Estimate
    has_one_order: bool

    @property
    def is_told(self) -> bool:
        """Whether distances of preferred ones lie lower, for music like this."""
        found = self.area.for_music
        return found is not None and found.low > CHANCE and not self.has_one_order


def agreements(pairs: Pairs, reference: str | None, *, seed: int = 0) -> list[Agreement]:
    """Of every metric, without and with the reference; what has no votes is left out."""
    anchors = [i for i, name in enumerate(pairs.conditions) if name in ANCHOR_TITLES]
    pairs = pairs.chosen(~np.isin(pairs.a, anchors) & ~np.isin(pairs.b, anchors))
    place = pairs.conditions.index(reference) if reference in pairs.conditions else -1
    alone = pairs.chosen((pairs.a != place) & (pairs.b != place))
    found = [_agreement(alone, *one, False) for one in BETTER.items()]
    tested = [one for one in found if one]
    p_values = [_p_by_permutation(alone, one.metric, BETTER[one.metric], seed) for one in tested]
    tested = [
        replace(one, p=p, p_holm=q)
        for one, p, q in zip(tested, p_values, holm(p_values), strict=True)
    ]
    if place < 0:
        return tested
    return [*tested, *filter(None, (_agreement(pairs, *one, True) for one in BETTER.items()))]


def _agreement(pairs: Pairs, metric: str, sign: int, with_reference: bool) -> Agreement | None:
    pairs = _measured(pairs, metric)
    ear, meter = np.sign(pairs.result - 0.5), sign * _order(pairs, metric)
    both = (ear != 0) & (meter != 0)
    if not both.any():
        return None
    listener, clip = pairs.listener[both], pairs.clip[both]
    agrees = share(ear[both] == meter[both], listener, clip, likeness=CLIP_LIKENESS)
    _, first, trial = np.unique(pairs.trial, return_index=True, return_inverse=True)
    concordance, ear_pairs, meter_pairs = (
        np.bincount(trial, weights=one) for one in (ear * meter, ear != 0, meter != 0)
    )
    told = (ear_pairs > 0) & (meter_pairs > 0)
    tau = concordance[told] / np.sqrt(ear_pairs[told] * meter_pairs[told])
    taus = mean(tau, pairs.listener[first][told], pairs.clip[first][told])
    return Agreement(metric, with_reference, agrees, taus, _has_one_order(pairs, metric))


def _measured(pairs: Pairs, metric: str) -> Pairs:
    of_a, of_b = pairs.metrics[metric]
    return pairs.chosen(~np.isnan(of_a + of_b))


def _order(pairs: Pairs, metric: str) -> np.ndarray:
    """Sign of the metric's difference, a minus b."""
    of_a, of_b = pairs.metrics[metric]
    return np.sign(of_a - of_b)


def _has_one_order(pairs: Pairs, metric: str) -> bool:
    """Whether every two versions have the same order on nearly all clips; of one clip, it is so."""
    key = np.stack([pairs.a, pairs.b, pairs.clip])
    (a, b, _), first = np.unique(key, axis=1, return_index=True)
    order = _order(pairs, metric)[first]
    _, pair = np.unique(a * len(pairs.conditions) + b, return_inverse=True)
    balance = np.abs(np.bincount(pair, order))
    return bool(balance.sum() >= ONE_ORDER * max(np.abs(order).sum(), 1))


def _p_by_permutation(pairs: Pairs, metric: str, sign: int, seed: int) -> float:
    """Two-sided p of the listeners' mean concordance with the metric.

    Within each clip the versions' values are exchanged in every way (or MOST_ORDERS at random); of
    all combinations over the clips N_PERMUTATIONS are drawn.
    """
    pairs = _measured(pairs, metric)
    pairs = pairs.chosen(pairs.result != 0.5)
    weights = Clusters.of(pairs.listener, pairs.clip).equal_listeners()
    ear = weights * np.sign(pairs.result - 0.5)
    of_a, of_b = pairs.metrics[metric]
    clips, clip = np.unique(pairs.clip, return_inverse=True)
    n = len(pairs.conditions)
    preference, value, count = np.zeros((clips.size, n, n)), *np.zeros((2, clips.size, n))
    np.add.at(preference, (clip, pairs.a, pairs.b), ear)
    for place, of_it in ((pairs.a, of_a), (pairs.b, of_b)):
        np.add.at(value, (clip, place), of_it)
        np.add.at(count, (clip, place), 1)
    value = sign * np.divide(value, count, out=np.zeros_like(value), where=count > 0)
    rng = np.random.default_rng(seed)
    observed, drawn = 0.0, np.zeros(N_PERMUTATIONS)
    for of_clip, values, heard in zip(preference, value, count > 0, strict=True):
        places = np.flatnonzero(heard)
        orders = _orders(places.size, rng)
        permuted = values[places][orders]
        signs = np.sign(permuted[:, :, np.newaxis] - permuted[:, np.newaxis, :])
        concordance = np.einsum("oij,ij->o", signs, of_clip[np.ix_(places, places)])
        observed += concordance[0]
        drawn += concordance[rng.integers(len(orders), size=N_PERMUTATIONS)]
    as_far = np.abs(drawn) >= abs(observed) - 1e-12
    return float((1 + as_far.sum()) / (1 + N_PERMUTATIONS))


def _orders(n: int, rng: np.random.Generator) -> np.ndarray:
    """Permutations of n places, the identity first; shape (n_orders, n)."""
    if n <= 5:
        return np.array(list(itertools.permutations(range(n))))
    drawn = [rng.permutation(n) for _ in range(MOST_ORDERS - 1)]
    return np.array([np.arange(n), *drawn])


def log_mel_threshold(pairs: Pairs, reference: str | None) -> Threshold | None:
    """None unless some restorations were preferred to the reference and some were not."""
    if reference not in pairs.conditions:
        return None
    place = pairs.conditions.index(reference)
    sides = (pairs.chosen(pairs.b == place), pairs.chosen(pairs.a == place).turned())
    distance = np.concatenate([one.metrics["log_mel_distance"][0] for one in sides])
    result = np.concatenate([one.result for one in sides])
    told = (result != 0.5) & ~np.isnan(distance)
    preferred, distance = result[told] == 1, distance[told]
    if not preferred.any() or preferred.all():
        return None
    listener, clip = (
        np.concatenate([getattr(one, name) for one in sides])[told] for name in ("listener", "clip")
    )
    condition = np.concatenate([one.a for one in sides])[told]
    return Threshold(
        *_best_threshold(distance, preferred),
        _area(distance, preferred, listener, clip),
        _distances_have_one_order(condition, clip, distance),
    )


def _best_threshold(distance, preferred) -> tuple[float, float, float]:
    """Best threshold, sensitivity and specificity there."""
    levels, level = np.unique(distance, return_inverse=True)
    votes = np.array(
        [np.bincount(level[side], minlength=levels.size) for side in (~preferred, preferred)]
    )
    below = np.cumsum(votes, axis=1) / votes.sum(axis=1, keepdims=True)
    at = int(np.argmax(below[1] - below[0]))
    value = (levels[at] + levels[at + 1]) / 2 if at + 1 < levels.size else levels[at]
    return float(value), float(below[1][at]), float(1 - below[0][at])


def _area(distance, preferred, listener, clip) -> Estimate:
    """Area under the ROC curve; each vote's influence is that of E. R. DeLong, D. M. DeLong and
    D. L. Clarke-Pearson, Biometrics 44(3), 1988."""
    levels, level = np.unique(distance, return_inverse=True)
    n_at = np.array(
        [np.bincount(level[side], minlength=levels.size) for side in (~preferred, preferred)]
    )
    n_others, n_preferred = n_at.sum(axis=1)
    # Of each level, the share of the others above it and of the preferred below, a tie as half.
    above = 1 - (np.cumsum(n_at[0]) - n_at[0] / 2) / n_others
    below = (np.cumsum(n_at[1]) - n_at[1] / 2) / n_preferred
    area = float(np.sum(n_at[1] * above) / n_preferred)
    influence = np.where(
        preferred, (above[level] - area) / n_preferred, (below[level] - area) / n_others
    )
    clusters = Clusters.of(listener, clip)
    scopes = intervals_of(area, influence, clusters)
    return Estimate(area, *scopes, distance.size, clusters.n_listeners, clusters.n_clips)


def _distances_have_one_order(condition, clip, distance) -> bool:
    """Whether every two restorations have the same order of distances on nearly all clips."""
    names, place = np.unique(condition, return_inverse=True)
    _, which = np.unique(clip, return_inverse=True)
    table = np.full((which.max() + 1, names.size), np.nan)
    table[which, place] = distance
    orders = [np.sign(table[:, i] - table[:, j]) for i, j in _two_of(range(names.size))]
    balance = sum(abs(np.nansum(order)) for order in orders)
    return bool(balance >= ONE_ORDER * max(sum(np.nansum(np.abs(one)) for one in orders), 1))


def _two_of(places: Sequence[int]) -> list[tuple[int, int]]:
    return list(itertools.combinations(places, 2))
