"""What each study decides: once for each question and scope, from all of its votes.

A decision is no part of a filtered view: who may choose among clips until one is decided will find
one that is. The tests of one study, over all its questions and versions, share the probability of
an error in each scope.
"""

import hashlib
from dataclasses import dataclass
from functools import partial

import pandas as pd

from listening.analysis.data import FILTERS, Pairs, abx_answers, main_trials, pairs_of
from listening.analysis.evidence import Decision, always_interval, cells_of, decide, decide_abx
from listening.analysis.forecast import Forecast, forecast
from listening.analysis.intervals import FEWEST_CLIPS, Scope
from listening.analysis.reference import reference_of, tested_against
from listening.trial import Question
from storage.result_cache import ResultCache

ABX_QUESTION = str(Question.PREFERENCE)  # as its votes have it
DECIDING_COLUMNS = [
    "session_id", "listener_id", "trial_id", "design", "trial_kind", "question", "clip_id",
    "condition", "label", "preferred", "rating", "final_at",
]  # fmt: skip
DECIDING_FILTERS = ("study_id", "question")  # they choose among decisions, not among votes


@dataclass(frozen=True)
class Tested:
    """One version of a study against the reference, in every scope that can be decided.

    is_abx : whether it is about telling them apart
    decisions : {scope: what is decided}; forecasts : {scope: what more listeners would do}, of
        those that are not decided and where it can be said
    always : interval of the mean share of those who are done, on these clips, that holds at every
        look; None for ABX
    """

    study_id: str
    question: str
    is_abx: bool
    condition: str
    against: str
    decisions: dict[Scope, Decision]
    forecasts: dict[Scope, Forecast]
    always: tuple[float, float] | None

    @property
    def scope(self) -> Scope:
        """The widest there is."""
        return Scope.MUSIC if Scope.MUSIC in self.decisions else Scope.CLIPS


def may_decide(chosen: dict[str, str]) -> bool:
    """Whether a view chosen by these filters shows decisions."""
    assert set(chosen) <= set(FILTERS)
    return set(chosen) <= set(DECIDING_FILTERS)


def decisions_of(
    votes: pd.DataFrame,
    chosen: dict[str, str],
    reference: str | None,
    planned: dict[str, int],
    *,
    with_forecasts: bool = True,
    seen: ResultCache | None = None,
) -> list[Tested]:
    """All decisions of the studies and questions that `chosen` leaves; none in any other view.

    votes : all there are, unfiltered
    planned : {study: how many tests it was planned for}; votes that come later must not change the
        bound of those before
    seen : remembers what studies decide whose votes are as they were
    """
    if not may_decide(chosen):
        return []
    decided = []
    for study_id in votes["study_id"].unique().astype(str):
        if study_id == chosen.get("study_id", study_id):
            of_study = votes[votes["study_id"] == study_id]
            n_planned = planned.get(study_id, 0)
            arguments = (study_id, of_study, reference, n_planned, with_forecasts)
            if seen is None:
                decided += _of_study(*arguments)
                continue
            key = (study_id, _digest(of_study), *arguments[2:])
            decided += seen.get(key, partial(_of_study, *arguments))
    return [one for one in decided if one.question == chosen.get("question", one.question)]


def _digest(votes: pd.DataFrame) -> str:
    """Of everything that decisions rest on."""
    rows = pd.util.hash_pandas_object(votes[DECIDING_COLUMNS], index=False)
    return hashlib.sha256(rows.to_numpy().tobytes()).hexdigest()


def _of_study(
    study_id: str, votes: pd.DataFrame, reference, n_planned: int, with_forecasts: bool
) -> list[Tested]:
    compared = [
        (str(question), names, found)
        for question in main_trials(votes)["question"].unique()
        for names, found in _compared(pairs_of(votes[votes["question"] == question]), reference)
    ]
    answers = abx_answers(votes)
    heard = list(answers.groupby(["condition", "against"], sort=True))
    n_tests = max(len(compared) + len(heard), n_planned)
    tested = [
        _tested(study_id, question, *names, found, n_tests, with_forecasts)
        for question, names, found in compared
    ]
    for (condition, against), of_it in heard:
        correct, n_clips = of_it["correct"].to_numpy(), of_it["clip_id"].nunique()
        decision = decide_abx(correct, n_clips, condition, against, n_tests=n_tests)
        tested.append(
            Tested(
                study_id, ABX_QUESTION, True, condition, against, {Scope.CLIPS: decision}, {}, None
            )
        )
    return tested


def _compared(pairs: Pairs, reference: str | None) -> list[tuple[tuple[str, str], Pairs]]:
    against = tested_against(pairs.conditions, reference_of(pairs.conditions, reference))
    found = [(names, pairs.between(*names)) for names in against]
    return [(names, of_it) for names, of_it in found if len(of_it)]


def _tested(
    study_id, question, condition, against, found: Pairs, n_tests, with_forecasts: bool
) -> Tested:
    cells = cells_of(found)
    scopes = [Scope.CLIPS, *([Scope.MUSIC] if cells.n_clips >= FEWEST_CLIPS else [])]
    decisions = {
        scope: decide(cells, scope, condition, against, n_tests=n_tests) for scope in scopes
    }
    forecasts = {}
    for scope, decision in decisions.items():
        if with_forecasts and not decision.decides:
            expected = forecast(cells, scope, n_tests=n_tests)
            if expected:
                forecasts[scope] = expected
    always = always_interval(cells.shares(), n_tests=n_tests)
    return Tested(study_id, question, False, condition, against, decisions, forecasts, always)
