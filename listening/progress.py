"""How far a study is: who came, how far they got, what was heard how often. No answers in it."""

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from listening.headphones import CORRECT_TO_PASS
from listening.questionnaire import Part
from listening.recruitment import Outcome
from listening.session import Session
from listening.study import Study
from listening.trial import Kind

BEGAN, FIRST, FINISHED = "began", "first trial", "completed"


@dataclass(frozen=True)
class Progress:
    """Counts of sessions and trials.

    reached : sessions that got so far, by step, in the order of the steps
    ended : sessions that ended, by outcome
    median_min : from consent to the end, of completed sessions, in minutes; None without any
    headphones_passed, headphones_checked : sessions
    answered : {(clip_id, conditions in order of their names): answers} of all main trials that were
        planned
    """

    reached: dict[str, int]
    ended: dict[Outcome, int]
    median_min: float | None
    headphones_passed: int
    headphones_checked: int
    answered: dict[tuple[str, tuple[str, ...]], int]


def progress_of(study: Study, sessions: Sequence[Session]) -> Progress:
    checked = [one.headphones_correct for one in sessions if one.headphones_correct is not None]
    durations_min = [
        (_moment(one.completed_at) - _moment(one.started_at)).total_seconds() / 60
        for one in sessions
        if one.completed_at
    ]
    outcomes = Counter(one.outcome for one in sessions)
    return Progress(
        reached=_reached(study, sessions),
        ended={outcome: n for outcome in Outcome if (n := outcomes[outcome])},
        median_min=statistics.median(durations_min) if durations_min else None,
        headphones_passed=sum(n_right >= CORRECT_TO_PASS for n_right in checked),
        headphones_checked=len(checked),
        answered=_answered(study, sessions),
    )


def balance(answered: Mapping[tuple[str, tuple[str, ...]], int]) -> tuple[int, int]:
    """The fewest and the most answers that any trial has."""
    return min(answered.values(), default=0), max(answered.values(), default=0)


def _reached(study: Study, sessions: Sequence[Session]) -> dict[str, int]:
    has_before = bool(study.questionnaire.before)
    steps = {
        BEGAN: lambda one: True,
        "questions": lambda one: not has_before or Part.BEFORE in one.parts_answered,
        "volume": lambda one: one.has_set_volume,
        "headphone check": lambda one: one.headphones_correct is not None,
        FIRST: lambda one: one.trials_answered > 0,
        "half of the trials": lambda one: 2 * one.trials_answered >= one.trials_planned > 0,
        "all trials": lambda one: 0 < one.trials_planned == one.trials_answered,
        FINISHED: lambda one: one.outcome == Outcome.COMPLETED,
    }
    if not has_before:
        del steps["questions"]
    return {name: sum(map(is_reached, sessions)) for name, is_reached in steps.items()}


def _answered(study: Study, sessions: Sequence[Session]) -> dict[tuple[str, tuple[str, ...]], int]:
    counts: Counter[tuple[str, tuple[str, ...]]] = Counter()
    everything: set[tuple[str, tuple[str, ...]]] = set()
    for session in sessions:
        plan = study.plan(session.listener_number)
        main = [
            (number, (trial.clip_id, tuple(sorted(set(trial.conditions)))))
            for number, trial in enumerate(plan)
            if trial.kind == Kind.MAIN
        ]
        everything.update(key for _, key in main)
        counts.update(key for number, key in main if number < session.trials_answered)
    return {key: counts[key] for key in sorted(everything)}


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
