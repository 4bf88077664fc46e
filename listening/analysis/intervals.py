"""Shares and means with what they say about others: listeners who were not there, and music.

Every listener counts the same, however many votes they gave. Each estimate has two intervals, one
for each scope: "on these clips" takes the clips as they are and listeners as a sample, "for music
like this" takes both as samples (`listening.analysis.clusters`). Quantiles are Student's t with as
many degrees of freedom as there are clusters, less one; where both are sampled, the fewer ones
count.

Shares get Wilson's interval with the effective number of votes that the variance stands for, after
E. L. Korn and B. I. Graubard, "Confidence intervals for proportions with small expected number of
positive counts estimated from survey data", Survey Methodology 24(2), 1998. Where hardly anybody
disagrees, the votes cannot tell how alike those of one listener or clip are, so a likeness is
assumed.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import stats

from listening.analysis.clusters import Clusters

CONFIDENCE = 0.95
FEWEST_CLIPS = 5  # with fewer, nothing is said about other music
FEW_EVENTS = 5  # fewer expected votes for the rarer answer say little about their likeness
LEAST_BY_CHANCE = 0.005
ASSUMED_LIKENESS = 0.05  # intraclass correlation of votes of one listener or clip, if unknown


class Scope(StrEnum):
    """What a number is about."""

    CLIPS = "on these clips"
    MUSIC = "for music like this"


@dataclass(frozen=True)
class Interval:
    """95 %."""

    low: float
    high: float

    def excludes(self, value: float) -> bool:
        return not self.low <= value <= self.high


@dataclass(frozen=True)
class Estimate:
    """A share or mean, every listener counting the same, with its intervals.

    on_clips : for other listeners on these clips; None with one listener, where there is no telling
    for_music : for other listeners and other clips; None with fewer than FEWEST_CLIPS clips
    """

    value: float
    on_clips: Interval | None
    for_music: Interval | None
    n_votes: int
    n_listeners: int
    n_clips: int

    def interval(self, scope: Scope) -> Interval | None:
        return self.on_clips if scope == Scope.CLIPS else self.for_music


def share(
    values, listeners, clips, *, by_vote: bool = False, likeness=ASSUMED_LIKENESS
) -> Estimate:
    """A share of votes, of which there is at least one.

    values : 0, 1 or 0.5 (a tie) of each vote, shape (n_votes,)
    listeners, clips : whose vote each is, and on what; labels, shape (n_votes,)
    by_vote : every vote counts the same instead of every listener
    likeness : intraclass correlation assumed where nearly all votes agree
    """
    values = np.asarray(values, dtype=float)
    assert values.size
    clusters = Clusters.of(listeners, clips)
    weights = _weights(clusters, by_vote)
    value = _weighted_mean(values, weights)
    influence = weights * (values - value)

    def wilson_for(variance: float, n_clusters: int, *sampled: np.ndarray) -> Interval:
        n_effective = _effective_votes(value, variance, weights, sampled, likeness, n_clusters)
        return Interval(*wilson(value, n_effective, _quantile(n_clusters)))

    on_clips = for_music = None
    if clusters.n_listeners > 1:
        variance = clusters.variance_over_listeners(influence)
        on_clips = wilson_for(variance, clusters.n_listeners, clusters.listener)
        if clusters.n_clips >= FEWEST_CLIPS:
            variance = clusters.variance_over_both(influence)
            for_music = wilson_for(variance, clusters.fewest, clusters.listener, clusters.clip)
    return Estimate(value, on_clips, for_music, values.size, clusters.n_listeners, clusters.n_clips)


def mean(values, listeners, clips) -> Estimate:
    """A mean of votes, of which there is at least one; arguments as for `share`."""
    values = np.asarray(values, dtype=float)
    assert values.size
    clusters = Clusters.of(listeners, clips)
    weights = _weights(clusters, by_vote=False)
    value = _weighted_mean(values, weights)
    on_clips, for_music = intervals_of(value, weights * (values - value), clusters)
    return Estimate(value, on_clips, for_music, values.size, clusters.n_listeners, clusters.n_clips)


def intervals_of(
    value: float, influence: np.ndarray, clusters: Clusters
) -> tuple[Interval | None, Interval | None]:
    """Of any estimate, on these clips and for music like this.

    influence : of each observation on the estimate, shape (n,)
    """
    if clusters.n_listeners < 2:
        return None, None
    margin = _quantile(clusters.n_listeners) * np.sqrt(clusters.variance_over_listeners(influence))
    on_clips = Interval(float(value - margin), float(value + margin))
    if clusters.n_clips < FEWEST_CLIPS:
        return on_clips, None
    margin = _quantile(clusters.fewest) * np.sqrt(clusters.variance_over_both(influence))
    return on_clips, Interval(float(value - margin), float(value + margin))


def wilson(value: float, n: float, quantile: float) -> tuple[float, float]:
    """Wilson's interval of a share of n votes; n need not be whole."""
    spread = quantile**2 / n
    centre = (value + spread / 2) / (1 + spread)
    margin = quantile / (1 + spread) * np.sqrt(value * (1 - value) / n + spread / (4 * n))
    return max(0.0, float(centre - margin)), min(1.0, float(centre + margin))


def _weights(clusters: Clusters, by_vote: bool) -> np.ndarray:
    n_votes = clusters.listener.size
    return np.full(n_votes, 1 / n_votes) if by_vote else clusters.equal_listeners()


def _weighted_mean(values: np.ndarray, weights: np.ndarray) -> float:
    """Exactly 0 or 1 where all values are."""
    return float(np.sum(weights * values) / np.sum(weights))


def _quantile(n_clusters: int) -> float:
    return float(stats.t.ppf(0.5 + CONFIDENCE / 2, n_clusters - 1))


def _effective_votes(value, variance, weights, sampled, likeness, n_clusters) -> float:
    """As many independent votes as would have this variance, at least 1.

    It may be more than there are where listeners differ less than coins would: held at their
    number, intervals of a dozen listeners would cover 98 % instead of 95 %.
    """
    squares = float(np.sum(weights**2))
    n_votes = 1 / squares  # that count, if weights differ
    independent = value * (1 - value) * squares
    design_effect = variance / independent if independent > 0 else 0.0
    n_rarer = n_votes * min(value, 1 - value)
    unknown = max(0.0, 1 - n_rarer / FEW_EVENTS)
    # Less than chance makes of independent votes says nothing but that somebody answers by rote.
    freedom = n_clusters - 1
    design_effect = max(design_effect, stats.chi2.ppf(LEAST_BY_CHANCE, freedom) / freedom)
    if unknown:
        sizes = (np.sum(np.bincount(one, weights) ** 2) / squares for one in sampled)
        assumed = 1 + sum((float(size) - 1) * likeness for size in sizes)
        design_effect = unknown * max(design_effect, assumed) + (1 - unknown) * design_effect
    return max(1.0, n_votes / design_effect)
