"""Ratings: means, differences from the reference, and whether the conditions differ at all."""

import itertools
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from listening.analysis.data import in_order, main_trials
from listening.analysis.holm import holm
from listening.analysis.intervals import Estimate, mean
from listening.trial import MULTI

FEWEST_BLOCKS = 2


@dataclass(frozen=True)
class Friedman:
    """Friedman's test, and Conover's of every two conditions.

    blocks : what was taken as independent, "listeners" (their mean ratings, about these clips) or
        "clips" (their mean ratings, about other clips
        heard by these listeners)
    post_hoc : two conditions and p, corrected after Holm
    """

    blocks: str
    statistic: float
    p: float
    n_blocks: int
    post_hoc: list[tuple[str, str, float]]


def mean_ratings(votes: pd.DataFrame) -> dict[str, Estimate]:
    """{condition: its mean rating}, the original first; empty without ratings."""
    rated = rated_trials(votes)
    listener, clip = (pd.factorize(rated[name])[0] for name in ("listener_id", "clip_id"))
    means = {}
    for condition in in_order(rated["condition"].unique()):
        chosen = (rated["condition"] == condition).to_numpy()
        means[condition] = mean(rated["rating"].to_numpy()[chosen], listener[chosen], clip[chosen])
    return means


def rating_differences(votes: pd.DataFrame, reference: str | None) -> dict[str, Estimate]:
    """{condition: mean of its rating minus the reference's in the same trial}."""
    rated = rated_trials(votes)
    table = rated.pivot_table(
        index=["trial_id", "listener_id", "clip_id"], columns="condition", values="rating",
        aggfunc="mean", observed=True,
    )  # fmt: skip
    if reference not in table.columns:
        return {}
    differences = {}
    for condition in in_order(table.columns):
        difference = (table[condition] - table[reference]).dropna()
        if condition != reference and len(difference):
            who, what = (difference.index.get_level_values(i).astype(str) for i in (1, 2))
            differences[condition] = mean(difference.to_numpy(), who, what)
    return differences


def compare_ratings(votes: pd.DataFrame) -> list[Friedman]:
    """Over listeners, and over clips; none where there are not two of them that have ratings of the
    same three conditions, or all agree that there is no difference."""
    rated = rated_trials(votes)
    found = []
    for blocks, column in (("listeners", "listener_id"), ("clips", "clip_id")):
        table = rated.pivot_table(
            index=column, columns="condition", values="rating", aggfunc="mean", observed=True
        ).dropna()
        names = in_order(table.columns)
        if len(names) >= 3 and len(table) >= FEWEST_BLOCKS:
            values = table[list(names)].to_numpy()
            if np.any(values != values[:, :1]):
                found.append(_friedman(blocks, names, values))
    return found


def rated_trials(votes: pd.DataFrame) -> pd.DataFrame:
    """The rows of main trials that have a rating."""
    votes = main_trials(votes)
    return votes[(votes["design"] == MULTI) & votes["rating"].notna()]


def _friedman(blocks: str, names: tuple[str, ...], values: np.ndarray) -> Friedman:
    from scikit_posthocs import posthoc_conover_friedman

    test = stats.friedmanchisquare(*values.T)
    pairs = list(itertools.combinations(range(len(names)), 2))
    p_values = np.full(len(pairs), np.nan)
    if len(values) > 2:
        with np.errstate(divide="ignore", invalid="ignore"):
            table = posthoc_conover_friedman(values).to_numpy()
        p_values = np.array([table[i, j] for i, j in pairs])
    told = np.isfinite(p_values)
    post_hoc = [
        (names[pairs[k][0]], names[pairs[k][1]], p)
        for k, p in zip(np.flatnonzero(told), holm(p_values[told]), strict=True)
    ]
    return Friedman(blocks, float(test.statistic), float(test.pvalue), len(values), post_hoc)
