"""Intervals for votes that are not independent: those of one listener resemble one another.

The unit of everything is the listener. The variance of a share or mean over clusters is that of a
ratio estimator (W. G. Cochran, "Sampling Techniques", 3rd ed., 1977, section 9A); shares get
Wilson's interval with the effective number of votes that this variance stands for, after E. L. Korn
and B. I. Graubard, "Confidence intervals for proportions with small expected number of positive
counts estimated from survey data", Survey Methodology 24(2), 1998.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Estimate:
    """A share or mean with its 95 % interval; low and high are None if there is no telling."""

    value: float
    low: float | None
    high: float | None
    n_votes: int
    n_listeners: int

    @property
    def interval(self) -> tuple[float, float]:
        """low and high, where there is an interval: a share always has one."""
        assert self.low is not None
        assert self.high is not None
        return self.low, self.high


def share(successes, listeners) -> Estimate:
    """A share of votes, of which there is at least one.

    successes : 0, 1 or 0.5 (a tie) of each vote, shape (n_votes,)
    listeners : number of the listener of each vote, shape (n_votes,)
    With one listener the interval is that of a single vote: nothing is known of any other person.
    """
    successes = np.asarray(successes, dtype=float)
    assert successes.size
    totals, counts = _by_listener(successes, listeners)
    value, n_listeners = float(successes.mean()), counts.size
    n_effective = _effective_votes(totals, counts, value)
    low, high = wilson(value, n_effective, _quantile(n_listeners))
    return Estimate(value, low, high, successes.size, n_listeners)


def mean(values, listeners) -> Estimate:
    """A mean of votes, of which there is at least one. With one listener it has no interval."""
    values = np.asarray(values, dtype=float)
    assert values.size
    totals, counts = _by_listener(values, listeners)
    value, n_listeners = float(values.mean()), counts.size
    if n_listeners < 2:
        return Estimate(value, None, None, values.size, n_listeners)
    margin = _quantile(n_listeners) * np.sqrt(_variance(totals, counts, value))
    return Estimate(value, value - margin, value + margin, values.size, n_listeners)


def wilson(value: float, n: float, quantile: float) -> tuple[float, float]:
    """Wilson's interval of a share of n votes; n need not be whole."""
    spread = quantile**2 / n
    centre = (value + spread / 2) / (1 + spread)
    margin = quantile / (1 + spread) * np.sqrt(value * (1 - value) / n + spread / (4 * n))
    return max(0.0, float(centre - margin)), min(1.0, float(centre + margin))


def _quantile(n_listeners: int) -> float:
    """Student's t for the listeners there are; of one, the normal quantile."""
    upper = 0.5 + CONFIDENCE / 2
    return float(stats.t.ppf(upper, n_listeners - 1) if n_listeners > 1 else stats.norm.ppf(upper))


def _by_listener(values, listeners) -> tuple[np.ndarray, np.ndarray]:
    """Sum and number of the votes of each listener."""
    _, place = np.unique(listeners, return_inverse=True)
    return np.bincount(place, weights=values), np.bincount(place).astype(float)


def _variance(totals, counts, value: float) -> float:
    n_listeners = counts.size
    residuals = totals - value * counts
    return float(n_listeners / (n_listeners - 1) * np.sum(residuals**2) / np.sum(counts) ** 2)


def _effective_votes(totals, counts, value: float) -> float:
    """As many independent votes as would have this variance.

    It may be more than there are where listeners differ less than coins would: held at their
    number, intervals of a dozen listeners would cover 98 % instead of 95 %.
    """
    n_votes, n_listeners = counts.sum(), counts.size
    if n_listeners == 1 or value in (0.0, 1.0):
        return float(n_listeners)  # nobody differs, so nothing tells how alike one's votes are
    variance = _variance(totals, counts, value)
    independent = value * (1 - value)
    return max(1.0, float(independent / variance)) if variance > 0 else float(n_votes)
