"""Published listening tests, entered as counts, and what was said of them."""

import choix
import numpy as np
import pytest
from scipy import stats

from listening.analysis.bradley_terry import rank
from listening.analysis.data import Pairs
from listening.analysis.ratings import compare_ratings
from listening.analysis.shares import audible
from tests.support.simulated_votes import simulate
from tests.support.verdicts import abx, loaded

# A. Kousgaard, "Analysis of a sound field experiment by a model for paired comparisons with
# explanatory variables", Scandinavian Journal of Statistics 11, 1984: eight sound fields in every
# pair, by the violin: how often the first was preferred, neither, the second. The counts are
# those of the data set `sound.fields` of the R package BradleyTerry2.
FIELDS = ("000", "001", "010", "011", "100", "101", "110", "111")
FIRST = "4 4 6 3 8 7 7 6 6 7 3 7 7 5 5 4 6 7 5 3 7 3 6 5 8 6 6 5"
NEITHER = "4 2 2 4 0 2 2 2 2 3 3 3 1 2 3 2 1 1 2 2 2 4 1 4 0 1 2 2"
SECOND = "2 4 2 3 2 1 1 2 2 0 4 0 2 3 2 4 3 2 3 5 1 3 3 1 2 3 2 3"


def kousgaard() -> Pairs:
    pairs = [(i, j) for i in range(7, 0, -1) for j in range(i - 1, -1, -1)]
    counts = [list(map(int, text.split())) for text in (FIRST, NEITHER, SECOND)]
    a, b, result = [], [], []
    for (i, j), *told in zip(pairs, *counts, strict=True):
        for score, n in zip((1.0, 0.5, 0.0), told, strict=True):
            a += [i] * n
            b += [j] * n
            result += [score] * n
    n = len(result)
    return Pairs(
        FIELDS, np.arange(n), np.zeros(n, dtype=int), np.arange(n), np.arange(n), np.array(a),
        np.array(b), np.array(result), np.arange(n), {},
    )  # fmt: skip


def test_kousgaards_sound_fields_with_ties_as_half_wins():
    """Against choix, ties entered as half a win for each; they shrink by the prior, 0.1 of a
    win on each side of ten comparisons of a pair: by up to 2 x 0.1 / 10 of themselves and a bit."""
    pairs = kousgaard()
    ranking = {one.condition: one.log_strength for one in rank(pairs, "000")}
    wins = np.zeros((8, 8))
    np.add.at(wins, (pairs.a, pairs.b), pairs.result)
    np.add.at(wins, (pairs.b, pairs.a), 1 - pairs.result)
    theirs = choix.ilsr_pairwise_dense(wins)
    ours = np.array([ranking[name] for name in FIELDS])
    assert ours == pytest.approx(theirs - theirs[0], rel=0.03)
    assert np.corrcoef(ours, theirs)[0, 1] > 0.9999
    assert max(ranking, key=lambda name: ranking[name]) in ("110", "111")


def test_friedman_on_the_rounding_times(tmp_path):
    """M. Hollander and D. A. Wolfe, "Nonparametric Statistical Methods", 1973, p. 140: 22 players
    round first base in three ways; 11.143, p = 0.003805 (example of R's friedman.test)."""
    seconds = np.array([
        [5.40, 5.50, 5.55], [5.85, 5.70, 5.75], [5.20, 5.60, 5.50], [5.55, 5.50, 5.40],
        [5.90, 5.85, 5.70], [5.45, 5.55, 5.60], [5.40, 5.40, 5.35], [5.45, 5.50, 5.35],
        [5.25, 5.15, 5.00], [5.85, 5.80, 5.70], [5.25, 5.20, 5.10], [5.65, 5.55, 5.45],
        [5.60, 5.35, 5.45], [5.05, 5.00, 4.95], [5.50, 5.50, 5.40], [5.45, 5.55, 5.50],
        [5.55, 5.55, 5.35], [5.45, 5.50, 5.55], [5.50, 5.45, 5.25], [5.65, 5.60, 5.40],
        [5.70, 5.65, 5.55], [6.30, 6.30, 6.25],
    ])  # fmt: skip
    strengths = dict.fromkeys(("original", "hbss", "mcra"), 0.0)
    rows = simulate(22, 1, strengths=strengths, n_clips=1)
    rows["rating"] = 10 * seconds.ravel()
    [found] = compare_ratings(loaded(tmp_path, rows))
    assert (found.blocks, found.n_blocks) == ("listeners", 22)
    assert found.statistic == pytest.approx(11.143, abs=5e-4)
    assert found.p == pytest.approx(0.003805, abs=5e-7)


def test_abx_of_58_in_100(tmp_path):
    """J. Boley and M. Lester, "Statistical analysis of ABX results using signal detection theory",
    127th AES Convention, 2009, example 1: 58 right or fewer come by guessing in 95.57 %."""
    [one] = audible(loaded(tmp_path, abx(100, [True] * 58 + [False] * 42)))
    assert stats.binom.cdf(58, 100, 0.5) == pytest.approx(0.9557, abs=5e-5)
    assert one.n_right == 58
    assert one.p == pytest.approx(1 - 0.9557 + stats.binom.pmf(58, 100, 0.5), abs=5e-5)
