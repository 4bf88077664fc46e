"""Does a metric prefer what listeners prefer?

Clips are what a metric is tried on, so a handful of clips says little however many listeners there
are. Versions have their own level in a metric, and there are few of them: a metric that puts three
restorations in one order agrees with listeners by luck in one of six cases. So whether it follows
what listeners hear is judged beyond that order, by a permutation test that keeps all votes and
exchanges whole clips' values (P. Good, "Permutation, Parametric and Bootstrap Tests of Hypotheses",
3rd ed., 2005, chapter 3); Holm's correction over the metrics.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

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
N_PERMUTATIONS = 1999
CLIP_LIKENESS = 1.0  # a metric is right or wrong about a clip, whoever listens


@dataclass(frozen=True)
class Agreement:
    """One metric against the listeners' choices.

    with_reference : whether comparisons with the reference are in it. A distance prefers the
        original always, and a change of energy never, so the others alone say more about the metric
    agrees : share of pairs, in which both have a preference, that they order alike; 0.5 is chance
    tau : mean over trials of Kendall's tau-b between metric and listener, -1 to 1; 0 is chance
    has_one_order : whether it orders the versions alike on nearly every clip
    p, p_holm : permutation test; None with the reference, which is no restoration
    """

    metric: str
    with_reference: bool
    agrees: Estimate
    tau: Estimate
    has_one_order: bool
    p: float | None = None
    p_holm: float | None = None

    @property
    def follows_listeners(self) -> bool:
        """Whether it agrees more, or less, than half the time and than its order alone would."""
        return (
            self.p_holm is not None
            and self.p_holm <= ALPHA
            and self.agrees.for_music is not None
            and self.agrees.for_music.excludes(CHANCE)
        )


@dataclass(frozen=True)
class Threshold:
    """The log-mel distance below which a restoration is preferred to the reference.

    value : where the two differ most (Youden's J)
    sensitivity, specificity : share of the preferred ones below it, of the others above it
    area : under the ROC curve, comparing votes on the same version; 0.5 is chance
    """

    value: float
    sensitivity: float
    specificity: float
    area: Estimate

    @property
    def is_told(self) -> bool:
        """Whether, within a version, distances of preferred clips lie lower for music like this."""
        found = self.area.for_music
        return found is not None and found.low > CHANCE


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
    trial, trials = pd.factorize(pairs.trial)
    first = np.zeros(len(trials), dtype=int)
    first[trial] = np.arange(trial.size)  # any of its pairs
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
    n = len(pairs.conditions)
    key = (pairs.clip * n + pairs.a) * n + pairs.b
    order = pd.Series(_order(pairs, metric)).groupby(key).first()
    balance = order.groupby(order.index % (n * n)).sum().abs()
    return bool(balance.sum() >= ONE_ORDER * max(order.abs().sum(), 1))


def _p_by_permutation(pairs: Pairs, metric: str, sign: int, seed: int) -> float:
    """Two-sided p of the listeners' mean concordance with the metric, clips exchanged at random."""
    pairs = _measured(pairs, metric)
    pairs = pairs.chosen(pairs.result != 0.5)
    weights = Clusters.of(pairs.listener, pairs.clip).equal_listeners()
    ear = weights * np.sign(pairs.result - 0.5)
    clip, clips = pd.factorize(pairs.clip)
    n = len(pairs.conditions)
    pair = pairs.a * n + pairs.b
    preference, order, count = np.zeros((3, len(clips), n * n))
    np.add.at(preference, (clip, pair), ear)
    np.add.at(order, (clip, pair), sign * _order(pairs, metric))
    np.add.at(count, (clip, pair), 1)
    order = np.divide(order, count, out=np.zeros_like(order), where=count > 0)
    concordance = preference @ order.T  # of each clip's votes with each clip's values
    rng = np.random.default_rng(seed)
    places = np.arange(len(clips))
    drawn = np.array(
        [concordance[places, rng.permutation(len(clips))].sum() for _ in range(N_PERMUTATIONS)]
    )
    centre = concordance.mean(axis=1).sum()  # over all permutations
    as_far = np.abs(drawn - centre) >= abs(np.trace(concordance) - centre) - 1e-12
    return float((1 + as_far.sum()) / (1 + N_PERMUTATIONS))


def log_mel_threshold(pairs: Pairs, reference: str | None) -> Threshold | None:
    """None unless some votes on a version preferred it to the reference and some did not."""
    if reference not in pairs.conditions:
        return None
    place = pairs.conditions.index(reference)
    sides = (pairs.chosen(pairs.b == place), pairs.chosen(pairs.a == place).turned())
    distance = np.concatenate([one.metrics["log_mel_distance"][0] for one in sides])
    result = np.concatenate([one.result for one in sides])
    told = (result != 0.5) & ~np.isnan(distance)
    preferred, distance = result[told] == 1, distance[told]
    listener, clip, version = (
        np.concatenate([getattr(one, name) for one in sides])[told]
        for name in ("listener", "clip", "a")
    )
    area = _area_within_versions(distance, preferred, version, Clusters.of(listener, clip))
    return Threshold(*_best_threshold(distance, preferred), area) if area else None


def _best_threshold(distance, preferred) -> tuple[float, float, float]:
    """Best threshold, sensitivity and specificity there."""
    levels, n_at = _votes_by_level(distance, preferred)
    below = np.cumsum(n_at, axis=1) / n_at.sum(axis=1, keepdims=True)
    at = int(np.argmax(below[1] - below[0]))
    value = (levels[at] + levels[at + 1]) / 2 if at + 1 < levels.size else levels[at]
    return float(value), float(below[1][at]), float(1 - below[0][at])


def _area_within_versions(distance, preferred, version, clusters: Clusters) -> Estimate | None:
    """Area under the ROC curve, comparing only votes on the same version; each vote's influence is
    that of E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson, Biometrics 44(3), 1988. None if no
    version was preferred by some and not by others."""
    total = n_compared = 0.0
    influence, weight = np.zeros((2, distance.size))
    for one in np.unique(version):
        of_it = np.flatnonzero(version == one)
        liked = preferred[of_it]
        levels, (others, likers) = _votes_by_level(distance[of_it], liked)
        level = np.searchsorted(levels, distance[of_it])
        # Of each vote, how many of the other kind speak for "lower is preferred", a tie as half.
        above = others.sum() - (np.cumsum(others) - others / 2)
        below = np.cumsum(likers) - likers / 2
        influence[of_it] = np.where(liked, above[level], below[level])
        weight[of_it] = np.where(liked, others.sum(), likers.sum())
        total += float(likers @ above)
        n_compared += float(likers.sum() * others.sum())
    if not n_compared:
        return None
    area = total / n_compared
    scopes = intervals_of(area, (influence - area * weight) / n_compared, clusters)
    return Estimate(area, *scopes, distance.size, clusters.n_listeners, clusters.n_clips)


def _votes_by_level(distance, preferred) -> tuple[np.ndarray, np.ndarray]:
    """The distances there are, and how many votes at each, not preferred and preferred."""
    levels, level = np.unique(distance, return_inverse=True)
    n_at = [np.bincount(level[side], minlength=levels.size) for side in (~preferred, preferred)]
    return levels, np.array(n_at)
