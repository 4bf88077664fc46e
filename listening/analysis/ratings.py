"""Ratings of 0 to 100: means, and whether the conditions differ at all."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from listening.analysis.data import in_order, main_trials
from listening.analysis.intervals import Estimate, mean
from listening.trial import MULTI


@dataclass(frozen=True)
class Friedman:
    """Friedman's test over listeners (their mean rating of each condition), and who differs.

    post_hoc : Conover's test of every two conditions, p values corrected after Holm
    """

    statistic: float
    p: float
    n_listeners: int
    post_hoc: list[tuple[str, str, float]]


def mean_ratings(votes: pd.DataFrame) -> dict[str, Estimate]:
    """{condition: its mean rating}, the original first; empty without ratings."""
    rated = _rated(votes)
    listener = pd.factorize(rated["listener_id"])[0]
    means = {}
    for condition in in_order(rated["condition"].unique()):
        chosen = (rated["condition"] == condition).to_numpy()
        means[condition] = mean(rated["rating"].to_numpy()[chosen], listener[chosen])
    return means


def compare_ratings(votes: pd.DataFrame) -> Friedman | None:
    """None where there are not two listeners who rated the same three conditions, or all agree
    that there is no difference."""
    from scikit_posthocs import posthoc_conover_friedman

    rated = _rated(votes)
    table = rated.pivot_table(
        index="listener_id", columns="condition", values="rating", aggfunc="mean", observed=True
    ).dropna()
    names = in_order(table.columns)
    if len(names) < 3 or len(table) < 2:
        return None
    blocks = table[list(names)].to_numpy()
    if np.all(blocks == blocks[:, :1]):
        return None
    found = stats.friedmanchisquare(*blocks.T)
    post_hoc = []
    if len(table) > 2:
        with np.errstate(divide="ignore", invalid="ignore"):
            p_values = posthoc_conover_friedman(blocks, p_adjust="holm").to_numpy()
        post_hoc = [
            (names[i], names[j], float(p_values[i, j]))
            for i in range(len(names))
            for j in range(i + 1, len(names))
            if np.isfinite(p_values[i, j])
        ]
    return Friedman(float(found.statistic), float(found.pvalue), len(table), post_hoc)


def _rated(votes: pd.DataFrame) -> pd.DataFrame:
    votes = main_trials(votes)
    return votes[(votes["design"] == MULTI) & votes["rating"].notna()]
