"""Cards of the results put together by hand, for what is said of them."""

import itertools

from listening.analysis.analysis import Counts
from listening.analysis.cards import About, Badge, Card, Standing
from listening.analysis.decisions import Tested
from listening.analysis.evidence import Decision
from listening.analysis.forecast import Forecast
from listening.analysis.intervals import Estimate, Interval, Scope
from listening.analysis.names import Names, short_title

NAMES = Names(
    conditions={slug: short_title(slug) for slug in ("original", "hbss", "mcra", "noisereduce")}
)


def standing(
    condition: str,
    percent: float,
    badge: Badge | None = Badge.NOT_SEEN,
    *,
    is_for: bool | None = None,
    scope: Scope | None = None,
    more: dict[Scope, Forecast] | None = None,
    is_abx: bool = False,
    n_rounds: int = 10,
    margin: float = 0.1,
) -> Standing:
    """more : {scope: forecast}; margin : of the intervals"""
    share = percent / 100
    interval = Interval(max(0.0, share - margin), min(1.0, share + margin))
    decisions = {
        one: Decision(condition, "original", one, 1.0, bool(is_for), 60.0, n_rounds, 12, 1.0, True)
        for one in Scope
    }
    tested = Tested(
        "study", "preference", is_abx, condition, "original", decisions, more or {}, None
    )
    return Standing(
        condition, "original", Estimate(share, interval, interval, 100, n_rounds, 12), badge,
        is_for, scope, tested,
    )  # fmt: skip


def card(
    *standings: Standing,
    about: About = About.REFERENCE,
    n_listeners: int = 10,
    n_clips: int = 12,
    n_done: int | None = None,
    may_decide: bool = True,
    question: str = "preference",
    direct: dict[tuple[str, str], int] | None = None,
) -> Card:
    """direct : shares in percent of the versions against one another; others are 60 for the one
    that has more."""
    ordered = tuple(sorted(standings, key=lambda one: -one.share.value))
    shares = {(a.condition, b.condition): 60 for a, b in itertools.combinations(ordered, 2)} | (
        direct or {}
    )
    return Card(
        "study", question, about, Counts(10 * n_listeners, n_listeners, n_clips), ordered,
        "original" if about != About.RANKING else None, may_decide,
        n_listeners if n_done is None else n_done, shares,
    )  # fmt: skip


def more(number: int | None, *, decided: float = 0.9) -> Forecast:
    return Forecast(number, number, number, 240, decided)
