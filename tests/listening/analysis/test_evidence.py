"""Decisions that may be monitored, against arithmetic and in simulation."""

import numpy as np
import pytest
from scipy.integrate import quad

from bench import simulated_metrics, verdict_simulation
from listening.analysis.clusters import Clusters
from listening.analysis.evidence import (
    ALPHA,
    FEWEST_LISTENERS,
    PRIOR_SD,
    PRIOR_WEIGHT,
    Cells,
    abx_path,
    always_interval,
    cells_of,
    clips_path,
    decide,
    decide_abx,
    music_path,
)
from listening.analysis.forecast import forecast
from listening.analysis.intervals import Scope
from tests.support.simulated_studies import simulate_study


def cells_from(won: np.ndarray) -> Cells:
    """Of one comparison by each listener on each clip, shape (n_listeners, n_clips)."""
    rank, clip = np.indices(won.shape).reshape(2, -1)
    return Cells(rank, clip, np.ones(won.size), won.ravel().astype(float))


def values(shares) -> np.ndarray:
    return np.exp(np.logaddexp(*clips_path(np.asarray(shares, dtype=float))))


def test_evidence_multiplies_with_every_listener_who_agrees():
    """Against the bets written out: the mean over stakes of (1 + c)^n, and of (1 - c)^n."""
    stakes = np.linspace(0.05, 0.95, 19)
    path = values(np.ones(12))
    for n in (1, 5, 12):
        expected = (np.mean((1 + stakes) ** n) + np.mean((1 - stakes) ** n)) / 2
        assert path[n - 1] == pytest.approx(expected)
    assert values(np.zeros(12)) == pytest.approx(path)
    found = decide(cells_from(np.zeros((12, 1))), Scope.CLIPS, "hbss", "original")
    assert found.decides
    assert not found.leans_for


def test_one_listener_can_never_decide():
    assert values([1.0])[0] < 2 < 1 / ALPHA


def test_nobody_is_no_evidence():
    nobody = Cells(*np.zeros((2, 0), dtype=int), *np.zeros((2, 0)))
    for scope in Scope:
        found = decide(nobody, scope, "hbss", "original")
        assert (found.value, found.decides, found.n_rounds) == (1.0, False, 0)
    assert always_interval([]) == (0.0, 1.0)
    assert decide_abx(np.zeros(0, dtype=bool), 0, "hbss", "original").value == 1.0


def test_what_is_decided_stays_decided():
    """Twelve listeners entirely for, then forty entirely against: the largest e-value counts."""
    shares = np.concatenate([np.ones(12), np.zeros(40)])
    won = np.repeat(shares[:, np.newaxis], 3, axis=1)
    found = decide(cells_from(won), Scope.CLIPS, "hbss", "original")
    assert found.decides
    assert found.leans_for


def test_the_interval_for_every_look_closes_in_on_the_share():
    rng = np.random.default_rng(0)
    few, many = (always_interval(rng.beta(6, 4, n)) for n in (20, 2000))
    assert few[0] < many[0] < 0.6 < many[1] < few[1]
    assert many[1] - many[0] < 0.05


def test_the_path_for_music_is_that_of_the_whole_study_at_every_listener():
    """Against clusters of listeners and clips, and the Bayes factor of t as an integral."""
    study = simulate_study(np.random.default_rng(3), 14, 7, clip_sd=1.0)
    cells = cells_of(study.pairs.between("noisereduce", "original"))
    path = np.logaddexp(*music_path(cells))
    assert np.all(path[: FEWEST_LISTENERS - 1] == -np.inf)
    for n in (FEWEST_LISTENERS, 11, 14):
        first = cells.rank < n
        rank, clip, share = cells.rank[first], cells.clip[first], (cells.won / cells.n)[first]
        clusters = Clusters.of(rank, clip)
        weight = cells.n[first] / np.bincount(rank, cells.n[first])[rank] / n
        mean = float(weight @ share)
        variance = clusters.variance_over_both(weight * (share - mean))
        freedom = clusters.fewest - 1
        variance = (freedom * variance + PRIOR_WEIGHT * 0.25 / clusters.fewest) / (
            freedom + PRIOR_WEIGHT
        )
        t, ratio = (mean - 0.5) / np.sqrt(variance), PRIOR_SD**2 / variance

        def likelihood(spread: float, t=t, freedom=freedom) -> float:
            return (1 + t**2 / (freedom * spread)) ** (-(freedom + 1) / 2) / np.sqrt(spread)

        assert path[n - 1] == pytest.approx(np.log(likelihood(1 + ratio) / likelihood(1.0)))


