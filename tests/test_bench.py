"""The measurements can be started; what they measure is never asserted."""

import importlib

import pytest

from bench.__main__ import MEASUREMENTS
from bench.tables import in_turns, print_head, print_row


@pytest.mark.parametrize("name", sorted({name for name, *_ in MEASUREMENTS}))
def test_every_measurement_is_there_and_asks_a_question(name):
    module = importlib.import_module(f"bench.{name}")
    assert callable(module.main)
    assert module.__doc__.splitlines()[0].endswith("?")


def test_works_take_turns_and_the_first_round_only_warms_up():
    done = []
    medians = in_turns([lambda: done.append("a"), lambda: done.append("b")], rounds=2)
    assert "".join(done) == "ababab"
    assert len(medians) == 2
    assert all(seconds >= 0 for seconds in medians)


def test_tables_are_markdown(capsys):
    print_head("what", "s")
    print_row("a", 0.123456)
    print_row("b", 1234.5)
    assert capsys.readouterr().out.splitlines() == [
        "| what | s |",
        "| --- | --- |",
        "| a | 0.123 |",
        "| b | 1234 |",
    ]
