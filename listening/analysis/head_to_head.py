"""Two versions against one another."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from listening.analysis.data import Pairs
from listening.analysis.holm import holm
from listening.analysis.intervals import Estimate, share


@dataclass(frozen=True)
class HeadToHead:
    """One version against another.

    wins, losses, ties : comparisons in which `condition`, `against`, neither was preferred
    preferred : share of comparisons that `condition` won, a tie as half, every listener counting
        the same; by_vote : every comparison counting the same
    p_votes_holm : exact binomial test of wins against losses, as if all votes were independent,
        corrected after Holm
    listeners_for, listeners_against : who preferred it more often than not, and less often
    p_listeners_holm : the same test with one vote a listener
    """

    condition: str
    against: str
    wins: int
    losses: int
    ties: int
    preferred: Estimate
    by_vote: Estimate
    p_votes_holm: float
    listeners_for: int
    listeners_against: int
    p_listeners_holm: float

    @property
    def votes_are_unlike(self) -> bool:
        """Whether the two shares differ by more than their intervals: who votes more thinks
        otherwise than who votes less."""
        return any(
            one.on_clips is not None and one.on_clips.excludes(other.value)
            for one, other in (
                (self.preferred, self.by_vote),
                (self.by_vote, self.preferred),
            )
        )


def head_to_head(pairs: Pairs, against: Iterable[tuple[str, str]]) -> list[HeadToHead]:
    """One for each two versions (`condition`, `against`) that were compared."""
    compared = {names: pairs.between(*names) for names in against}
    compared = {names: found for names, found in compared.items() if len(found)}
    if not compared:
        return []
    counted = [_counts(found) for found in compared.values()]
    p_votes = holm([sign_test(one["wins"], one["losses"]) for one in counted])
    p_listeners = holm(
        [sign_test(one["listeners_for"], one["listeners_against"]) for one in counted]
    )
    return [
        HeadToHead(
            *names,
            preferred=share(found.result, found.listener, found.clip),
            by_vote=share(found.result, found.listener, found.clip, by_vote=True),
            p_votes_holm=p_votes[i],
            p_listeners_holm=p_listeners[i],
            **counted[i],
        )
        for i, (names, found) in enumerate(compared.items())
    ]


def _counts(found: Pairs) -> dict[str, Any]:
    won, lost = found.result == 1, found.result == 0
    _, listener = np.unique(found.listener, return_inverse=True)
    wins, losses = (np.bincount(listener, weights=one).astype(int) for one in (won, lost))
    n_for, n_against = int(np.sum(wins > losses)), int(np.sum(wins < losses))
    return {
        "wins": int(won.sum()),
        "losses": int(lost.sum()),
        "ties": int(len(found) - won.sum() - lost.sum()),
        "listeners_for": n_for,
        "listeners_against": n_against,
    }


def sign_test(wins: int, losses: int) -> float:
    """Two-sided exact binomial test of a fair coin; 1 without any throw."""
    return float(stats.binomtest(wins, wins + losses).pvalue) if wins + losses else 1.0
