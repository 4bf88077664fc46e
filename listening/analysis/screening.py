"""Sessions whose answers may be unreliable: listed with the rule and the numbers, never dropped in
silence."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from listening.analysis.data import SESSIONS_NAME
from listening.design import MULTI, PAIR, Kind
from listening.headphones import CORRECT_TO_PASS
from listening.sessions import read_sessions

RATING_TOLERANCE = (
    25.0  # mean difference of the ratings of a screen and its repeat, or of one twice
)
MOST_FAILED = 0.5  # of the repeats, or of the catch trials

RULES = {
    "repeats": "More than half of the repeated screens were answered otherwise the second time: "
    f"another choice, or ratings that differ by more than {RATING_TOLERANCE:g} on average.",
    "catch trials": "On more than half of the screens with one version against itself a preference "
    f"was stated, or the ratings differ by more than {RATING_TOLERANCE:g}.",
    "headphones": f"Fewer than {CORRECT_TO_PASS} right answers in the headphone check.",
}


@dataclass(frozen=True)
class Failing:
    """One session and one rule that it fails: `failed` of `asked`."""

    session_id: str
    listener_id: str
    rule: str
    failed: int
    asked: int


def screen(votes: pd.DataFrame, headphones: dict[str, tuple[int, int]]) -> list[Failing]:
    """Every session of `votes` that fails a rule, once for each rule.

    headphones : {session_id: (right answers, questions)} of those who finished the check
    """
    listeners = votes.drop_duplicates("session_id").set_index("session_id")["listener_id"]
    listeners = {str(session): str(listener) for session, listener in listeners.items()}
    found = []
    for rule, outcomes in (("repeats", _repeats(votes)), ("catch trials", _catches(votes))):
        for session_id, failures in outcomes.items():
            if sum(failures) > MOST_FAILED * len(failures):
                listener_id = listeners[session_id]
                found.append(Failing(session_id, listener_id, rule, sum(failures), len(failures)))
    for session_id, (n_right, n_asked) in headphones.items():
        if session_id in listeners and n_right < CORRECT_TO_PASS:
            found.append(
                Failing(session_id, listeners[session_id], "headphones", n_asked - n_right, n_asked)
            )
    return sorted(found, key=lambda one: (one.session_id, one.rule))


def headphones_of(folder) -> dict[str, tuple[int, int]]:
    """What sessions.csv says of the headphone check; empty if there is no such file."""
    checked = {}
    for row in read_sessions(Path(folder) / SESSIONS_NAME):
        if row["headphones_correct"] and row["headphones_asked"]:
            checked[row["session_id"]] = (
                int(row["headphones_correct"]),
                int(row["headphones_asked"]),
            )
    return checked


def _repeats(votes: pd.DataFrame) -> dict[str, list[bool]]:
    """{session: for each repeat, whether it was answered otherwise}."""
    asked = votes[votes["trial_kind"].isin([Kind.MAIN, Kind.REPEAT])]
    with_repeats = asked.loc[asked["trial_kind"] == Kind.REPEAT, "session_id"].unique()
    outcomes: dict[str, list[bool]] = {}
    for session_id, session in asked[asked["session_id"].isin(with_repeats)].groupby(
        "session_id", observed=True
    ):
        screens = [rows for _, rows in session.groupby("trial_id", observed=True)]
        first = {_what(rows): rows for rows in screens if _kind(rows) == Kind.MAIN}
        for again in screens:
            if _kind(again) == Kind.REPEAT and _what(again) in first:
                differs = _differs(first[_what(again)], again)
                outcomes.setdefault(str(session_id), []).append(differs)
    return outcomes


def _kind(rows: pd.DataFrame) -> str:
    return str(rows["trial_kind"].iloc[0])


def _what(rows: pd.DataFrame) -> tuple:
    """What a screen asked, whatever the order of its versions."""
    row = rows.iloc[0]
    conditions = tuple(sorted(rows["condition"].astype(str)))
    return (row["design"], row["question"], row["clip_id"], *conditions)


def _differs(first: pd.DataFrame, again: pd.DataFrame) -> bool:
    if first["design"].iloc[0] == MULTI:
        ratings = (rows.set_index("condition")["rating"] for rows in (first, again))
        before, after = ratings
        return bool((before - after).abs().mean() > RATING_TOLERANCE)
    if first["design"].iloc[0] == PAIR:
        return _preferred(first) != _preferred(again)
    return _said_right(first) != _said_right(again)


def _preferred(rows: pd.DataFrame) -> str | None:
    chosen = rows.loc[rows["preferred"] == 1, "condition"]
    return str(chosen.iloc[0]) if len(chosen) else None


def _said_right(rows: pd.DataFrame) -> bool:
    x = rows.loc[rows["label"] == "X", "condition"].astype(str)
    return _preferred(rows) == x.iloc[0]


def _catches(votes: pd.DataFrame) -> dict[str, list[bool]]:
    """{session: for each catch trial, whether a difference was heard that is not there}."""
    outcomes: dict[str, list[bool]] = {}
    catches = votes[votes["trial_kind"] == Kind.CATCH]
    for _, rows in catches.groupby("trial_id", observed=True):
        if rows["design"].iloc[0] == PAIR:
            heard = bool(rows["preferred"].sum() > 0)
        elif rows["design"].iloc[0] == MULTI:
            heard = bool(np.ptp(rows["rating"].to_numpy()) > RATING_TOLERANCE)
        else:  # in ABX every answer about equal sounds is as good as any other
            continue
        outcomes.setdefault(str(rows["session_id"].iloc[0]), []).append(heard)
    return outcomes
