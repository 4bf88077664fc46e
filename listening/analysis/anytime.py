"""A test that may be looked at after every vote.

An e-value is the factor by which a bet against a hypothesis has multiplied its stake. If the
hypothesis is true its expectation is at most 1 at every moment, however the moment was chosen, so
by Ville's inequality it ever reaches 1/alpha with probability alpha at most. Here the hypothesis is
about the average listener: that the mean over listeners of the share of comparisons they give to
the restoration is m. Every listener is one round of betting on their share s: the stake is
multiplied by 1 - c + c s/m, or by 1 - c + c (1 - s)/(1 - m) if the bet is against the restoration,
with a mixture of many c (I. Waudby-Smith and A. Ramdas, "Estimating means of bounded random
variables by betting", Journal of the Royal Statistical Society B 86(1), 2024). Votes of one
listener may resemble one another in any way, because only listeners have to be independent.

For that each listener counts once and for all: with their first session, when it is over. In each
study that is the first one there; over several studies together, the first of all.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

ALPHA = 0.05
STAKES = np.linspace(0.05, 0.95, 19)  # c: the part of the stake that is bet in each round
NO_PREFERENCE = 0.5
GRID = np.linspace(0.005, 0.995, 199)  # means that the interval is searched on


@dataclass(frozen=True)
class Evidence:
    """What the listeners who have finished say about a restoration and the original.

    value : e-value against "the average listener leans to neither"
    leans_for : whether it leans to the restoration
    bound : what the value has to reach
    """

    value: float
    leans_for: bool
    bound: float
    n_listeners: int

    @property
    def decides(self) -> bool:
        return self.value >= self.bound


def evidence(shares, *, n_comparisons: int = 1) -> Evidence:
    """The evidence so far.

    shares : of each listener, what part of their comparisons went to the restoration, a tie as
        half; 0 to 1, shape (n_listeners,)
    n_comparisons : how many restorations are tested beside one another (Bonferroni)
    """
    levels, counts = np.unique(np.asarray(shares, dtype=float), return_counts=True)
    log_for, log_against = _log_stakes(levels, counts, np.array([NO_PREFERENCE]))[:, 0]
    return Evidence(
        value=_exp(logsumexp([log_for, log_against]) - np.log(2)),
        leans_for=bool(log_for > log_against),
        bound=n_comparisons / ALPHA,
        n_listeners=int(counts.sum()),
    )


def always_interval(shares, *, n_comparisons: int = 1) -> tuple[float, float]:
    """The mean shares that the same bets have not ruled out: an interval that holds at every look.

    shares, n_comparisons : as for `evidence`; (0, 1) at the beginning
    """
    levels, counts = np.unique(np.asarray(shares, dtype=float), return_counts=True)
    logs = logsumexp(_log_stakes(levels, counts, GRID), axis=0) - np.log(2)
    kept = GRID[logs < np.log(n_comparisons / ALPHA)]
    low = 0.0 if not kept.size or kept[0] == GRID[0] else float(kept[0])
    high = 1.0 if not kept.size or kept[-1] == GRID[-1] else float(kept[-1])
    return low, high


def _log_stakes(levels, counts, means) -> np.ndarray:
    """Log of what the bets for and against have become, for each mean; shape (2, n_means)."""
    stakes = STAKES[:, np.newaxis, np.newaxis]
    of_mean = means[:, np.newaxis]
    rounds = (
        1 - stakes + stakes * levels / of_mean,
        1 - stakes + stakes * (1 - levels) / (1 - of_mean),
    )
    logs = [np.log(one) @ counts for one in rounds]  # shape (n_stakes, n_means)
    return np.array([logsumexp(one, axis=0) - np.log(STAKES.size) for one in logs])


def _exp(x: float) -> float:
    """e to the x, short of infinity."""
    return float(np.exp(min(x, 700.0)))
