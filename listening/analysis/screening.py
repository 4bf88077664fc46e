"""Sessions whose answers may be unreliable: listed with the rule and the numbers, never dropped in
silence."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from listening.analysis.ratings import rated_trials
from listening.analysis.reference import hidden_reference_of
from listening.analysis.vote_table import SESSIONS_NAME
from listening.headphones import CORRECT_TO_PASS
from listening.session_table import read_sessions
from listening.trial import MULTI, PAIR, X_LABEL, Kind

RATING_TOLERANCE = 25.0  # mean difference of ratings of a trial and its repeat
MOST_FAILED = 0.5  # of the repeats, or of the catch trials
# ITU-R BS.1534-3, section 4.1.2: the hidden reference rated below 90 in more than 15 % of trials.
REFERENCE_RATING, MOST_MISSED = 90.0, 0.15

RULES = {
    "repeats": "More than half of the repeated trials were answered differently the second time: "
    f"another choice, or ratings that differ by more than {RATING_TOLERANCE:g} on average.",
    "catch trials": "In more than half of the trials with one version against itself a preference "
    f"was stated, or the ratings differ by more than {RATING_TOLERANCE:g}.",
    "hidden reference": f"The hidden reference was rated below {REFERENCE_RATING:g} in more than "
    f"{100 * MOST_MISSED:g} % of the trials (ITU-R BS.1534-3, section 4.1.2).",
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
    for rule, outcomes, most in (
        ("repeats", _repeats(votes), MOST_FAILED),
        ("catch trials", _catches(votes), MOST_FAILED),
        ("hidden reference", _hidden_references(votes), MOST_MISSED),
    ):
        for session_id, failures in outcomes.items():
            if sum(failures) > most * len(failures):
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
    votes = votes[votes["trial_kind"].isin([Kind.MAIN, Kind.REPEAT])]
    with_repeats = votes.loc[votes["trial_kind"] == Kind.REPEAT, "session_id"].unique()
    votes = votes[votes["session_id"].isin(with_repeats)]
    screens = _screens(votes)
    is_repeat = screens["trial_kind"] == Kind.REPEAT
    asked = ["session_id", "design", "question", "clip_id", "conditions"]
    first = screens[~is_repeat].drop_duplicates(asked)
    both = screens[is_repeat].merge(first, on=asked, suffixes=("_again", ""))
    ratings = _ratings(votes, screens)
    with np.errstate(invalid="ignore"):
        change = np.abs(ratings[both["place_again"]] - ratings[both["place"]])
    n_rated = np.sum(~np.isnan(change), axis=1)
    mean_change = np.nansum(change, axis=1) / np.maximum(n_rated, 1)
    differs = np.select(
        [both["design"] == MULTI, both["design"] == PAIR],
        [mean_change > RATING_TOLERANCE, both["choice_again"] != both["choice"]],
        both["is_right_again"] != both["is_right"],
    )
    outcomes: dict[str, list[bool]] = {}
    for session_id, was_otherwise in zip(both["session_id"].astype(str), differs, strict=True):
        outcomes.setdefault(session_id, []).append(bool(was_otherwise))
    return outcomes


def _screens(votes: pd.DataFrame) -> pd.DataFrame:
    """One row for each screen: what it asked, whatever the order of its versions, and the answer.

    conditions : which versions were on it, a bit for each; choice : the one preferred, as such a
    bit, 0 for none; is_right : under ABX, whether that is what X was; place : its number
    """
    bit = 2 ** votes["condition"].cat.codes.to_numpy().astype(int)
    is_x = (votes["label"] == X_LABEL).to_numpy()
    chosen = (votes["preferred"] == 1).to_numpy()
    columns = votes[["trial_id", "session_id", "design", "question", "clip_id", "trial_kind"]]
    columns = columns.assign(
        conditions=np.where(is_x, 0, bit), choice=np.where(chosen, bit, 0), x=np.where(is_x, bit, 0)
    )
    by_trial = columns.groupby("trial_id", observed=True, sort=False)
    screens = by_trial[["session_id", "design", "question", "clip_id", "trial_kind"]].first()
    screens[["conditions", "choice", "x"]] = by_trial[["conditions", "choice", "x"]].sum()
    screens["is_right"] = screens["choice"] == screens["x"]
    return screens.assign(place=np.arange(len(screens)))


def _ratings(votes: pd.DataFrame, screens: pd.DataFrame) -> np.ndarray:
    """Ratings by screen and condition; NaN where there is none."""
    condition = votes["condition"].cat.codes.to_numpy()
    place = screens["place"].reindex(votes["trial_id"].astype(str)).to_numpy()
    ratings = np.full((len(screens), condition.max(initial=-1) + 1), np.nan)
    ratings[place, condition] = votes["rating"]
    return ratings


def _catches(votes: pd.DataFrame) -> dict[str, list[bool]]:
    """{session: for each catch trial, whether a difference was heard that is not there}."""
    outcomes: dict[str, list[bool]] = {}
    catches = votes[(votes["trial_kind"] == Kind.CATCH) & votes["design"].isin([MULTI, PAIR])]
    by_trial = catches.groupby("trial_id", observed=True)
    # In ABX every answer about equal sounds is as good as any other.
    heard = (by_trial["preferred"].sum() > 0) & (by_trial["design"].first() == PAIR)
    heard |= by_trial["rating"].max() - by_trial["rating"].min() > RATING_TOLERANCE
    for session_id, was_heard in zip(by_trial["session_id"].first(), heard, strict=True):
        outcomes.setdefault(str(session_id), []).append(bool(was_heard))
    return outcomes


def _hidden_references(votes: pd.DataFrame) -> dict[str, list[bool]]:
    """{session: for each rated hidden reference, whether it was taken for something worse}."""
    reference = hidden_reference_of(votes["condition"].unique().astype(str))
    rated = rated_trials(votes)
    if not 10 < rated["rating"].max() <= 100:  # another scale than that of BS.1534
        return {}
    rated = rated[rated["condition"] == reference]
    outcomes: dict[str, list[bool]] = {}
    for session_id, rating in zip(rated["session_id"].astype(str), rated["rating"], strict=True):
        outcomes.setdefault(session_id, []).append(bool(rating < REFERENCE_RATING))
    return outcomes
