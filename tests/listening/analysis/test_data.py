"""Votes filtered, and in pairs."""

import numpy as np
import pandas as pd
import pytest

from listening.analysis.analysis import verdict_of
from listening.analysis.data import choices_of, chosen_votes, pairs_of
from listening.analysis.intervals import Scope
from tests.support.simulated_votes import simulate
from tests.support.verdicts import decided, loaded, of_kind


def test_a_pair_is_one_comparison_and_a_screen_of_four_is_six(tmp_path):
    votes = loaded(
        tmp_path,
        simulate(3, 2),
    )
    pairs = pairs_of(votes)
    assert len(pairs) == 3 * 2 * 6
    ratings = votes.set_index(["trial_id", "condition"])["rating"]
    trial = votes["trial_id"].iloc[0]
    expected = 0.5 + 0.5 * np.sign(ratings[trial, "noisereduce"] - ratings[trial, "original"])
    assert pairs.between("noisereduce", "original").result[0] == expected
    assert pairs.between("original", "noisereduce").result[0] == 1 - expected
    assert len(pairs_of(loaded(tmp_path, simulate(3, 2, design="pair")))) == 3 * 2


def test_practice_repeats_and_catch_trials_are_not_compared(tmp_path):
    rows = simulate(1, 2)
    extra = [of_kind(kind, rows) for kind in ("training", "repeat", "catch")]
    assert len(pairs_of(loaded(tmp_path, rows, *extra))) == len(pairs_of(loaded(tmp_path, rows)))


def test_filters_choose_votes(tmp_path):
    pairs = simulate(1, 1, design="pair").assign(trial_id="pair", session_id="pair")
    votes = loaded(tmp_path, simulate(2, 4, n_clips=2), pairs)
    assert choices_of(votes)["prompt"] == ["song 0", "song 1"] or len(choices_of(votes)["prompt"])
    assert set(chosen_votes(votes, {"design": "pair"})["design"]) == {"pair"}
    assert chosen_votes(votes, {"prompt": "no such song"}).empty
    with pytest.raises(ValueError, match="there is no filter 'listener'"):
        chosen_votes(votes, {"listener": "x"})


# --- the same listeners in two studies


def two_studies(**second) -> list[pd.DataFrame]:
    """Forty listeners with a clear opinion, who took part in two studies a day apart."""
    rows = simulate(40, 6, seed=1)
    again = rows.assign(
        study_id="another",
        session_id="another" + rows["session_id"],
        trial_id="another" + rows["trial_id"],
        submitted_at="2026-10-30T12:00:00.000+00:00",
        **second,
    )
    return [rows, again]


def test_listeners_of_an_earlier_study_decide_a_later_one_too(tmp_path):
    votes = loaded(tmp_path, *two_studies())
    first = decided(verdict_of(votes, {}, {"study_id": "study"}))
    assert len([winner for winner in first.values() if winner]) == 3
    assert decided(verdict_of(votes, {}, {"study_id": "another"})) == first


def test_each_study_decides_for_itself_and_what_is_settled_stays(tmp_path):
    first, again = two_studies()
    votes = loaded(tmp_path, again, first)  # not in the order of time
    both = verdict_of(votes, {})
    alone = verdict_of(votes, {}, {"study_id": "study"})
    assert {one.study_id for one in both.decisions} == {"study", "another"}
    of_first = [one for one in both.decisions if one.study_id == "study"]
    assert [one.decisions for one in of_first] == [one.decisions for one in alone.decisions]
    for one, of_study in zip(both.all[0].head_to_head, alone.all[0].head_to_head, strict=True):
        assert one.wins == 2 * of_study.wins


def test_a_later_study_decides_about_what_only_it_compared(tmp_path):
    first, again = two_studies()
    votes = loaded(tmp_path, first[first["condition"] != "hbss"].pipe(renumbered), again)
    later = verdict_of(votes, {}, {"study_id": "another"}).decisions
    assert {one.condition: one.decisions[Scope.CLIPS].n_rounds for one in later} == {
        "hbss": 40, "mcra": 40, "noisereduce": 40,
    }  # fmt: skip


def renumbered(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(position=rows.groupby("trial_id").cumcount() + 1)
