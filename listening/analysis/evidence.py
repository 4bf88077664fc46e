"""Tests that may be monitored after every listener: e-values, and when they decide.

An e-value is the factor by which a bet against a hypothesis has multiplied its stake. If the
hypothesis is true its expectation is at most 1 at every moment, however the moment was chosen, so
by Ville's inequality it ever reaches 1/alpha with a probability of at most alpha. A decision
therefore rests on the largest value so far, and stays.

**On these clips** the hypothesis is about the average listener: that the mean over listeners of the
share of comparisons they give to a restoration is one half. Every listener is one round of betting
on their share s: the stake is multiplied by 1 - c + c s/m, or by 1 - c + c (1 - s)/(1 - m) if the
bet is against the restoration, with a mixture of many c (I. Waudby-Smith and A. Ramdas, "Estimating
means of bounded random variables by betting", Journal of the Royal Statistical Society B 86(1),
2024). It holds for any number of listeners and clips.

**For music like this** the hypothesis is that listeners and clips lean to neither side on average.
The mean share of all listeners so far is compared with its variance over listeners and clips, by
the Bayes factor of a t statistic under a normal prior of the effect (M. Gönen, W. O. Johnson, Y. Lu
and P. H. Westfall, "The Bayesian two-sample t test", The American Statistician 59(3), 2005). What
the clips add to the variance stays however many listeners come, so that a handful of clips never
decides by the number of listeners. It is an approximation; bench/verdict_simulation.md has its
errors.

**ABX**: which of the two is X was drawn by a coin, so whoever hears no difference is right in half
of the trials, whatever else they do: every answer is a round.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import betaln, logsumexp
from scipy.stats import beta

from listening.analysis.data import Pairs
from listening.analysis.intervals import FEWEST_CLIPS, Scope

ALPHA = 0.05
LEANING_ALPHA = 0.2
STAKES = np.linspace(0.05, 0.95, 19)  # c: the part of the stake that is bet in each round
NO_PREFERENCE = 0.5
EDGE = 1e-6  # the nearest to a share of 0 or 1 that is tried
N_HALVINGS = 30
FEWEST_LISTENERS = 8  # of a decision for music like this
PRIOR_SD = 0.15  # of the effect, as a share: what would be worth knowing
# How many degrees of freedom the largest possible variance is given (all listeners, or all clips,
# entirely for or against): without, a few that agree by chance would decide.
PRIOR_WEIGHT = 0.75


@dataclass(frozen=True, eq=False)
class Cells:
    """What listeners said of one pair of conditions, in the order in which they were done.

    One entry for each listener and clip: rank of the listener from 0, number of the clip from 0,
    how many comparisons, and how many the restoration won, a tie as half; shape (n_cells,),
    sorted by rank.
    """

    rank: np.ndarray
    clip: np.ndarray
    n: np.ndarray
    won: np.ndarray

    @property
    def n_listeners(self) -> int:
        return int(self.rank[-1]) + 1 if self.rank.size else 0

    @property
    def n_clips(self) -> int:
        return int(np.unique(self.clip).size)

    def shares(self) -> np.ndarray:
        """Of each listener, what part of their comparisons the restoration won."""
        return np.bincount(self.rank, self.won) / np.bincount(self.rank, self.n)


def cells_of(pairs: Pairs) -> Cells:
    """Of comparisons of two conditions, those that are settled."""
    settled = pairs.settled()
    order = np.lexsort((settled.clip, settled.listener, settled.final_at))
    listener, clip = settled.listener[order], settled.clip[order]
    is_next = np.ones(listener.size, dtype=bool)
    is_next[1:] = listener[1:] != listener[:-1]
    rank = np.cumsum(is_next) - 1
    is_new = is_next.copy()
    is_new[1:] |= clip[1:] != clip[:-1]
    first, cell = np.flatnonzero(is_new), np.cumsum(is_new) - 1
    n, won = np.bincount(cell).astype(float), np.bincount(cell, settled.result[order])
    return Cells(rank[first], np.unique(clip[first], return_inverse=True)[1], n, won)


def clips_path(shares: np.ndarray) -> np.ndarray:
    """Log e-values for and against the restoration on these clips, after each listener.

    shares : of each listener in order, 0 to 1; returns shape (2, n_listeners)
    """
    rounds = _rounds(np.asarray(shares, dtype=float), NO_PREFERENCE)  # (2, n_stakes, n)
    logs = np.cumsum(np.log(rounds), axis=-1)
    return logsumexp(logs, axis=1) - np.log(STAKES.size) - np.log(2)


def music_path(cells: Cells) -> np.ndarray:
    """Log e-values for and against the restoration for music like this, after each listener.

    Minus infinity while there are fewer than FEWEST_LISTENERS or FEWEST_CLIPS; returns shape
    (2, n_listeners)
    """
    share, variance, n_clips = _two_way_path(cells)
    n_listeners = np.arange(1, share.size + 1)
    fewest = np.minimum(n_listeners, n_clips)
    is_enough = (n_listeners >= FEWEST_LISTENERS) & (n_clips >= FEWEST_CLIPS)
    paths = np.full((2, share.size), -np.inf)
    share, variance, freedom = share[is_enough], variance[is_enough], fewest[is_enough] - 1
    largest = 0.25 / fewest[is_enough]
    variance = (freedom * variance + PRIOR_WEIGHT * largest) / (freedom + PRIOR_WEIGHT)
    ratio = PRIOR_SD**2 / variance
    squared_t = (share - NO_PREFERENCE) ** 2 / variance
    log_e = (freedom + 1) / 2 * (
        np.log1p(squared_t / freedom) - np.log1p(squared_t / (freedom * (1 + ratio)))
    ) - np.log1p(ratio) / 2
    is_for = share > NO_PREFERENCE
    paths[0, is_enough] = np.where(is_for, log_e, -np.inf)
    paths[1, is_enough] = np.where(is_for, -np.inf, log_e)
    return paths


def abx_path(correct: np.ndarray) -> np.ndarray:
    """Log e-values against "nobody hears a difference", after each answer.

    The bet is that each answer is right with a probability between one half and 1, any of them
    alike (H. Robbins, "Statistical methods related to the law of the iterated logarithm", Annals of
    Mathematical Statistics 41(5), 1970, section 2).

    correct : of each answer in order, bool; returns shape (n_answers,)
    """
    n = np.arange(1, correct.size + 1)
    right = np.cumsum(correct)
    a, b = right + 1, n - right + 1
    return np.log(2) + betaln(a, b) + beta.logsf(0.5, a, b) + n * np.log(2)


def always_interval(shares, *, n_tests: int = 1) -> tuple[float, float]:
    """The mean shares on these clips that the bets have not ruled out: it holds at every look.

    shares : of each listener; n_tests : Bonferroni; (0, 1) at the beginning
    """
    shares = np.asarray(shares, dtype=float)
    bound = np.log(n_tests / ALPHA)

    def is_ruled_out(mean: float) -> bool:
        return _log_both(shares, mean) >= bound

    middle = float(np.clip(np.mean(shares), EDGE, 1 - EDGE)) if shares.size else NO_PREFERENCE
    return _end(is_ruled_out, middle, 0.0), _end(is_ruled_out, middle, 1.0)


def _end(is_ruled_out: Callable[[float], bool], kept: float, end: float) -> float:
    """The mean nearest to `end` that is kept, from outside: by halving."""
    outside = end
    if not is_ruled_out(min(max(end, EDGE), 1 - EDGE)):
        return end
    for _ in range(N_HALVINGS):
        middle = (kept + outside) / 2
        kept, outside = (kept, middle) if is_ruled_out(middle) else (middle, outside)
    return outside


def _log_both(shares: np.ndarray, mean: float) -> float:
    levels, counts = np.unique(shares, return_counts=True)
    logs = np.log(_rounds(levels, mean)) @ counts
    return float(logsumexp(logs) - np.log(2 * STAKES.size))


def _rounds(shares: np.ndarray, mean: float) -> np.ndarray:
    """Factors of the bets for and against; shape (2, n_stakes, n)."""
    stakes = STAKES[:, np.newaxis]
    return np.array(
        [1 - stakes + stakes * shares / mean, 1 - stakes + stakes * (1 - shares) / (1 - mean)]
    )


def _two_way_path(cells: Cells) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean share, its variance over listeners and clips, and the clips, after each listener.

    As `listening.analysis.clusters` computes it for the listeners' mean, for every listener at
    once: all sums of squares grow by what each cell adds to them.
    """
    n_of_listener = np.bincount(cells.rank, cells.n)
    weight = cells.n / n_of_listener[cells.rank]
    won = cells.won / n_of_listener[cells.rank]

    def so_far(added: np.ndarray) -> np.ndarray:
        return np.cumsum(np.bincount(cells.rank, added, n_of_listener.size))

    won_before, weight_before, is_first = _before_in_clip(cells.clip, won, weight)
    n = np.arange(1.0, n_of_listener.size + 1)
    shares = np.bincount(cells.rank, won)
    share = np.cumsum(shares) / n

    def squares(won_won, won_weight, weight_weight, count) -> np.ndarray:
        total = won_won - 2 * share * won_weight + share**2 * weight_weight
        return np.where(count > 1, count / np.maximum(count - 1, 1), 0) * total / n**2

    over_listeners = squares(np.cumsum(shares**2), np.cumsum(shares), n, n)
    n_clips, n_cells = so_far(is_first), so_far(np.ones(weight.size))
    over_clips = squares(
        so_far(won * (2 * won_before + won)),
        so_far(won * weight_before + weight * won_before + won * weight),
        so_far(weight * (2 * weight_before + weight)),
        n_clips,
    )
    within = squares(so_far(won**2), so_far(won * weight), so_far(weight**2), n_cells)
    least = np.minimum(over_listeners, over_clips)
    return share, np.maximum(over_listeners + over_clips - within, least), n_clips


