"""The votes filtered, and laid out in pairs."""

import dataclasses
import itertools
from dataclasses import dataclass

import numpy as np
import pandas as pd

from listening.analysis.vote_table import METRICS
from listening.trial import ABX, MULTI, ORIGINAL, PAIR, X_LABEL, Kind

FILTERS = ("study_id", "clip_id", "prompt", "design", "question")


def choices_of(votes: pd.DataFrame) -> dict[str, list[str]]:
    """{filter: the values that votes have}, each in alphabetical order."""
    return {name: sorted(votes[name].unique().astype(str)) for name in FILTERS}


def chosen_votes(votes: pd.DataFrame, wanted: dict[str, str]) -> pd.DataFrame:
    """The votes that agree with every filter; wanted : {filter: value}, fewer or none of them.

    Raises ValueError for a filter that there is not.
    """
    for name, value in wanted.items():
        if name not in FILTERS:
            raise ValueError(f"there is no filter {name!r}; there are {', '.join(FILTERS)}")
        votes = votes[votes[name] == value]
    return votes


@dataclass(frozen=True, eq=False)
class Pairs:
    """Comparisons of two versions of one clip by one listener; all arrays of shape (n_pairs,).

    listener, session, trial : numbers that stand for a listener, a session and a screen; of two
        sessions the one that began first has the lower number
    a, b : numbers of conditions, a < b in `conditions`
    result : 1 if a was preferred (or rated higher), 0 if b was, 0.5 for a tie
    is_final : whether it belongs to a listener's first session in its study, and that one is over
    metrics : {metric: (value of a, value of b)}
    """

    conditions: tuple[str, ...]
    listener: np.ndarray
    session: np.ndarray
    trial: np.ndarray
    a: np.ndarray
    b: np.ndarray
    result: np.ndarray
    is_final: np.ndarray
    metrics: dict[str, tuple[np.ndarray, np.ndarray]]

    def __len__(self) -> int:
        return self.result.size

    def chosen(self, mask) -> "Pairs":
        """Those that `mask` (bool, shape (n_pairs,)) marks."""
        return Pairs(
            self.conditions,
            self.listener[mask],
            self.session[mask],
            self.trial[mask],
            self.a[mask],
            self.b[mask],
            self.result[mask],
            self.is_final[mask],
            {name: (of_a[mask], of_b[mask]) for name, (of_a, of_b) in self.metrics.items()},
        )

    def settled(self) -> "Pairs":
        """Of each listener those of the first session, if final: nothing to come changes them.

        Who took part in several studies counts with the one that came first.
        """
        _, listener = np.unique(self.listener, return_inverse=True)
        first = np.full(listener.max(initial=-1) + 1, np.iinfo(np.int64).max)
        np.minimum.at(first, listener, self.session)
        return self.chosen(self.is_final & (self.session == first[listener]))

    def between(self, one: str, other: str) -> "Pairs":
        """Comparisons of two conditions, with `result` 1 where `one` was preferred."""
        if one not in self.conditions or other not in self.conditions:
            return self.chosen(np.zeros(len(self), dtype=bool))
        i, j = (self.conditions.index(name) for name in (one, other))
        found = self.chosen((self.a == min(i, j)) & (self.b == max(i, j)))
        return found if i < j else found.turned()

    def turned(self) -> "Pairs":
        """The same with a and b exchanged."""
        metrics = {name: (of_b, of_a) for name, (of_a, of_b) in self.metrics.items()}
        return dataclasses.replace(
            self, a=self.b, b=self.a, result=1 - self.result, metrics=metrics
        )


def in_order(conditions) -> tuple[str, ...]:
    """The original first, then the others by name."""
    others = sorted(set(map(str, conditions)) - {ORIGINAL})
    return (ORIGINAL, *others) if ORIGINAL in set(map(str, conditions)) else tuple(others)


def main_trials(votes: pd.DataFrame) -> pd.DataFrame:
    """Without practice, repeats and catch trials, which only serve screening."""
    return votes[votes["trial_kind"] == Kind.MAIN]


def pairs_of(votes: pd.DataFrame) -> Pairs:
    """All comparisons in main trials: of a "pair" its choice, of a "multi" every two ratings."""
    votes = main_trials(votes)
    votes = votes[votes["design"].isin([MULTI, PAIR])]
    conditions = in_order(votes["condition"].unique())
    trial, trials = pd.factorize(votes["trial_id"])
    place = votes["condition"].astype(str).map({c: i for i, c in enumerate(conditions)}).to_numpy()

    def grid(values) -> np.ndarray:
        """Values by screen and condition; NaN where a screen does not have the condition."""
        made = np.full((len(trials), len(conditions)), np.nan)
        if len(trials):
            made[trial, place.astype(int)] = values
        return made

    is_multi = (votes["design"] == MULTI).to_numpy()
    worth = grid(np.where(is_multi, votes["rating"], votes["preferred"]))
    metrics = {name: grid(votes[name].to_numpy()) for name in METRICS}
    listeners, sessions = np.zeros((2, len(trials)), dtype=int)
    final = np.zeros(len(trials), dtype=bool)
    listeners[trial] = pd.factorize(votes["listener_id"])[0]
    sessions[trial] = pd.factorize(votes["session_id"])[0]  # votes are in the order of time
    final[trial] = votes["is_final"]
    parts = []
    for i, j in itertools.combinations(range(len(conditions)), 2):
        screens = np.flatnonzero(~np.isnan(worth[:, i] + worth[:, j]))
        result = 0.5 + 0.5 * np.sign(worth[screens, i] - worth[screens, j])
        parts.append((screens, np.full(screens.size, i), np.full(screens.size, j), result))
    nothing = (np.zeros(0, dtype=int),) * 3 + (np.zeros(0),)
    screens, a, b, result = map(np.concatenate, zip(nothing, *parts, strict=True))
    return Pairs(
        conditions,
        listeners[screens],
        sessions[screens],
        screens,
        a,
        b,
        result,
        final[screens],
        {name: (of_it[screens, a], of_it[screens, b]) for name, of_it in metrics.items()},
    )


def abx_answers(votes: pd.DataFrame) -> pd.DataFrame:
    """One row for each main ABX trial: condition (the one beside the original), listener_id,
    correct (bool)."""
    votes = main_trials(votes)
    votes = votes[votes["design"] == ABX]
    is_x = votes["label"] == X_LABEL
    x = votes[is_x].set_index("trial_id")["condition"].astype(str)
    said = votes[~is_x & (votes["preferred"] == 1)].set_index("trial_id")
    candidates = votes[~is_x & (votes["condition"] != ORIGINAL)].drop_duplicates("trial_id")
    other = candidates.set_index("trial_id")["condition"].astype(str)
    answers = pd.DataFrame(
        {
            "condition": other,
            "listener_id": said["listener_id"].astype(str),
            "correct": said["condition"].astype(str) == x.reindex(said.index),
        }
    )
    return answers.dropna()
