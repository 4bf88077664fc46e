"""How often each version was chosen, and whether two versions can be told apart at all."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.multitest import multipletests

from listening.analysis.data import abx_answers, in_order, main_trials
from listening.analysis.intervals import Estimate, share
from listening.trial import MULTI, PAIR, Question


@dataclass(frozen=True)
class Choice:
    """Share of the screens with a version on which it was the one preferred.

    by_chance : what guessing would give, had everybody a preference
    """

    design: str
    condition: str
    preferred: Estimate
    by_chance: float


@dataclass(frozen=True)
class Audible:
    """ABX: share of right answers about one restoration and the original.

    p : exact binomial, one-sided (more than half right); p_holm : corrected for all restorations
    """

    condition: str
    correct: Estimate
    p: float
    p_holm: float


def choices(votes: pd.DataFrame) -> list[Choice]:
    """Of every design in which one version was chosen; "no preference" counts for none."""
    votes = main_trials(votes)
    asked = (votes["design"] == PAIR) | (
        (votes["design"] == MULTI) & (votes["question"] == Question.PREFERENCE)
    )
    votes = votes[asked]
    found = []
    for design in (MULTI, PAIR):
        of_design = votes[votes["design"] == design]
        n_versions = of_design.groupby("trial_id", observed=True)["label"].transform("size")
        listener = pd.factorize(of_design["listener_id"])[0]
        for condition in in_order(of_design["condition"].unique()):
            chosen = (of_design["condition"] == condition).to_numpy()
            found.append(
                Choice(
                    design,
                    condition,
                    share(of_design["preferred"].to_numpy()[chosen], listener[chosen]),
                    float(np.mean(1 / n_versions.to_numpy()[chosen])),
                )
            )
    return found


def no_preference(votes: pd.DataFrame) -> Estimate | None:
    """Share of screens on which a choice was asked for and none was made."""
    votes = main_trials(votes)
    votes = votes[votes["design"].isin([MULTI, PAIR])]
    votes = votes[(votes["design"] == PAIR) | (votes["question"] == Question.PREFERENCE)]
    by_trial = votes.groupby("trial_id", observed=True)
    if not len(by_trial):
        return None
    none_chosen = by_trial["preferred"].sum() == 0
    return share(none_chosen.to_numpy(), by_trial["listener_id"].first().to_numpy().astype(str))


def audible(votes: pd.DataFrame) -> list[Audible]:
    """One for each restoration that was in an ABX test."""
    answers = abx_answers(votes)
    found = []
    for condition in in_order(answers["condition"].unique()):
        of_it = answers[answers["condition"] == condition]
        correct = of_it["correct"].to_numpy().astype(float)
        n_right = int(correct.sum())
        p = float(stats.binomtest(n_right, correct.size, alternative="greater").pvalue)
        found.append((condition, share(correct, of_it["listener_id"].to_numpy()), p))
    holm = multipletests([p for *_, p in found], method="holm")[1] if found else []
    return [Audible(*one, float(q)) for one, q in zip(found, holm, strict=True)]