def _before_in_clip(clip, *values) -> tuple[np.ndarray, ...]:
    """Of each value the sum of the earlier ones of its clip; and whether it is its clip's first."""
    order = np.argsort(clip, kind="stable")
    starts = np.ones(clip.size, dtype=bool)
    starts[1:] = clip[order][1:] != clip[order][:-1]
    group = np.cumsum(starts) - 1
    result = []
    for one in values:
        before = np.cumsum(one[order]) - one[order]
        before -= before[starts][group]
        back = np.empty_like(before)
        back[order] = before
        result.append(back)
    is_first = np.empty(clip.size)
    is_first[order] = starts
    return (*result, is_first)


@dataclass(frozen=True)
class Decision:
    """What the listeners who are done decide about a restoration, in one scope.

    condition, against : it is about the former, compared with the latter
    value : the largest e-value so far; bound : what it has to reach
    leans_for : whether it leant to `condition` when it reached the bound, or was largest
    latest, is_latest_for : the e-value after the last listener, and whether it leans to `condition`
    n_rounds : listeners, or answers in ABX; n_clips : as many as they heard
    """

    condition: str
    against: str
    scope: Scope
    value: float
    leans_for: bool
    bound: float
    n_rounds: int
    n_clips: int
    latest: float
    is_latest_for: bool

    @property
    def decides(self) -> bool:
        return self.value >= self.bound

    @property
    def leans(self) -> bool:
        """Whether the latest evidence reaches what would decide if LEANING_ALPHA were ALPHA: by
        chance at most that share of studies ever comes so far, for any version."""
        return self.latest >= self.bound * ALPHA / LEANING_ALPHA


