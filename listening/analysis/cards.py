"""What the top of the results is made of: of every study and question how each version stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from listening.analysis.analysis import Analysis, Counts, Verdict, counts_of
from listening.analysis.bradley_terry import Strength, rank
from listening.analysis.data import Pairs, main_trials, pairs_of
from listening.analysis.decisions import Tested
from listening.analysis.evidence import Decision
from listening.analysis.head_to_head import HeadToHead, head_to_head
from listening.analysis.intervals import Estimate, Scope
from listening.analysis.reference import reference_of, tested_against
from listening.analysis.sentences import FEW_LISTENERS
from listening.analysis.shares import Audible, audible


class Badge(StrEnum):
    """How sure it is that a version differs from the reference."""

    DECIDED = "Decided"
    LEANING = "Leaning"
    NOT_SEEN = "No difference seen"
    EARLY = "Too early"


class About(StrEnum):
    """What the standings of a card measure."""

    REFERENCE = "share preferred to the reference"
    ABX = "share of right answers"
    RANKING = "probability of being preferred to the strongest"


@dataclass(frozen=True, eq=False)
class Standing:
    """One version against another.

    share : what is shown: of comparisons won, or of right answers in ABX
    badge : None in a view that decides nothing
    is_for : which side the badge is about: `condition` (or that the two are told apart); None
        where it is about neither
    scope : the widest that is decided; None if none is
    tested : what it rests on; None in a view that decides nothing
    """

    condition: str
    against: str
    share: Estimate
    badge: Badge | None = None
    is_for: bool | None = None
    scope: Scope | None = None
    tested: Tested | None = None

    @property
    def percent(self) -> int:
        """As it is shown."""
        return round(100 * self.share.value)

    @property
    def decision(self) -> Decision | None:
        """In the scope that is decided, else on these clips."""
        return self.tested.decisions[self.scope or Scope.CLIPS] if self.tested else None


@dataclass(frozen=True, eq=False)
class Card:
    """One study and question.

    study_id : None for all studies in one, in a view that decides nothing
    standings : the highest share first
    counts : of all its main trials; n_done : listeners who count in decisions; None where nothing
        is decided
    direct : {(one, other): the share in percent of their comparisons that one won}, as shown
    """

    study_id: str | None
    question: str
    about: About
    counts: Counts
    standings: tuple[Standing, ...]
    reference: str | None
    may_decide: bool
    n_done: int | None
    direct: dict[tuple[str, str], int]

    def with_badge(self, badge: Badge, is_for: bool | None = None) -> list[Standing]:
        return [
            one
            for one in self.standings
            if one.badge == badge and (is_for is None or one.is_for == is_for)
        ]

    @property
    def has_decided(self) -> bool:
        return bool(self.with_badge(Badge.DECIDED))


def cards_of(verdict: Verdict) -> list[Card]:
    """Of every study and question that the view has, the study with the newest vote first; in a
    view that decides nothing, of every question over all studies."""
    cards = []
    for analysis in verdict.all:
        for study_id, votes in _by_study(analysis, verdict):
            is_whole = len(votes) == len(analysis.votes)
            found = analysis if is_whole else _compared(votes, analysis.reference)
            cards += list(_cards(found, analysis.question, study_id, verdict))
    order = _newest_first(verdict)
    return sorted(cards, key=lambda card: order.get(card.study_id, 0))


def _newest_first(verdict: Verdict) -> dict[str | None, int]:
    """{study: its place}; votes are in the order of time."""
    newest: dict[str | None, int] = {}
    for analysis in verdict.all:
        last = analysis.votes["study_id"].drop_duplicates(keep="last")
        for index, study_id in last.astype(str).items():
            newest[study_id] = max(int(index), newest.get(study_id, 0))
    return {study_id: -index for study_id, index in newest.items()}


def _by_study(analysis: Analysis, verdict: Verdict) -> Iterator[tuple[str | None, pd.DataFrame]]:
    if not verdict.may_decide:
        yield None, analysis.votes
        return
    for study_id in main_trials(analysis.votes)["study_id"].unique().astype(str):
        yield study_id, analysis.votes[analysis.votes["study_id"] == study_id]


@dataclass(frozen=True, eq=False)
class _Compared:
    """The part of an `Analysis` that a card needs."""

    counts: Counts
    reference: str | None
    head_to_head: list[HeadToHead]
    pairs: Pairs
    ranking: list[Strength]
    audible: list[Audible]


def _compared(votes: pd.DataFrame, wanted: str | None) -> _Compared:
    main, pairs = main_trials(votes), pairs_of(votes)
    reference = reference_of(main["condition"].unique().astype(str), wanted)
    return _Compared(
        counts_of(main),
        reference,
        head_to_head(pairs, tested_against(pairs.conditions, reference)),
        pairs,
        rank(pairs, reference),
        audible(votes),
    )


def _cards(
    found: Analysis | _Compared, question: str, study_id: str | None, verdict: Verdict
) -> Iterator[Card]:
    tested = [
        one
        for one in verdict.decisions
        if one.study_id == study_id and (one.question == question or one.is_abx)
    ]

    def card(about: About, standings: list[Standing], direct: dict | None = None) -> Card:
        rounds = [decision.n_rounds for one in standings if (decision := one.decision) is not None]
        return Card(
            study_id, question, about, found.counts,
            tuple(sorted(standings, key=lambda one: -one.share.value)),
            found.reference, verdict.may_decide,
            max(rounds) if rounds and about == About.REFERENCE else None, direct or {},
        )  # fmt: skip

    if found.head_to_head:
        standings = [
            standing(one.condition, one.against, one.preferred, _of(tested, one, is_abx=False))
            for one in found.head_to_head
        ]
        yield card(About.REFERENCE, standings, _direct(found.pairs, found.head_to_head))
    elif len(found.ranking) > 1 and found.reference is None:
        yield card(About.RANKING, [_ranked(one, found) for one in found.ranking])
    if found.audible:
        yield card(
            About.ABX,
            [
                standing(one.condition, one.against, one.correct, _of(tested, one, is_abx=True))
                for one in found.audible
            ],
        )


def _of(tested: list[Tested], one: HeadToHead | Audible, *, is_abx: bool) -> Tested | None:
    names = (one.condition, one.against)
    return next(
        (each for each in tested if (each.condition, each.against) == names
         and each.is_abx == is_abx),
        None,
    )  # fmt: skip


def standing(condition: str, against: str, share: Estimate, tested: Tested | None) -> Standing:
    """With the badge that the decisions allow.

    It leans only if the latest evidence and all votes so far, those of unfinished sessions too,
    lie on the same side.
    """
    if tested is None:
        return Standing(condition, against, share)
    decided = [scope for scope, one in tested.decisions.items() if one.decides]
    if decided:
        scope = Scope.MUSIC if Scope.MUSIC in decided else Scope.CLIPS
        is_for = tested.decisions[scope].leans_for
        return Standing(condition, against, share, Badge.DECIDED, is_for, scope, tested)
    latest = tested.decisions[Scope.CLIPS]
    if latest.n_rounds < FEW_LISTENERS:
        return Standing(condition, against, share, Badge.EARLY, tested=tested)
    is_for = latest.is_latest_for
    if latest.leans and (share.value > 0.5 if is_for else share.value < 0.5):
        return Standing(condition, against, share, Badge.LEANING, is_for, tested=tested)
    return Standing(condition, against, share, Badge.NOT_SEEN, tested=tested)


def _ranked(one: Strength, found: Analysis | _Compared) -> Standing:
    strongest = found.ranking[0].condition
    counts = found.counts
    share = Estimate(
        one.win_probability, one.on_clips, one.for_music, counts.n_trials, counts.n_listeners,
        counts.n_clips,
    )  # fmt: skip
    return Standing(one.condition, strongest, share)


def _direct(pairs: Pairs, versions: list[HeadToHead]) -> dict[tuple[str, str], int]:
    """Shares of the versions against one another, each listener counting the same."""
    names = [one.condition for one in versions]
    every_two = [(a, b) for a in names for b in names if a < b]
    shares = {}
    for one in head_to_head(pairs, every_two):
        percent = round(100 * one.preferred.value)
        shares[(one.condition, one.against)] = percent
        shares[(one.against, one.condition)] = 100 - percent
    return shares
