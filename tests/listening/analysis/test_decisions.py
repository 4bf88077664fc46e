"""What a study decides, and what a view of it does not."""

from datetime import timedelta

import numpy as np
import pytest

from listening.analysis.analysis import verdict_of
from listening.analysis.intervals import Scope
from listening.analysis.planned import planned_tests, planned_tests_of
from listening.plan import TrialDesign
from listening.study_store import StudyStore
from restorers import RESTORERS
from storage.result_cache import ResultCache
from tests.support import trials
from tests.support.simulated_votes import NOW, simulate
from tests.support.verdicts import abx, decided, loaded, said, verdict


def test_a_later_question_does_not_undo_what_is_decided(tmp_path):
    """The bound is that of the plan, whatever has votes so far."""
    rows = simulate(14, 6, design="pair", strengths={"original": 0.0, "hbss": 3.0}, unlike=0.1)
    late = rows.assign(question="annoyance", trial_id="l" + rows["trial_id"])
    planned = {"study": 2}
    early = verdict_of(loaded(tmp_path / "1", rows), {}, planned=planned)
    later = verdict_of(loaded(tmp_path / "2", rows, late), {}, planned=planned)
    bounds = [one.decisions[Scope.CLIPS].bound for one in (*early.decisions, *later.decisions)]
    assert bounds == [40.0] * 3


def test_a_study_is_planned_for_its_versions_and_questions(tmp_path):
    store = StudyStore(tmp_path / "studies")
    study = trials.open_study(store, design=TrialDesign(questions=("preference", "annoyance")))
    n_versions = len(study.clips[0].versions) - 1
    assert planned_tests_of(tmp_path) == {"studio": len(RESTORERS), study.study_id: 2 * n_versions}
    abx = trials.open_study(store, design=TrialDesign("abx"))
    assert planned_tests(abx) == (n_versions + 1) * n_versions / 2


def test_sessions_that_are_resumed_later_change_nothing_that_was_decided(tmp_path):
    rows = simulate(12, 6, seed=1)
    before = decided(verdict(tmp_path / "1", rows))
    more = rows[rows["listener_id"] < "0000000000000006"]
    more = more.assign(
        trial_id="m" + more["trial_id"],
        rating=100 - more["rating"],
        submitted_at=(NOW - timedelta(hours=1)).isoformat(timespec="milliseconds"),
    )
    resumed = verdict(tmp_path / "2", rows, more)
    assert decided(resumed) == before
    assert {one.decisions[Scope.CLIPS].n_rounds for one in resumed.decisions} == {12}


def test_decisions_are_remembered_for_as_long_as_the_votes_are_the_same(tmp_path):
    rows = simulate(20, 6, seed=1)
    seen, votes = ResultCache(10), loaded(tmp_path / "1", rows)
    first, again = (verdict_of(votes, {}, seen=seen).decisions for _ in range(2))
    assert first == verdict_of(votes, {}).decisions
    assert [id(one) for one in first] == [id(one) for one in again]
    turned = rows.assign(rating=100 - rows["rating"], preferred=1 - rows["preferred"])
    votes = loaded(tmp_path / "2", turned)
    assert verdict_of(votes, {}, seen=seen).decisions == verdict_of(votes, {}).decisions != first
    planned = verdict_of(loaded(tmp_path / "1", rows), {}, planned={"study": 9}, seen=seen)
    assert planned.decisions[0].decisions[Scope.CLIPS].bound == 180


def test_abx_is_decided_whatever_its_question_is_called(tmp_path):
    votes = loaded(tmp_path, abx(20, [True] * 18 + [False] * 2))
    found = verdict_of(votes, {}, {"question": "preference"})
    assert [one.is_abx for one in found.decisions] == [True]
    assert "the difference can be heard" in said(found)


def test_a_filtered_view_decides_nothing(tmp_path):
    votes = loaded(tmp_path, simulate(40, 6, seed=1))
    assert any(decided(verdict_of(votes, {})).values())
    clip = str(votes["clip_id"].iloc[0])
    for chosen in ({"clip_id": clip}, {"prompt": "song 0"}, {"design": "multi"}):
        found = verdict_of(votes, {}, chosen)
        assert found.decisions == []
        assert "This view is filtered, so it shows intervals and decides nothing" in said(found)
        assert "Decided" not in said(found)
        assert "p = " not in said(found)
    of_study = verdict_of(votes, {}, {"study_id": "study", "question": "preference"})
    assert decided(of_study) == decided(verdict_of(votes, {}))


def test_the_decision_of_a_study_shares_its_error_over_questions(tmp_path):
    rows = simulate(20, 6, seed=1)
    more = rows.assign(question="annoyance", preferred=0, trial_id="a" + rows["trial_id"])
    one, two = verdict(tmp_path / "1", rows), verdict(tmp_path / "2", rows, more)
    bounds = [{found.decisions[Scope.CLIPS].bound for found in v.decisions} for v in (one, two)]
    assert bounds == [{60.0}, {120.0}]


def test_who_votes_more_and_thinks_otherwise_is_told(tmp_path):
    """Twenty listeners with two votes against, six with thirty for."""
    strengths = {"original": 0.0, "hbss": -6.0}
    few = simulate(20, 2, design="pair", strengths=strengths, unlike=0.1)
    many = simulate(6, 30, design="pair", strengths={"original": 0.0, "hbss": 6.0}, unlike=0.1)
    for name in ("trial_id", "session_id", "listener_id", "vote_id"):
        many[name] = "m" + many[name].astype(str).str[1:]
    found = verdict(tmp_path, few, many)
    [one] = found.all[0].head_to_head
    assert one.preferred.value == pytest.approx(6 / 26, abs=0.05)
    assert one.by_vote.value == pytest.approx(180 / 220, abs=0.05)
    assert "Listeners with many votes judge differently" in said(found)
    usual = verdict(tmp_path / "usual", simulate(20, 6))
    assert "judge differently" not in said(usual)


def test_abx_of_two_restorations_names_both(tmp_path):
    rows = simulate(1, 1, n_clips=1).iloc[:3].copy()
    rows = rows.assign(design="abx", condition=["mcra", "hbss", "mcra"], label=["A", "B", "X"],
                       preferred=[1, 0, 0], rating=np.nan)  # fmt: skip
    [one] = verdict(tmp_path, rows).all[0].audible
    assert (one.condition, one.against, one.n_right) == ("hbss", "mcra", 1)
