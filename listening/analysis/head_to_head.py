"""Each restoration against the original."""

from dataclasses import dataclass

import numpy as np
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestPower

from listening.analysis.anytime import ALPHA, Evidence, always_interval, evidence
from listening.analysis.data import Pairs
from listening.analysis.intervals import Estimate, share
from listening.trial import ORIGINAL

POWER = 0.8


@dataclass(frozen=True)
class HeadToHead:
    """One restoration against the original.

    wins, losses, ties : comparisons in which the restoration, the original, neither was preferred
    preferred : share of comparisons that the restoration won, a tie as half a win
    p_votes : exact binomial test of wins against losses, as if all votes were independent
    listeners_for, listeners_against : who preferred it more often than not, and less often
    p_listeners : the same test with one vote a listener; Holm's correction in p_listeners_holm
    evidence : of the listeners who have finished; may be looked at after every vote
    always : interval of their mean share that holds at every look
    more_listeners : how many more would be needed to decide by a t-test over listeners (power 80 %)
        if the effect is what it now seems; None where that cannot be said
    """

    condition: str
    wins: int
    losses: int
    ties: int
    preferred: Estimate
    p_votes: float
    p_votes_holm: float
    listeners_for: int
    listeners_against: int
    p_listeners: float
    p_listeners_holm: float
    evidence: Evidence
    always: tuple[float, float]
    more_listeners: int | None


def against_original(pairs: Pairs, conditions: tuple[str, ...]) -> list[HeadToHead]:
    """One for each of `conditions` that was compared with the original."""
    compared = {name: pairs.between(name, ORIGINAL) for name in conditions if name != ORIGINAL}
    compared = {name: found for name, found in compared.items() if len(found)}
    if not compared:
        return []
    finished = {name: _shares(found.settled()) for name, found in compared.items()}
    tested = {name: _tests(found) for name, found in compared.items()}
    holm = {
        key: multipletests([one[key] for one in tested.values()], method="holm")[1]
        for key in ("p_votes", "p_listeners")
    }
    return [
        HeadToHead(
            condition=name,
            preferred=share(compared[name].result, compared[name].listener),
            p_votes_holm=float(holm["p_votes"][i]),
            p_listeners_holm=float(holm["p_listeners"][i]),
            evidence=evidence(finished[name], n_comparisons=len(tested)),
            always=always_interval(finished[name], n_comparisons=len(tested)),
            more_listeners=_more_listeners(compared[name], len(tested)),
            **one,
        )
        for i, (name, one) in enumerate(tested.items())
    ]


def _tests(found: Pairs) -> dict:
    won, lost = found.result == 1, found.result == 0
    _, listener = np.unique(found.listener, return_inverse=True)
    wins, losses = (np.bincount(listener, weights=one).astype(int) for one in (won, lost))
    n_for, n_against = int(np.sum(wins > losses)), int(np.sum(wins < losses))
    return {
        "wins": int(won.sum()),
        "losses": int(lost.sum()),
        "ties": int(len(found) - won.sum() - lost.sum()),
        "p_votes": sign_test(int(won.sum()), int(lost.sum())),
        "listeners_for": n_for,
        "listeners_against": n_against,
        "p_listeners": sign_test(n_for, n_against),
    }


def sign_test(wins: int, losses: int) -> float:
    """Two-sided exact binomial test of a fair coin; 1 without any throw."""
    return float(stats.binomtest(wins, wins + losses).pvalue) if wins + losses else 1.0


def _shares(found: Pairs) -> np.ndarray:
    """Of each listener, what part of the comparisons went to the restoration, a tie as half."""
    _, listener = np.unique(found.listener, return_inverse=True)
    return np.bincount(listener, weights=found.result) / np.bincount(listener)


def _more_listeners(found: Pairs, n_tests: int) -> int | None:
    """Listeners still to come, with as many votes each as those so far; 0 if there are enough."""
    shares = _shares(found)
    if shares.size < 2:
        return None
    effect, spread = float(np.mean(shares) - 0.5), float(np.std(shares, ddof=1))
    if effect == 0 or spread == 0:
        return None
    needed = TTestPower().solve_power(
        effect_size=min(abs(effect) / spread, 5.0), alpha=ALPHA / n_tests, power=POWER
    )
    return max(0, int(np.ceil(float(np.squeeze(needed)))) - shares.size)
