"""Sessions whose answers may be unreliable."""

import io

import pandas as pd

from listening.analysis.analysis import verdict_of
from listening.analysis.report import tidy_csv
from listening.analysis.screening import headphones_of, screen
from tests.support.simulated_votes import simulate, write_sessions
from tests.support.verdicts import loaded, of_kind, said, whole_page


def test_repeats_answered_otherwise_fail(tmp_path):
    rows = simulate(2, 2, n_clips=1).assign(clip_id="one")
    first = rows[rows["trial_index"] == 1]
    turned = first.assign(rating=100 - first["rating"])
    steady = first["listener_id"] == "0" * 16
    again = of_kind("repeat", turned.where(~steady, first))
    votes = loaded(tmp_path, rows[rows["trial_index"] == 1], again)
    failing = screen(votes, {})
    assert [(one.session_id, one.rule, one.failed, one.asked) for one in failing] == [
        ("session000001", "repeats", 1, 1)
    ]


def test_preferences_between_equal_sounds_fail(tmp_path):
    rows = simulate(2, 3, design="pair")
    catches = of_kind("catch", rows, condition="original")
    catches.loc[catches["listener_id"] == "0" * 16, "preferred"] = 0
    failing = screen(loaded(tmp_path, rows, catches), {})
    assert [(one.session_id, one.rule, one.failed) for one in failing] == [
        ("session000001", "catch trials", 3)
    ]


def test_the_headphone_check_is_read_from_the_sessions(tmp_path):
    votes = loaded(tmp_path, simulate(3, 1))
    sessions = [
        {"session_id": f"session00000{n}", "headphones_correct": right, "headphones_asked": 6}
        for n, right in enumerate((6, 4))
    ]
    write_sessions(tmp_path, sessions)
    failing = screen(votes, headphones_of(tmp_path))
    assert [(one.session_id, one.rule, one.failed) for one in failing] == [
        ("session000001", "headphones", 2)
    ]


def test_results_come_with_and_without_those_who_fail(tmp_path):
    votes = loaded(tmp_path, simulate(20, 3))
    found = verdict_of(votes, {"session000003": (2, 6), "session000004": (3, 6)})
    assert found.all[0].counts.n_listeners == 20
    assert found.screened[0].counts.n_listeners == 18
    assert "2 sessions failed screening; all are counted here." in said(found)
    page = whole_page(found)
    assert "Against the reference, without those who failed screening" in page
    assert "Fewer than 5 right answers in the headphone check." in page
    tidy = pd.read_csv(io.BytesIO(tidy_csv(votes, found)))
    assert set(tidy.loc[~tidy["passed_screening"], "session_id"]) == {
        "session000003",
        "session000004",
    }
