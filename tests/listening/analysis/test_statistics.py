"""The statistics against arithmetic, published examples and other libraries."""

from itertools import combinations

import choix
import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from listening.analysis.bradley_terry import PRIOR_WINS, rank, strengths
from listening.analysis.clusters import Clusters
from listening.analysis.data import Pairs
from listening.analysis.head_to_head import sign_test
from listening.analysis.holm import holm
from listening.analysis.intervals import Scope, mean, share, wilson

NAMES = ("original", "a", "b", "c")


def pairs(a, b, result, *, listener=None, names=NAMES) -> Pairs:
    n = len(result)
    who = np.arange(n) if listener is None else np.asarray(listener)
    return Pairs(
        names,
        who,
        np.zeros(n, dtype=int),
        who,
        np.arange(n),
        np.asarray(a, dtype=int),
        np.asarray(b, dtype=int),
        np.asarray(result, dtype=float),
        np.arange(n),
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
    ranking = rank(pairs([0] * 20, [1] * 20, [0] * 20), "original")
    assert [one.condition for one in ranking] == ["a", "original"]
    assert 0.99 < ranking[0].win_probability < 1


def test_a_tie_is_half_a_win_for_each():
    ranking = rank(pairs([0] * 10, [1] * 10, [0.5] * 10), "original")
    assert [one.win_probability for one in ranking] == [0.5, 0.5]


def test_what_no_comparison_links_is_left_out():
    ranking = rank(pairs([0, 2], [1, 3], [0, 1]), "original")
    assert {one.condition for one in ranking} == {"original", "a"}
    assert rank(pairs([], [], [])) == []


def test_one_listener_gives_no_interval():
    ranking = rank(pairs([0] * 4, [1] * 4, [0, 0, 0, 1], listener=[7] * 4), "original")
    assert all(one.on_clips is None and one.for_music is None for one in ranking)
    found = share([1, 0, 1], ["one"] * 3, range(3))
    assert (found.on_clips, found.for_music) == (None, None)


def test_the_strongest_is_the_reference_where_none_is_named():
    ranking = rank(pairs([1] * 20 + [1] * 20, [2] * 20 + [3] * 20, [0] * 15 + [1] * 25))
    assert [(one.condition, one.log_strength) for one in ranking[:1]] == [("b", 0.0)]
    assert all(one.win_probability < 0.5 for one in ranking[1:])


def test_independent_votes_get_wilson_s_interval():
    """Against statsmodels; with t instead of the normal quantile, which 1,000 listeners share."""
    successes = np.arange(1000) < 300
    found = share(successes, np.arange(1000), np.zeros(1000)).on_clips
    low, high = proportion_confint(300, 1000, method="wilson")
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-3)
    assert wilson(0.3, 1000, stats.norm.ppf(0.975)) == pytest.approx((low, high), abs=1e-12)


def crossed(seed: int) -> tuple[np.ndarray, ...]:
    """Ratings of 20 listeners on 9 clips who both differ: values, listeners, clips."""
    rng = np.random.default_rng(seed)
    listener, clip = (one.ravel() for one in np.indices((20, 9)))
    values = rng.normal(50, 10, 180) + 15 * rng.standard_normal(20)[listener]
    return values + 12 * rng.standard_normal(9)[clip], listener, clip


def test_a_clustered_mean_equals_regression_with_clustered_errors():
    values, listener, clip = crossed(0)
    fitted = sm.OLS(values, np.ones(180)).fit(
        cov_type="cluster", cov_kwds={"groups": listener}, use_t=True
    )
    found = mean(values, listener, clip)
    low, high = fitted.conf_int()[0]
    # statsmodels also multiplies by (n - 1)/(n - 1 parameter), which is 1 here.
    told = (found.value, found.on_clips.low, found.on_clips.high)
    assert told == pytest.approx((fitted.params[0], low, high))


def test_the_variance_over_both_equals_two_way_clustered_errors():
    """statsmodels' cov_cluster_2groups; its intersections are single observations here."""
    values, listener, clip = crossed(1)
    fitted = sm.OLS(values, np.ones(180)).fit()
    both, of_listeners, _ = sm.stats.sandwich_covariance.cov_cluster_2groups(fitted, listener, clip)
    clusters = Clusters.of(listener, clip)
    influence = (values - values.mean()) / 180
    assert clusters.variance_over_both(influence) == pytest.approx(float(both[0, 0]))
    assert clusters.variance_over_listeners(influence) == pytest.approx(float(of_listeners[0, 0]))


def test_every_listener_counts_the_same():
    """One with nine votes for, one with a single vote against: half, by vote 9 of 10."""
    values, listeners = [1] * 9 + [0], ["busy"] * 9 + ["brief"]
    assert share(values, listeners, range(10)).value == pytest.approx(0.5)
    assert share(values, listeners, range(10), by_vote=True).value == pytest.approx(0.9)


def test_ten_equal_votes_of_each_listener_count_as_one():
    once = share([1, 0, 1, 1, 0, 1, 0, 1], range(8), np.zeros(8)).on_clips
    answers = np.repeat([1, 0, 1, 1, 0, 1, 0, 1], 10)
    tenfold = share(answers, np.repeat(range(8), 10), np.zeros(80)).on_clips
    assert (tenfold.low, tenfold.high) == pytest.approx((once.low, once.high), abs=0.03)


@pytest.mark.parametrize("n_for", [0, 1, 2, 5])
def test_votes_that_nearly_all_agree_have_sensible_intervals(n_for):
    """Of 196 votes by 14 listeners on 14 clips: never up to a quarter, never down to nothing, and
    no narrower than independent votes would have it."""
    listener, clip = (one.ravel() for one in np.indices((14, 14)))
    votes = np.zeros(196)
    votes[np.linspace(0, 195, n_for, dtype=int)] = 1
    found = share(votes, listener, clip)
    assert found.for_music.high >= found.on_clips.high > proportion_confint(n_for, 196)[1]
    assert found.for_music.high < 0.15
    assert found.on_clips.high < 0.1


def test_fewer_than_five_clips_say_nothing_about_other_music():
    values = np.tile([1, 0, 1, 1], 10)
    listener, clip = np.repeat(np.arange(10), 4), np.tile(np.arange(4), 10)
    assert share(values, listener, clip).for_music is None
    assert share(values, listener, clip).interval(Scope.CLIPS)
    values, listener, clip = (
        np.tile([1, 0, 1, 1, 0], 10),
        np.repeat(range(10), 5),
        np.tile(range(5), 10),
    )
    assert share(values, listener, clip).interval(Scope.MUSIC)


def test_the_sign_test_is_the_textbook_s():
    """C. Yau, R Tutorial (r-tutor.com), sign test: 5 of 18 prefer the new drink, p = 0.09625."""
    assert sign_test(5, 13) == pytest.approx(0.09625, abs=5e-6)
    assert sign_test(8, 1) == pytest.approx(2 * (9 + 1) / 2**9)  # by counting
    assert sign_test(0, 0) == 1.0


@pytest.mark.parametrize("n", [0, 1, 2, 9])
def test_holm_equals_statsmodels(n):
    p_values = np.random.default_rng(n).uniform(0, 0.2, n)
    expected = multipletests(p_values, method="holm")[1] if n else []
    assert holm(p_values) == pytest.approx(list(expected))


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
