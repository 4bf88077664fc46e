import pytest

from experiment.protocol import default_restorers
from experiment.sweep import Sweep, parse_sweep

RESTORERS = default_restorers()


def test_a_range_includes_both_ends_without_rounding():
    sweep = parse_sweep("hbss.alpha=0.8:2.0:0.2", RESTORERS)
    assert sweep == Sweep("hbss", "alpha", (0.8, 1.0, 1.2, 1.4, 1.6, 1.8, 2.0))
    assert sweep.name == "hbss.alpha"


def test_a_range_ends_before_a_value_beyond_its_end():
    assert parse_sweep("hbss.alpha=1:2:0.4", RESTORERS).values == (1.0, 1.4, 1.8)


def test_values_can_be_listed_and_whole_numbers_stay_whole():
    sweep = parse_sweep(" hbss.n_fft = 1024, 4096 ", RESTORERS)
    assert sweep.values == (1024, 4096)
    assert all(type(value) is int for value in sweep.values)


def test_everything_else_of_the_restorer_stays():
    base = RESTORERS["hbss"]
    [low, high] = parse_sweep("hbss.alpha=1,3", {"hbss": base}).restorers(base)
    assert (low.alpha, high.alpha, low.beta) == (1.0, 3.0, base.beta)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("alpha=1", "A sweep must look like"),
        ("hbss.alpha", "A sweep must look like"),
        ("wiener.alpha=1", "no restorer “wiener”"),
        ("hbss.gamma=1", "no parameter “gamma”"),
        ("noisereduce.stationary=0,1", "no parameter “stationary” that can be swept"),
        ("hbss.alpha=low", "must be numbers"),
        ("hbss.alpha=", "must be numbers"),
        ("hbss.alpha=inf", "must be finite"),
        ("hbss.alpha=1:2", "first:last:step"),
        ("hbss.alpha=1:2:0", "a positive step"),
        ("hbss.alpha=2:1:0.5", "a positive step"),
        ("hbss.alpha=0:5:0.001", "up to 100 values"),
        ("hbss.alpha=1,1.0", "must be distinct"),
        ("hbss.n_fft=1024.5,2048", "distinct and valid for their parameter"),
        ("hbss.alpha=1,9", "must lie between 0 and 5"),
        ("hbss.n_fft=1000", "must be one of"),
    ],
)
def test_what_cannot_be_swept_is_explained(text, says):
    with pytest.raises(ValueError, match=says):
        parse_sweep(text, RESTORERS)
