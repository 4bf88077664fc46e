import numpy as np
import pytest

from comparison import Comparison, Goal, fit_strength
from comparison.fit import CURVE_POINTS
from metrics.residual_noise import NOISE_SHARE_LIMIT
from metrics.scores import MetricSettings
from restorers import RESTORERS, parameters_of, strength_of
from tests.support.signals import music_with_hiss, sine

CLIP = music_with_hiss()


@pytest.mark.parametrize("slug", list(RESTORERS))
def test_the_next_stronger_step_would_exceed_the_limit(slug):
    restorer = RESTORERS[slug]()
    fit = fit_strength(Comparison(CLIP), restorer)
    name = strength_of(restorer).name
    steps = strength_of(restorer).steps_by_strength()
    comparison = Comparison(CLIP)

    def distance(value):
        changed = RESTORERS[slug](**{name: value})
        return comparison.scores(changed).log_mel_distance

    assert fit.parameter == name
    assert distance(fit.chosen.value) == fit.chosen.log_mel_distance <= fit.limit
    place = steps.index(fit.chosen.value)
    assert place == len(steps) - 1 or distance(steps[place + 1]) > fit.limit


@pytest.mark.parametrize("slug", list(RESTORERS))
def test_the_curve_runs_from_the_weakest_setting_to_the_strongest(slug):
    fit = fit_strength(Comparison(CLIP), RESTORERS[slug]())
    steps = strength_of(RESTORERS[slug]).steps_by_strength()
    values = [point.value for point in fit.points]
    assert (values[0], values[-1]) == (steps[0], steps[-1])
    assert values == sorted(values, key=steps.index)
    assert len(values) >= CURVE_POINTS
    assert fit.points[0].log_mel_distance < 1e-3  # the weakest changes nothing but rounding
    assert fit.points[-1].delta_hf_band_db < fit.points[0].delta_hf_band_db


def test_only_the_strength_moves():
    hbss = RESTORERS["hbss"]
    gentle, usual = (
        fit_strength(Comparison(CLIP), hbss(beta=beta)).points[-1] for beta in (0.8, 0.04)
    )
    assert gentle.delta_hf_band_db > usual.delta_hf_band_db


def test_nothing_is_chosen_where_even_the_weakest_is_too_much():
    comparison = Comparison(CLIP, MetricSettings(log_mel_limit=-1.0))
    fit = fit_strength(comparison, RESTORERS["hbss"]())
    assert fit.chosen is None


def test_every_restorer_has_one_strength_and_more_of_it_removes_more():
    for cls in RESTORERS.values():
        assert [item.strength for item in parameters_of(cls)].count(0) == len(
            parameters_of(cls)
        ) - 1
        item = strength_of(cls)
        steps = item.steps_by_strength()
        assert item.default in steps
        assert {min(steps), max(steps)} == {item.low, item.high}


@pytest.mark.parametrize("slug", list(RESTORERS))
def test_the_residual_stays_noise_up_to_the_setting_that_is_chosen(slug):
    """Music without a high band, so that all that is there is hiss: the strongest is chosen."""
    fit = fit_strength(Comparison(CLIP), RESTORERS[slug](), Goal.NOISE)
    assert fit.goal == Goal.NOISE
    assert fit.limit == pytest.approx(1 - NOISE_SHARE_LIMIT)
    steps = strength_of(RESTORERS[slug]).steps_by_strength()
    chosen = fit.chosen
    assert chosen.noise_share >= NOISE_SHARE_LIMIT
    place = steps.index(chosen.value)
    if place < len(steps) - 1:
        stronger = RESTORERS[slug](**{fit.parameter: steps[place + 1]})
        assert Comparison(CLIP).residual_noise(stronger).noise_share < NOISE_SHARE_LIMIT


@pytest.mark.parametrize("goal", list(Goal))
def test_where_nothing_can_be_removed_nothing_is_chosen(goal):
    silence = CLIP.with_samples(np.zeros_like(CLIP.samples))
    assert fit_strength(Comparison(silence), RESTORERS["hbss"](), goal).chosen is None


def test_where_all_is_music_nothing_is_chosen():
    tones = [sine(hz, amplitude=0.05, duration_s=3.0).samples for hz in (6_300, 6_900, 7_400)]
    music = CLIP.with_samples(np.sum(tones, axis=0)[:, : CLIP.n_samples])
    fit = fit_strength(Comparison(music), RESTORERS["lowpass"](), Goal.NOISE)
    assert fit.chosen is None
