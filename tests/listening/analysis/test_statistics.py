"""The statistics against arithmetic, published examples and other libraries."""

from itertools import combinations

import choix
import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from bench import verdict_simulation
from listening.analysis.anytime import ALPHA, always_interval, evidence
from listening.analysis.bradley_terry import PRIOR_WINS, rank, strengths
from listening.analysis.data import Pairs
from listening.analysis.head_to_head import sign_test
from listening.analysis.intervals import mean, share, wilson

NAMES = ("original", "a", "b", "c")


def pairs(a, b, result, *, listener=None, names=NAMES) -> Pairs:
    n = len(result)
    return Pairs(
        names,
        np.arange(n) if listener is None else np.asarray(listener),
        np.arange(n) if listener is None else np.asarray(listener),
        np.arange(n),
        np.asarray(a, dtype=int),
        np.asarray(b, dtype=int),
        np.asarray(result, dtype=float),
        np.ones(n, dtype=bool),
        {},
    )


def random_wins(seed) -> np.ndarray:
    rng = np.random.default_rng(seed)
    wins = rng.integers(0, 30, (4, 4)).astype(float)
    np.fill_diagonal(wins, 0)
    return wins


@pytest.mark.parametrize("seed", range(3))
def test_bradley_terry_equals_two_other_implementations(seed):
    """choix's spectral ranking, and logistic regression, with the same added wins; to 1e-6."""
    wins = random_wins(seed)
    compared = ~np.eye(4, dtype=bool)
    ours = strengths(wins[np.newaxis], compared)[0]
    prior = wins + PRIOR_WINS * compared
    theirs = choix.ilsr_pairwise_dense(prior, tol=1e-12)
    np.testing.assert_allclose(ours, theirs - theirs[0], atol=1e-6)
    rows, won = [], []
    for i, j in combinations(range(4), 2):
        row = np.zeros(4)
        row[i], row[j] = 1, -1
        rows.append(row[1:])
        won.append([prior[i, j], prior[j, i]])
    fitted = sm.GLM(np.array(won), np.array(rows), family=sm.families.Binomial()).fit(tol=1e-12)
    np.testing.assert_allclose(ours[1:], fitted.params, atol=1e-6)


def test_two_versions_have_the_log_odds_of_their_wins():
    found = strengths(np.array([[[0, 10.0], [30.0, 0]]]), ~np.eye(2, dtype=bool))[0]
    assert found[1] == pytest.approx(np.log((30 + PRIOR_WINS) / (10 + PRIOR_WINS)))


def test_a_version_that_always_wins_has_a_finite_strength():
    ranking = rank(pairs([0] * 20, [1] * 20, [0] * 20))
    assert [one.condition for one in ranking] == ["a", "original"]
    assert 0.99 < ranking[0].win_probability < 1


def test_a_tie_is_half_a_win_for_each():
    ranking = rank(pairs([0] * 10, [1] * 10, [0.5] * 10))
    assert [one.win_probability for one in ranking] == [0.5, 0.5]


def test_what_no_comparison_links_is_left_out():
    ranking = rank(pairs([0, 2], [1, 3], [0, 1]))
    assert {one.condition for one in ranking} == {"original", "a"}
    assert rank(pairs([], [], [])) == []


def test_one_listener_gives_no_interval():
    ranking = rank(pairs([0] * 4, [1] * 4, [0, 0, 0, 1], listener=[7] * 4))
    assert all(one.low is None for one in ranking)


def test_independent_votes_get_wilson_s_interval():
    """Against statsmodels; with t instead of the normal quantile, which 1,000 listeners share."""
    successes = np.arange(1000) < 300
    found = share(successes, np.arange(1000))
    low, high = proportion_confint(300, 1000, method="wilson")
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-3)
    assert wilson(0.3, 1000, stats.norm.ppf(0.975)) == pytest.approx((low, high), abs=1e-12)


def test_a_clustered_mean_equals_regression_with_clustered_errors():
    rng = np.random.default_rng(0)
    listener = np.repeat(np.arange(20), 9)
    values = rng.normal(50, 10, 180) + 15 * rng.standard_normal(20)[listener]
    fitted = sm.OLS(values, np.ones(180)).fit(
        cov_type="cluster", cov_kwds={"groups": listener}, use_t=True
    )
    found = mean(values, listener)
    low, high = fitted.conf_int()[0]
    # statsmodels also multiplies by (n - 1)/(n - 1 parameter), which is 1 here.
    assert (found.value, found.low, found.high) == pytest.approx((fitted.params[0], low, high))