def test_a_handful_of_clips_never_decides_by_the_number_of_listeners():
    """Five clips that happen to lie on one side: by chance they do in one of sixteen studies."""
    everybody = np.ones((2000, 5))
    assert decide(cells_from(everybody), Scope.CLIPS, "hbss", "original").decides
    assert not decide(cells_from(everybody), Scope.MUSIC, "hbss", "original").decides
    assert decide(cells_from(np.ones((20, 12))), Scope.MUSIC, "hbss", "original").decides


def test_fewer_than_five_clips_decide_nothing_for_music():
    assert np.all(music_path(cells_from(np.ones((50, 4)))) == -np.inf)


def test_abx_evidence_is_the_mean_likelihood_of_hearing_something():
    path = abx_path(np.array([True] * 7 + [False] * 3))
    expected = quad(lambda p: 2 * p**7 * (1 - p) ** 3, 0.5, 1)[0] * 2**10
    assert np.exp(path[-1]) == pytest.approx(expected)
    assert decide_abx(np.ones(8, dtype=bool), 1, "hbss", "original").decides
    assert not decide_abx(np.arange(200) % 2 == 0, 1, "hbss", "original").decides


def test_a_forecast_needs_listeners_and_says_when_there_is_no_end():
    alike = cells_from(np.tile([1, 1, 1, 0, 0, 1], (10, 1)))
    assert forecast(cells_from(np.ones((4, 3))), Scope.CLIPS) is None
    found = forecast(alike, Scope.CLIPS)
    assert found.low == found.more_listeners == found.high  # all to come have the same share
    path = clips_path(np.full(10 + found.more_listeners, 4 / 6))
    reached = np.logaddexp(*path) >= np.log(20)
    assert reached[-1]
    assert not reached[-2]
    never = forecast(cells_from(np.tile([1, 0], (10, 1))), Scope.CLIPS)
    assert (never.more_listeners, never.decided) == (None, 0.0)


# --- short runs of bench.verdict_simulation; each bound has a probability below 0.2 % by chance


def rates(cells) -> list[float]:
    return [float(str(cell).split()[0]) for cell in cells if cell != "–"]


@pytest.mark.parametrize(("n_listeners", "n_clips", "clip_sd"), [(16, 12, 1.0), (40, 3, 0.5)])
def test_intervals_cover_the_truth_in_both_scopes(n_listeners, n_clips, clip_sd):
    """Of 120 studies at 95 %, 87 % or fewer covering; the claim is 93 %."""
    covered = rates(verdict_simulation.coverage((120, n_listeners, n_clips, clip_sd))[3:])
    assert len(covered) == (4 if n_clips >= 5 else 2)
    assert min(covered) > 87


@pytest.mark.parametrize(("n_clips", "clip_sd"), [(3, 1.0), (12, 0.5)])
def test_nothing_is_decided_where_nothing_is_preferred(n_clips, clip_sd):
    """Of 80 studies at 5 %, more than 10; the old rule, in any view of one clip, in a third."""
    *decided, old = rates(verdict_simulation.decisions((80, 40, n_clips, clip_sd))[3:])
    assert max(decided) <= 12.5
    assert old > 30


def test_abx_may_be_monitored():
    decided, exact = rates(verdict_simulation.abx((200, 60, 0.5))[2:])
    assert decided <= 10
    assert exact > 15  # the exact p may not
    assert rates(verdict_simulation.abx((50, 60, 0.8))[2:])[0] > 90


def test_a_metric_without_relation_is_not_praised():
    """Of 30 studies at 5 %, more than 5, though each has its level for each version; and one that
    orders 70 % of pairs is found out."""
    any_called, _, told = rates(
        simulated_metrics.called_rates((30, simulated_metrics.LEVELS, 16, 17))[3:]
    )
    assert any_called <= 17
    assert told <= 17
    assert (
        rates(simulated_metrics.called_rates((15, simulated_metrics.FOLLOWING, 16, 17))[3:])[1] > 50
    )


def test_as_many_more_listeners_as_told_decide():
    """At least half of 25 studies; 60 to 95 % in the long run."""
    told = verdict_simulation.forecasts((40, 16, 12, 0.5, 0.8, Scope.CLIPS))
    assert told[-1] >= 10
    assert rates(told[-2:-1])[0] > 40