def decide(
    cells: Cells, scope: Scope, condition: str, against: str, *, n_tests: int = 1
) -> Decision:
    """The decision so far in one scope.

    n_tests : how many tests of the study share the probability of error (Bonferroni)
    """
    paths = clips_path(cells.shares()) if scope == Scope.CLIPS else music_path(cells)
    start = np.full((2, 1), -np.log(2))  # before anybody: an e-value of 1
    log_for, log_against = np.hstack([start, paths])
    both = np.logaddexp(log_for, log_against)
    bound = n_tests / ALPHA
    is_reached = both >= np.log(bound)
    when = int(np.argmax(is_reached if is_reached.any() else both))  # the first time it is reached
    return Decision(
        condition,
        against,
        scope,
        value=_exp(float(both.max())),
        leans_for=bool(log_for[when] > log_against[when]),
        bound=bound,
        n_rounds=cells.n_listeners,
        n_clips=cells.n_clips,
        latest=_exp(float(both[-1])),
        is_latest_for=bool(log_for[-1] > log_against[-1]),
    )


def decide_abx(
    correct: np.ndarray, n_clips: int, condition: str, against: str, *, n_tests: int = 1
) -> Decision:
    """Whether the two can be told apart on these clips; `leans_for` is then true."""
    path = np.concatenate([[0.0], abx_path(np.asarray(correct, dtype=bool))])
    return Decision(
        condition,
        against,
        Scope.CLIPS,
        value=_exp(float(path.max())),
        leans_for=True,
        bound=n_tests / ALPHA,
        n_rounds=int(np.size(correct)),
        n_clips=n_clips,
        latest=_exp(float(path[-1])),
        is_latest_for=True,
    )


def _exp(x: float) -> float:
    """e to the x, short of infinity."""
    return float(np.exp(min(x, 700.0)))
