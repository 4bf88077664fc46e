"""Everything about one question, from all listeners or from those who passed screening."""

import itertools
from dataclasses import dataclass

import pandas as pd

from listening.analysis.bradley_terry import Strength, rank
from listening.analysis.data import Pairs, chosen_votes, main_trials, pairs_of
from listening.analysis.decisions import Tested, decisions_of, may_decide
from listening.analysis.head_to_head import HeadToHead, head_to_head
from listening.analysis.intervals import Estimate
from listening.analysis.metric_and_ear import (
    Agreement,
    Threshold,
    agreements,
    log_mel_threshold,
)
from listening.analysis.names import Names, names_of
from listening.analysis.ratings import Friedman, compare_ratings, mean_ratings, rating_differences
from listening.analysis.reference import reference_of, tested_against
from listening.analysis.screening import Failing, screen
from listening.analysis.shares import Audible, Choice, Ear, audible, choices, ears, no_preference
from listening.analysis.vote_table import LEFT_OUT
from listening.trial import Question
from storage.result_cache import ResultCache


@dataclass(frozen=True)
class Counts:
    """What there is: main trials that were answered, by how many, and on how many clips."""

    n_trials: int
    n_listeners: int
    n_clips: int


@dataclass(frozen=True, eq=False)
class Analysis:
    """The answers to one question.

    reference : what the versions are measured against; None where there is none, and the ranking
        takes the strongest
    head_to_head : each version against the reference; all_pairs : every two
    """

    question: str
    votes: pd.DataFrame
    counts: Counts
    pairs: Pairs
    reference: str | None
    choices: list[Choice]
    no_preference: Estimate | None
    head_to_head: list[HeadToHead]
    all_pairs: list[HeadToHead]
    ranking: list[Strength]
    ratings: dict[str, Estimate]
    rating_differences: dict[str, Estimate]
    friedman: list[Friedman]
    audible: list[Audible]
    ears: list[Ear]
    agreements: list[Agreement]
    threshold: Threshold | None


@dataclass(frozen=True, eq=False)
class Verdict:
    """All questions, the sessions that fail screening, and everything again without these.

    screened : as `all`; empty if no session fails
    names : what versions, clips and studies are called
    decisions : of every study, whatever the filters; without_failing : the same without the
        sessions that fail screening, for comparison, empty if none does
    is_filtered : whether there are filters; may_decide : whether they leave decisions to be shown
    """

    all: list[Analysis]
    screened: list[Analysis]
    failing: list[Failing]
    remarks: list[str]
    decisions: list[Tested]
    without_failing: list[Tested]
    may_decide: bool
    names: Names
    is_filtered: bool = False


def analyse(votes: pd.DataFrame, question: str, reference: str | None = None) -> Analysis:
    """One question over `votes`, which may be empty; reference : instead of the original."""
    votes = votes[votes["question"] == question]
    main = main_trials(votes)
    pairs = pairs_of(votes)
    reference = reference_of(main["condition"].unique().astype(str), reference)
    every_two = [two[::-1] for two in itertools.combinations(pairs.conditions, 2)]
    return Analysis(
        question=question,
        votes=votes,
        counts=counts_of(main),
        pairs=pairs,
        reference=reference,
        choices=choices(votes),
        no_preference=no_preference(votes),
        head_to_head=head_to_head(pairs, tested_against(pairs.conditions, reference)),
        all_pairs=head_to_head(pairs, every_two),
        ranking=rank(pairs, reference),
        ratings=mean_ratings(votes),
        rating_differences=rating_differences(votes, reference),
        friedman=compare_ratings(votes),
        audible=audible(votes),
        ears=ears(votes),
        agreements=agreements(pairs, reference),
        threshold=log_mel_threshold(pairs, reference),
    )


def counts_of(main: pd.DataFrame) -> Counts:
    """Of main trials."""
    names = ("trial_id", "listener_id", "clip_id")
    return Counts(*(int(main[name].nunique()) for name in names))


def verdict_of(
    every_vote: pd.DataFrame,
    headphones: dict[str, tuple[int, int]],
    chosen: dict[str, str] | None = None,
    *,
    planned: dict[str, int] | None = None,
    reference: str | None = None,
    names: Names | None = None,
    seen: ResultCache | None = None,
) -> Verdict:
    """Every question that was asked, about the votes that `chosen` leaves.

    every_vote : unfiltered, because decisions rest on all votes of a study
    headphones : as `listening.analysis.screening.headphones_of` returns it
    chosen : {filter: value}, as for `listening.analysis.data.chosen_votes`, whose error it raises
    planned : as `listening.analysis.planned.planned_tests_of` returns it
    reference : what versions are measured against, instead of the original
    names : as `listening.analysis.names.names_of` returns them; without, no title of a clip or
        study is known
    seen : as for `listening.analysis.decisions.decisions_of`
    """
    chosen, planned = chosen or {}, planned or {}
    names = names or names_of(every_vote)
    votes = chosen_votes(every_vote, chosen)
    asked = questions_of(votes)
    failing = screen(votes, headphones)
    failed = {one.session_id for one in failing}
    passed = votes[~votes["session_id"].isin(failed)]
    everybody = every_vote[~every_vote["session_id"].isin(failed)]
    without_failing = []
    if failed:
        without_failing = decisions_of(
            everybody, chosen, reference, planned, with_forecasts=False, seen=seen
        )
    return Verdict(
        all=[analyse(votes, question, reference) for question in asked],
        screened=[analyse(passed, question, reference) for question in asked] if failed else [],
        failing=failing,
        remarks=_remarks(votes, names),
        decisions=decisions_of(every_vote, chosen, reference, planned, seen=seen),
        without_failing=without_failing,
        may_decide=may_decide(chosen),
        names=names,
        is_filtered=bool(chosen),
    )


def questions_of(votes: pd.DataFrame) -> list[str]:
    """Those that were asked, the app's own first, then others by name."""
    asked = set(main_trials(votes)["question"].unique().astype(str))
    known = [str(question) for question in Question]
    return [one for one in known if one in asked] + sorted(asked - set(known))


def _remarks(votes: pd.DataFrame, names: Names) -> list[str]:
    """What a reader has to know before pooling these votes."""
    left_out = votes.attrs.get(LEFT_OUT, "")
    remarks = [left_out] if left_out else []
    settings = votes.groupby("condition", observed=True)["params"].nunique()
    for condition, n_settings in settings.items():
        if n_settings > 1:
            version = names.condition(str(condition))
            remarks.append(
                f"{version} was heard with {n_settings} different settings; they are counted as "
                "one. Choose one study to see them apart."
            )
    rates = sorted(votes["sample_rate_hz"].unique().astype(str))
    if len(rates) > 1:
        remarks.append(f"The clips were played at different rates: {', '.join(rates)} Hz.")
    return remarks
