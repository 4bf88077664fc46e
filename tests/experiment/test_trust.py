"""Which metric orders settings as the truth does."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from experiment.measuring import SettingResult
from experiment.trust import LEADING, METRICS, TRUTHS, agreements, rank_correlation
from metrics.residual import Residual
from metrics.residual_noise import ResidualNoise
from tests.support.experiments import scores, truth


def setting(name, *, delta_hf, lsd, log_mel=0.1, share=0.5):
    return SettingResult(
        name,
        scores(delta_hf, 0.0, log_mel),
        Residual(-50.0, share),
        ResidualNoise(share, -lsd, -lsd),
        truth(lsd_high_after_db=lsd),
    )


def found(settings, metric, of="lsd_high_gain_db"):
    [one] = [a for a in agreements(settings) if (a.metric, a.truth) == (metric, of)]
    return one


def test_a_metric_that_orders_as_the_truth_does_reaches_one():
    settings = [
        [setting(str(i), delta_hf=-i, lsd=20 - i, log_mel=0.1 * i, share=0.5 + 0.1 * i)] * 3
        for i in range(5)
    ]
    assert found(settings, "delta_hf_band_db").rho == pytest.approx(1)
    assert found(settings, "log_mel_distance").rho == pytest.approx(-1)
    assert found(settings, "residual_harmonic_share").rho == pytest.approx(-1)
    assert found(settings, "delta_hf_band_db").n_clips == 3


def test_it_is_spearmans_within_each_clip_and_its_mean_over_them():
    """Clips of very different levels: pooled, they would show another correlation."""
    rng = np.random.default_rng(8)
    hf, lsd = rng.normal(size=(9, 12)), rng.normal(size=(9, 12)) + 100 * np.arange(12)
    settings = [
        [setting(str(i), delta_hf=hf[i, c], lsd=lsd[i, c]) for c in range(12)] for i in range(9)
    ]
    expected = [spearmanr(-hf[:, c], 30 - lsd[:, c])[0] for c in range(12)]
    one = found(settings, "delta_hf_band_db")
    assert one.rho == pytest.approx(np.mean(expected))
    assert one.low < np.mean(expected) < one.high


def test_the_interval_covers_no_relation_in_95_of_100():
    rng = np.random.default_rng(1)
    n_covering = 0
    for _ in range(200):
        hf, lsd = rng.normal(size=(2, 6, 8))
        settings = [
            [setting(str(i), delta_hf=hf[i, c], lsd=lsd[i, c]) for c in range(8)] for i in range(6)
        ]
        one = found(settings, "delta_hf_band_db")
        n_covering += one.low <= 0 <= one.high
    assert 180 <= n_covering <= 199


def test_by_chance_hardly_any_run_names_a_metric():
    """Nine metrics, none of which knows the truth: Holm holds the family to 5 %."""
    rng = np.random.default_rng(5)
    n_naming = 0
    for _ in range(100):
        numbers = rng.normal(size=(6, 6, 5))
        settings = [
            [
                setting(
                    str(i), delta_hf=numbers[i, c, 0], lsd=numbers[i, c, 1],
                    log_mel=abs(numbers[i, c, 2]), share=0.5 + 0.1 * numbers[i, c, 3],
                )
                for c in range(6)
            ]
            for i in range(6)
        ]  # fmt: skip
        told = [a for a in agreements(settings) if a.truth == LEADING]
        named = [a for a in told if a.is_trusted is not None]
        # two of the made-up metrics are the truth itself
        n_naming += any(not a.metric.startswith("estimated") for a in named)
    assert n_naming <= 12


def test_few_clips_and_equal_ranks_judge_nothing():
    few = [[setting(str(i), delta_hf=-i, lsd=i)] * 4 for i in range(5)]
    assert {one.is_trusted for one in agreements(few)} == {None}
    equal = [[setting(str(i), delta_hf=-i, lsd=i)] * 8 for i in range(5)]
    assert found(equal, "delta_hf_band_db").p is None


def test_too_few_settings_have_no_order():
    assert agreements([[setting(str(i), delta_hf=-i, lsd=i)] for i in range(3)]) == []


def test_one_clip_has_no_interval_and_a_constant_metric_no_correlation():
    settings = [[setting(str(i), delta_hf=-i, lsd=i)] for i in range(4)]
    one = found(settings, "delta_hf_band_db")
    assert (one.low, one.high, one.n_clips) == (None, None, 1)
    constant = found(settings, "log_mel_distance")
    assert (constant.rho, constant.n_clips) == (None, 0)


def test_what_is_undefined_does_not_count():
    assert rank_correlation(np.array([1, 2, 3, np.nan]), np.arange(4.0)) is None
    values = np.array([1.0, np.nan, 3.0, 4.0, 5.0])
    assert rank_correlation(values, np.array([1.0, 9.0, 2.0, 3.0, 4.0])) == pytest.approx(1)


def test_every_metric_and_truth_has_a_name_in_the_report():
    from messages import Messages

    for language in ("en", "it"):
        messages = Messages("report", language)
        for one in METRICS:
            assert messages(f"metric_{one.name}")
        for one in TRUTHS:
            assert messages(f"truth_{one.name}")
