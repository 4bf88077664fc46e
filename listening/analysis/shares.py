"""How often each version was chosen, and whether two versions can be told apart at all."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from listening.analysis.data import abx_answers, in_order, main_trials
from listening.analysis.holm import holm
from listening.analysis.intervals import Estimate, share
from listening.trial import MULTI, PAIR


@dataclass(frozen=True)
class Choice:
    """Share of the trials with a version in which it was the one preferred.

    by_chance : what guessing would give, had everybody a preference
    """

    design: str
    condition: str
    preferred: Estimate
    by_chance: float


@dataclass(frozen=True)
class Audible:
    """ABX: share of right answers about two versions.

    p : exact binomial, one-sided (more than half right), at a number of answers planned beforehand
    p_holm : corrected for all that were tested
    """

    condition: str
    against: str
    n_right: int
    correct: Estimate
    p: float
    p_holm: float


@dataclass(frozen=True)
class Ear:
    """ABX: one listener on two versions; p, p_holm : as in Audible, corrected for all listeners."""

    listener_id: str
    condition: str
    against: str
    n_right: int
    n_answers: int
    p: float
    p_holm: float


def choice_trials(votes: pd.DataFrame) -> pd.DataFrame:
    """The main trials in which one version was to be chosen.

    All pairs are; of "multi" trials those of a study and question in which anybody ever chose.
    """
    votes = main_trials(votes)
    votes = votes[votes["design"].isin([MULTI, PAIR])]
    if votes.empty:
        return votes
    by_question = votes.groupby(["study_id", "question"], observed=True)["preferred"]
    is_asked = by_question.transform("max") == 1
    return votes[(votes["design"] == PAIR) | is_asked]


def choices(votes: pd.DataFrame) -> list[Choice]:
    """Of every design in which one version was chosen; "no preference" counts for none."""
    votes = choice_trials(votes)
    found = []
    for design in (MULTI, PAIR):
        of_design = votes[votes["design"] == design]
        n_versions = of_design.groupby("trial_id", observed=True)["label"].transform("size")
        listener, clip = _codes(of_design, "listener_id"), _codes(of_design, "clip_id")
        for condition in in_order(of_design["condition"].unique()):
            chosen = (of_design["condition"] == condition).to_numpy()
            preferred = of_design["preferred"].to_numpy()[chosen]
            found.append(
                Choice(
                    design,
                    condition,
                    share(preferred, listener[chosen], clip[chosen]),
                    float(np.mean(1 / n_versions.to_numpy()[chosen])),
                )
            )
    return found


def no_preference(votes: pd.DataFrame) -> Estimate | None:
    """Share of trials in which a choice was asked for and none was made."""
    by_trial = choice_trials(votes).groupby("trial_id", observed=True)
    if not len(by_trial):
        return None
    trials = by_trial[["listener_id", "clip_id"]].first()
    none_chosen = by_trial["preferred"].sum() == 0
    return share(none_chosen.to_numpy(), _codes(trials, "listener_id"), _codes(trials, "clip_id"))


def audible(votes: pd.DataFrame) -> list[Audible]:
    """One for each two versions that were in an ABX test."""
    found = []
    for (condition, against), of_it in abx_answers(votes).groupby(["condition", "against"]):
        correct = of_it["correct"].to_numpy().astype(float)
        estimate = share(correct, of_it["listener_id"].to_numpy(), of_it["clip_id"].to_numpy())
        found.append((condition, against, int(correct.sum()), estimate, _p_right(correct)))
    return [Audible(*one, q) for one, q in zip(found, _holm(found), strict=True)]


def ears(votes: pd.DataFrame) -> list[Ear]:
    """ABX by listener, the most right first."""
    found = []
    by = ["listener_id", "condition", "against"]
    for (listener, condition, against), of_it in abx_answers(votes).groupby(by):
        correct = of_it["correct"].to_numpy()
        n_right = int(correct.sum())
        found.append((listener, condition, against, n_right, int(correct.size), _p_right(correct)))
    every = [Ear(*one, q) for one, q in zip(found, _holm(found), strict=True)]
    return sorted(every, key=lambda one: (one.p, one.listener_id))


def _p_right(correct) -> float:
    n_right = int(np.sum(correct))
    return float(stats.binomtest(n_right, len(correct), alternative="greater").pvalue)


def _holm(found: list[tuple]) -> list[float]:
    """Of tuples that end with p."""
    return holm([one[-1] for one in found])


def _codes(votes: pd.DataFrame, name: str) -> np.ndarray:
    return pd.factorize(votes[name])[0]
