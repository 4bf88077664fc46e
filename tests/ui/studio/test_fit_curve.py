import re
from xml.etree import ElementTree

import pytest

from comparison import Fit, FitPoint, Goal
from ui.studio.fit_curve import HEIGHT, WIDTH, fit_curve, fit_sentence

POINTS = (
    FitPoint(0.0, 0.0, 0.0, None),
    FitPoint(1.0, -3.0, 0.2, 0.8),
    FitPoint(2.0, -6.0, 0.4, 0.6),
)
ONE_POINT = (FitPoint(0.0, 0.0, 0.0, None),)
GOALS = pytest.mark.parametrize("goal", list(Goal))


@GOALS
@pytest.mark.parametrize("chosen", [None, POINTS[1]])
def test_the_curve_shows_every_point_and_the_chosen_one(chosen, goal):
    curve = ElementTree.fromstring(fit_curve(Fit(goal, "alpha", POINTS, chosen, 0.2)))
    circles = list(curve.iter("circle"))
    places = [(float(c.get("cx")), float(c.get("cy"))) for c in circles]
    (x0, y0), (x1, y1), (x2, y2) = places
    assert x1 - x0 == pytest.approx(x2 - x1, abs=0.15)  # log-mel, or music, 0, 0.2, 0.4
    assert y1 - y0 == pytest.approx(y2 - y1, abs=0.15)  # Δ HF 0, -3, -6: further down
    assert y1 > y0
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in places)
    assert [c.get("class") for c in circles].count("lab-curve-chosen") == (1 if chosen else 0)
    [limit] = curve.iter("line")
    assert float(limit.get("x1")) == pytest.approx(x1, abs=0.1)
    line = curve.find("polyline").get("points")
    assert [tuple(map(float, pair.split(","))) for pair in line.split()] == places


@GOALS
@pytest.mark.parametrize("points", [ONE_POINT, ONE_POINT * 3])
def test_a_restorer_that_changes_nothing_has_a_curve_too(points, goal):
    curve = fit_curve(Fit(goal, "alpha", points, points[0], 0.2))
    assert not re.search("nan|inf", curve)


def test_the_sentence_names_the_setting_or_says_that_there_is_none():
    found = fit_sentence("B", Fit(Goal.LOG_MEL, "alpha", POINTS, POINTS[1], 0.2))
    assert found.startswith("B: alpha = 1 is the strongest setting with")
    assert "Δ HF −3.0 dB" in found
    assert "nothing was changed" in fit_sentence("B", Fit(Goal.LOG_MEL, "alpha", POINTS, None, 0.2))
    noisy = fit_sentence("B", Fit(Goal.NOISE, "alpha", POINTS, POINTS[1], 0.3))
    assert "with a residual that stays noise: 80 % of it is, Δ HF −3.0 dB" in noisy
    none = fit_sentence("B", Fit(Goal.NOISE, "alpha", POINTS, None, 0.3))
    assert "even the weakest alpha takes more than 30% music" in none