def test_ten_equal_votes_of_each_listener_count_as_one():
    once = share([1, 0, 1, 1, 0, 1, 0, 1], range(8))
    tenfold = share(np.repeat([1, 0, 1, 1, 0, 1, 0, 1], 10), np.repeat(range(8), 10))
    assert (tenfold.low, tenfold.high) == pytest.approx((once.low, once.high), abs=0.03)


def test_one_listener_who_always_agrees_is_one_vote():
    found = share(np.ones(500), np.zeros(500))
    assert found.low == pytest.approx(wilson(1.0, 1, stats.norm.ppf(0.975))[0])
    assert found.low < 0.21


def test_the_sign_test_is_the_textbook_s():
    """C. Yau, R Tutorial (r-tutor.com), sign test: 5 of 18 prefer the new drink, p = 0.09625."""
    assert sign_test(5, 13) == pytest.approx(0.09625, abs=5e-6)
    assert sign_test(8, 1) == pytest.approx(2 * (9 + 1) / 2**9)  # by counting
    assert sign_test(0, 0) == 1.0


def test_friedman_is_the_published_example():
    """W. J. Conover, Practical Nonparametric Statistics, 3rd ed., section 5.8: twelve homeowners
    rank four grasses; T1 = 8.097 with ties, p = 0.044."""
    ranks = np.array([
        [4, 3, 2, 1], [4, 2, 3, 1], [3, 1.5, 1.5, 4], [3, 1, 2, 4], [4, 2, 1, 3], [2, 2, 2, 4],
        [1, 3, 2, 4], [2, 4, 1, 3], [3.5, 1, 2, 3.5], [4, 1, 3, 2], [4, 2, 3, 1], [3.5, 1, 2, 3.5],
    ])  # fmt: skip
    found = stats.friedmanchisquare(*ranks.T)
    assert found.statistic == pytest.approx(8.097, abs=1e-3)
    assert found.pvalue == pytest.approx(0.044, abs=5e-4)


def test_evidence_multiplies_with_every_listener_who_agrees():
    """Against the bets written out: the mean over stakes of (1 + c)^n, and of (1 - c)^n."""
    stakes = np.linspace(0.05, 0.95, 19)
    for n in (1, 5, 12):
        expected = (np.mean((1 + stakes) ** n) + np.mean((1 - stakes) ** n)) / 2
        found = evidence(np.ones(n))
        assert found.value == pytest.approx(expected)
        assert found.leans_for
    assert evidence(np.zeros(12)).value == pytest.approx(evidence(np.ones(12)).value)
    assert not evidence(np.zeros(12)).leans_for


def test_one_listener_can_never_decide():
    assert evidence([1.0]).value < 2 < evidence([1.0]).bound == 1 / ALPHA


def test_nobody_is_no_evidence():
    assert evidence([]).value == pytest.approx(1.0)
    assert always_interval([]) == (0.0, 1.0)


def test_the_interval_for_every_look_closes_in_on_the_share():
    rng = np.random.default_rng(0)
    few, many = (always_interval(rng.beta(6, 4, n)) for n in (20, 2000))
    assert few[0] < many[0] < 0.6 < many[1] < few[1]
    assert many[1] - many[0] < 0.05


def test_intervals_cover_and_the_watched_test_keeps_its_promise():
    """A short run of bench.verdict_simulation. Of 150 studies at 95 %, 88 % or fewer covering has
    a probability below 0.1 %; of 100 null studies, more than 12 errors at 5 % likewise."""
    rng = np.random.default_rng(1)
    shares, ranking = verdict_simulation.coverage(24, 0.5, runs=150, rng=rng)
    assert shares > 0.88
    assert ranking > 0.88
    draw, truth_for = verdict_simulation.PREFERENCES["50 % on average, each always the same"]
    decided, _ = verdict_simulation.watched(draw, truth_for, runs=100, rng=rng)
    assert decided <= 0.12
    draw, truth_for = verdict_simulation.PREFERENCES["25 % on average, each their own"]
    decided, wrong = verdict_simulation.watched(draw, truth_for, runs=40, rng=rng)
    assert decided > 0.7
    assert wrong == 0
