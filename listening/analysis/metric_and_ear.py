"""Does a metric prefer what listeners prefer?"""

from dataclasses import dataclass

import numpy as np

from listening.analysis.data import Pairs
from listening.analysis.intervals import CONFIDENCE, Estimate, mean, share
from listening.trial import ORIGINAL

# +1: more is meant to be better, -1: less is.
BETTER = {
    "delta_hf_band_db": -1,
    "delta_hpss_ratio": +1,
    "log_mel_distance": -1,
    "OK_count": +1,
}
N_RESAMPLES = 500
FEWEST_RESAMPLED = 10  # listeners; resamples of fewer are too much alike to give an interval


@dataclass(frozen=True)
class Agreement:
    """One metric against the listeners' choices.

    with_original : whether comparisons with the original are in it. A distance prefers the original
        always, and a change of energy never, so the others alone say more about the metric
    agrees : share of pairs, in which both have a preference, that they order alike; 0.5 is chance
    tau : mean over screens of Kendall's tau-b between metric and listener, -1 to 1; 0 is chance
    """

    metric: str
    with_original: bool
    agrees: Estimate
    tau: Estimate


@dataclass(frozen=True)
class Threshold:
    """The log-mel distance below which a restoration is preferred to the original.

    value : where the two differ most (Youden's J); low, high : 95 % interval over listeners, None
        with fewer than FEWEST_RESAMPLED
    sensitivity, specificity : share of the preferred ones below it, of the others above it
    is_told : whether the distances of preferred ones lie lower at all (interval of the area
        under the ROC curve above 0.5)
    """

    value: float
    low: float | None
    high: float | None
    sensitivity: float
    specificity: float
    area: float
    area_low: float | None
    area_high: float | None
    n_votes: int

    @property
    def is_told(self) -> bool:
        return self.area_low is not None and self.area_low > 0.5


def agreements(pairs: Pairs) -> list[Agreement]:
    """Of every metric, with and without the original; what has no votes is left out."""
    found = []
    original = pairs.conditions.index(ORIGINAL) if ORIGINAL in pairs.conditions else -1
    for with_original in (False, True):
        chosen = (
            pairs if with_original else pairs.chosen((pairs.a != original) & (pairs.b != original))
        )
        for metric, sign in BETTER.items():
            if agreement := _agreement(chosen, metric, sign, with_original):
                found.append(agreement)
    return found


def _agreement(pairs: Pairs, metric: str, sign: int, with_original: bool) -> Agreement | None:
    of_a, of_b = pairs.metrics[metric]
    measured = ~np.isnan(of_a + of_b)
    pairs, of_a, of_b = pairs.chosen(measured), of_a[measured], of_b[measured]
    ear, meter = np.sign(pairs.result - 0.5), sign * np.sign(of_a - of_b)
    both = (ear != 0) & (meter != 0)
    if not both.any():
        return None
    agrees = share(ear[both] == meter[both], pairs.listener[both])
    screen, first = _screens(pairs.trial)
    concordance, ear_pairs, meter_pairs = (
        np.bincount(screen, weights=one) for one in (ear * meter, ear != 0, meter != 0)
    )
    told = (ear_pairs > 0) & (meter_pairs > 0)
    tau = concordance[told] / np.sqrt(ear_pairs[told] * meter_pairs[told])
    return Agreement(metric, with_original, agrees, mean(tau, pairs.listener[first][told]))


def _screens(trial) -> tuple[np.ndarray, np.ndarray]:
    """The number of each pair's screen, and the first pair of each screen."""
    _, first, screen = np.unique(trial, return_index=True, return_inverse=True)
    return screen, first


def log_mel_threshold(pairs: Pairs, *, seed: int = 0) -> Threshold | None:
    """None unless some restorations were preferred to the original and some were not."""
    if ORIGINAL not in pairs.conditions:
        return None
    original = pairs.conditions.index(ORIGINAL)
    first, second = pairs.chosen(pairs.b == original), pairs.chosen(pairs.a == original).turned()
    distance = np.concatenate([one.metrics["log_mel_distance"][0] for one in (first, second)])
    result = np.concatenate([first.result, second.result])
    listener = np.concatenate([first.listener, second.listener])
    told = (result != 0.5) & ~np.isnan(distance)
    distance, preferred, listener = distance[told], result[told] == 1, listener[told]
    if not preferred.any() or preferred.all():
        return None
    levels, level = np.unique(distance, return_inverse=True)
    _, who = np.unique(listener, return_inverse=True)
    n_listeners = int(who.max()) + 1
    votes = np.zeros((2, n_listeners, levels.size))  # not preferred, preferred
    np.add.at(votes, (preferred.astype(int), who, level), 1)
    value, sensitivity, specificity, area = _separation(votes.sum(axis=1), levels)
    bounds: tuple[float | None, float | None] = (None, None)
    areas: tuple[float | None, float | None] = (None, None)
    if n_listeners >= FEWEST_RESAMPLED:
        rng = np.random.default_rng(seed)
        weights = rng.multinomial(n_listeners, np.full(n_listeners, 1 / n_listeners), N_RESAMPLES)
        resampled = np.einsum("rl,klv->rkv", weights, votes)
        resampled = [one for one in resampled if one.sum(axis=1).min() > 0]
        if resampled:
            found = np.array([_separation(one, levels) for one in resampled])
            tails = [100 * (1 - CONFIDENCE) / 2, 100 * (1 + CONFIDENCE) / 2]
            (low, high), (area_low, area_high) = np.percentile(found[:, [0, 3]], tails, axis=0).T
            bounds, areas = (float(low), float(high)), (float(area_low), float(area_high))
    return Threshold(value, *bounds, sensitivity, specificity, area, *areas, int(told.sum()))


def _separation(votes, levels) -> tuple[float, float, float, float]:
    """Best threshold, sensitivity and specificity there, and the area under the ROC curve.

    votes : by preferred (0, 1) and level, shape (2, n_levels); levels ascend
    """
    below = np.cumsum(votes, axis=1) / votes.sum(axis=1, keepdims=True)
    at = int(np.argmax(below[1] - below[0]))
    value = (levels[at] + levels[at + 1]) / 2 if at + 1 < levels.size else levels[at]
    lower_for_others = np.concatenate([[0.0], below[0]])
    share_preferred = votes[1] / votes[1].sum()
    area = float(np.sum(share_preferred * (1 - (lower_for_others[:-1] + lower_for_others[1:]) / 2)))
    return float(value), float(below[1][at]), float(1 - below[0][at]), area
