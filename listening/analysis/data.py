"""The votes filtered, and laid out in pairs."""

import dataclasses
import itertools
from dataclasses import dataclass

import numpy as np
import pandas as pd

from listening.analysis.vote_table import METRICS
from listening.trial import ABX, MULTI, ORIGINAL, PAIR, X_LABEL, Kind

NOT_FINAL = np.iinfo(np.int64).min  # as pandas counts NaT
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

    listener, clip, session, trial : numbers that stand for a listener, a clip, a session and a
        trial; of two sessions the one that began first has the lower number
    a, b : numbers of conditions, a < b in `conditions`
    result : 1 if a was preferred (or rated higher), 0 if b was, 0.5 for a tie
    final_at : when the listener's first session in its study was over, ns; NOT_FINAL for others
    metrics : {metric: (value of a, value of b)}
    """

    conditions: tuple[str, ...]
    listener: np.ndarray
    clip: np.ndarray
    session: np.ndarray
    trial: np.ndarray
    a: np.ndarray
    b: np.ndarray
    result: np.ndarray
    final_at: np.ndarray
    metrics: dict[str, tuple[np.ndarray, np.ndarray]]

    def __len__(self) -> int:
        return self.result.size

    def chosen(self, mask) -> "Pairs":
        """Those that `mask` (bool, shape (n_pairs,)) marks."""
        return Pairs(
            self.conditions,
            self.listener[mask],
            self.clip[mask],
            self.session[mask],
            self.trial[mask],
            self.a[mask],
            self.b[mask],
            self.result[mask],
            self.final_at[mask],
            {name: (of_a[mask], of_b[mask]) for name, (of_a, of_b) in self.metrics.items()},
        )

    def settled(self) -> "Pairs":
        """Of each listener those of the first session, if final: nothing to come changes them.

        Who took part in several studies counts with the one that came first.
        """
        _, listener = np.unique(self.listener, return_inverse=True)
        first = np.full(listener.max(initial=-1) + 1, np.iinfo(np.int64).max)
        np.minimum.at(first, listener, self.session)
        is_final = self.final_at != NOT_FINAL
        return self.chosen(is_final & (self.session == first[listener]))

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
    """All comparisons in main trials: of a "pair" its choice, of a "multi" every two ratings, or,
    without ratings, the one that was chosen against each of the others."""
    votes = main_trials(votes)
    votes = votes[votes["design"].isin([MULTI, PAIR])]
    conditions = in_order(votes["condition"].unique())
    trial, trials = pd.factorize(votes["trial_id"])
    place = votes["condition"].astype(str).map({c: i for i, c in enumerate(conditions)}).to_numpy()

    def grid(values) -> np.ndarray:
        """Values by trial and condition; NaN where a trial does not have the condition."""
        made = np.full((len(trials), len(conditions)), np.nan)
        if len(trials):
            made[trial, place.astype(int)] = values
        return made

    rated, chosen = np.zeros((2, len(trials)), dtype=bool)
    rated[trial[votes["rating"].notna().to_numpy()]] = True
    chosen[trial[(votes["preferred"] == 1).to_numpy()]] = True
    worth = grid(np.where(rated[trial], votes["rating"], votes["preferred"]))
    metrics = {name: grid(votes[name].to_numpy()) for name in METRICS}
    listeners, clips, sessions = np.zeros((3, len(trials)), dtype=int)
    final_at = np.full(len(trials), NOT_FINAL)
    listeners[trial] = pd.factorize(votes["listener_id"])[0]
    clips[trial] = pd.factorize(votes["clip_id"])[0]
    sessions[trial] = pd.factorize(votes["session_id"])[0]  # votes are in the order of time
    final_at[trial] = _nanoseconds(votes["final_at"])
    parts = []
    for i, j in itertools.combinations(range(len(conditions)), 2):
        difference = worth[:, i] - worth[:, j]
        # Two versions that were not the chosen one have not been compared.
        compared = ~np.isnan(difference) & (rated | ~chosen | (difference != 0))
        places = np.flatnonzero(compared)
        result = 0.5 + 0.5 * np.sign(difference[places])
        parts.append((places, np.full(places.size, i), np.full(places.size, j), result))
    nothing = (np.zeros(0, dtype=int),) * 3 + (np.zeros(0),)
    places, a, b, result = map(np.concatenate, zip(nothing, *parts, strict=True))
    return Pairs(
        conditions,
        listeners[places],
        clips[places],
        sessions[places],
        places,
        a,
        b,
        result,
        final_at[places],
        {name: (of_it[places, a], of_it[places, b]) for name, of_it in metrics.items()},
    )


def _nanoseconds(moments: pd.Series) -> np.ndarray:
    """NOT_FINAL where there is none."""
    return moments.astype("datetime64[ns, UTC]").astype("int64").to_numpy()


def abx_answers(votes: pd.DataFrame) -> pd.DataFrame:
    """One row for each main ABX trial, in the order of time.

    Columns: condition, against (the two that were A and B; the original is always the latter),
    listener_id, clip_id, correct (bool).
    """
    votes = main_trials(votes)
    votes = votes[votes["design"] == ABX]
    is_x = votes["label"] == X_LABEL
    x = votes[is_x].set_index("trial_id")["condition"].astype(str)
    two = votes[~is_x].assign(name=votes["condition"].astype(str))
    two = two.assign(is_original=two["name"] == ORIGINAL).sort_values(["is_original", "name"])
    by_trial = two.groupby("trial_id", observed=True)["name"]
    said = votes[~is_x & (votes["preferred"] == 1)].set_index("trial_id")
    answers = pd.DataFrame(
        {
            "condition": by_trial.first().reindex(said.index),
            "against": by_trial.last().reindex(said.index),
            "listener_id": said["listener_id"].astype(str),
            "clip_id": said["clip_id"].astype(str),
            "correct": said["condition"].astype(str) == x.reindex(said.index),
        }
    )
    return answers[answers["condition"] != answers["against"]]  # catch trials of other origins
