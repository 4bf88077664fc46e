"""Everything about one question, from all listeners or from those who passed screening."""

from dataclasses import dataclass

import pandas as pd

from listening.analysis.bradley_terry import N_RESAMPLES, Strength, rank
from listening.analysis.data import Pairs, main_trials, pairs_of
from listening.analysis.head_to_head import HeadToHead, against_original
from listening.analysis.intervals import Estimate
from listening.analysis.metric_and_ear import (
    Agreement,
    Threshold,
    agreements,
    log_mel_threshold,
)
from listening.analysis.ratings import Friedman, compare_ratings, mean_ratings
from listening.analysis.screening import Failing, screen
from listening.analysis.shares import Audible, Choice, audible, choices, no_preference
from listening.analysis.vote_table import LEFT_OUT
from listening.anchors import ANCHOR_TITLES
from listening.trial import Question


@dataclass(frozen=True)
class Counts:
    """What there is: main screens that were answered, by how many, and on how many clips."""

    n_votes: int
    n_listeners: int
    n_clips: int


@dataclass(frozen=True, eq=False)
class Analysis:
    """The answers to one question."""

    question: str
    votes: pd.DataFrame
    counts: Counts
    pairs: Pairs
    choices: list[Choice]
    no_preference: Estimate | None
    head_to_head: list[HeadToHead]
    ranking: list[Strength]
    ratings: dict[str, Estimate]
    friedman: Friedman | None
    audible: list[Audible]
    agreements: list[Agreement]
    threshold: Threshold | None


@dataclass(frozen=True, eq=False)
class Verdict:
    """All questions, the sessions that fail screening, and everything again without these.

    screened : as `all`; empty if no session fails
    """

    all: list[Analysis]
    screened: list[Analysis]
    failing: list[Failing]
    remarks: list[str]


def analyse(votes: pd.DataFrame, question: str, *, n_resamples: int = N_RESAMPLES) -> Analysis:
    """One question over `votes`, which may be empty."""
    votes = votes[votes["question"] == question]
    main = main_trials(votes)
    pairs = pairs_of(votes)
    restorations = tuple(name for name in pairs.conditions if name not in ANCHOR_TITLES)
    return Analysis(
        question=question,
        votes=votes,
        counts=Counts(
            main["trial_id"].nunique(), main["listener_id"].nunique(), main["clip_id"].nunique()
        ),
        pairs=pairs,
        choices=choices(votes),
        no_preference=no_preference(votes),
        head_to_head=against_original(pairs, restorations),
        ranking=rank(pairs, n_resamples=n_resamples),
        ratings=mean_ratings(votes),
        friedman=compare_ratings(votes),
        audible=audible(votes),
        agreements=agreements(pairs),
        threshold=log_mel_threshold(pairs),
    )


def verdict_of(votes: pd.DataFrame, headphones: dict[str, tuple[int, int]]) -> Verdict:
    """Every question that was asked.

    headphones : as `listening.analysis.screening.headphones_of` returns it
    """
    asked = [str(q) for q in Question if (main_trials(votes)["question"] == str(q)).any()]
    failing = screen(votes, headphones)
    failed = {one.session_id for one in failing}
    passed = votes[~votes["session_id"].isin(failed)]
    return Verdict(
        all=[analyse(votes, question) for question in asked],
        screened=[analyse(passed, question) for question in asked] if failed else [],
        failing=failing,
        remarks=_remarks(votes),
    )


def _remarks(votes: pd.DataFrame) -> list[str]:
    """What a reader has to know before pooling these votes."""
    left_out = votes.attrs.get(LEFT_OUT, "")
    remarks = [left_out] if left_out else []
    settings = votes.groupby("condition", observed=True)["params"].nunique()
    for condition, n_settings in settings.items():
        if n_settings > 1:
            remarks.append(
                f"{condition} was heard with {n_settings} different settings; they are counted as "
                "one. Choose one study to see them apart."
            )
    rates = sorted(votes["sample_rate_hz"].unique().astype(str))
    if len(rates) > 1:
        remarks.append(f"The clips were played at different rates: {', '.join(rates)} Hz.")
    return remarks
