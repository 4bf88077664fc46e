"""From votes to sentences."""

import re

import numpy as np
import pytest

from listening.analysis.analysis import verdict_of
from listening.analysis.data import abx_answers
from listening.analysis.sentences import NO_VOTES
from listening.analysis.vote_table import load_votes
from tests.support.simulated_votes import NOW, simulate
from tests.support.verdicts import abx, decided, loaded, of_kind, said, verdict, whole_page


def test_a_clear_preference_is_decided_and_found_again_in_every_part(tmp_path):
    found = verdict(tmp_path, simulate(40, 6, seed=1))
    [one] = found.all
    assert decided(found) == {
        "noisereduce": "noisereduce", "hbss": "hbss", "mcra": "original",
    }  # fmt: skip
    assert [each.condition for each in one.ranking] == ["noisereduce", "hbss", "original", "mcra"]
    assert max(one.ratings, key=lambda name: one.ratings[name].value) == "noisereduce"
    by_listener = one.friedman[0]
    assert (by_listener.blocks, by_listener.n_blocks) == ("listeners", 40)
    assert by_listener.p < 0.001
    assert ("original", "noisereduce") in {(a, b) for a, b, p in by_listener.post_hoc if p < 0.01}
    assert "Decided on these 5 clips: listeners prefer Noisereduce to the original" in said(found)
    assert "Decided on these 5 clips: listeners prefer the original to MCRA" in said(found)


def test_without_any_preference_nothing_is_decided(tmp_path):
    same = dict.fromkeys(("original", "hbss", "mcra", "noisereduce"), 0.0)
    found = verdict(tmp_path, simulate(40, 6, strengths=same, unlike=1.0, seed=2))
    assert "Decided" not in said(found)
    assert "Not decided: HB-SS against the original" in said(found)
    assert "More listeners on these 5 clips would hardly ever decide it" in said(found)


def test_shares_are_those_of_the_votes(tmp_path):
    found = verdict(tmp_path, simulate(10, 4, design="pair", ties=0.25, seed=3)).all[0]
    votes = found.votes
    by = {one.condition: one for one in found.choices}
    for condition, one in by.items():
        chosen = votes[votes["condition"] == condition]
        by_listener = chosen.groupby("listener_id", observed=True)["preferred"].mean()
        assert one.preferred.value == pytest.approx(by_listener.mean())
        assert one.by_chance == 0.5
    none = votes.groupby("trial_id", observed=True)["preferred"].sum() == 0
    assert found.no_preference.value == pytest.approx(none.mean())  # all have as many trials
    ties = sum(one.ties for one in found.head_to_head)
    assert ties == none.sum()


def test_a_metric_that_orders_as_listeners_do_agrees_always(tmp_path):
    strengths = {"original": 0.0, "noisereduce": 30.0, "hbss": 20.0, "mcra": 10.0}
    rows = simulate(12, 2, strengths=strengths, unlike=0.0, n_clips=1)
    rows["rating"] = rows["condition"].map(
        {"original": 0, "noisereduce": 90, "hbss": 60, "mcra": 30}
    )
    one = verdict(tmp_path, rows).all[0]
    [log_mel] = [
        each
        for each in one.agreements
        if each.metric == "log_mel_distance" and not each.with_reference
    ]
    assert (log_mel.agrees.value, log_mel.tau.value) == (1.0, 1.0)
    [hpss] = [
        each
        for each in one.agreements
        if each.metric == "delta_hpss_ratio" and not each.with_reference
    ]
    # It orders mcra, noisereduce, hbss: two of three pairs the wrong way round.
    assert hpss.tau.value == pytest.approx(-1 / 3)
    assert "The log-mel distance agrees with listeners in 100 %" in said(verdict(tmp_path, rows))


def test_the_threshold_lies_between_what_is_preferred_and_what_is_not(tmp_path):
    """Six clips at distances of 0.20, 0.22, … 0.30: hbss is always preferred on the first three."""
    rows = simulate(20, 6, n_clips=6, design="pair", strengths={"original": 0.0, "hbss": 0.0})
    is_near = rows["prompt"].isin(["song 0", "song 1", "song 2"])
    rows["preferred"] = ((rows["condition"] == "hbss") == is_near).astype(int)
    found = verdict(tmp_path, rows).all[0].threshold
    assert found.value == pytest.approx(0.25)
    assert (found.sensitivity, found.specificity, found.area.value) == (1.0, 1.0, 1.0)
    assert found.is_told


def test_versions_that_are_preferred_always_or_never_tell_no_threshold(tmp_path):
    rows = simulate(20, 3, unlike=0.0)
    rows["rating"] = rows["condition"].map(
        {"original": 50, "noisereduce": 90, "hbss": 60, "mcra": 30}
    )
    assert verdict(tmp_path, rows).all[0].threshold is None


def test_a_metric_without_relation_separates_nothing(tmp_path):
    same = dict.fromkeys(("original", "hbss", "mcra", "noisereduce"), 0.0)
    found = verdict(tmp_path, simulate(30, 6, strengths=same, seed=6))
    assert not found.all[0].threshold.is_told
    assert "The log-mel distance has not been shown to separate" in said(found)


def test_abx_counts_right_answers(tmp_path):
    votes = loaded(tmp_path, abx(20, [True] * 18 + [False] * 2))
    answers = abx_answers(votes)
    assert answers["correct"].sum() == 18
    assert set(answers["condition"]) | set(answers["against"]) == {"hbss", "original"}
    found = verdict_of(votes, {})
    [one] = found.all[0].audible
    assert one.p == pytest.approx(211 / 2**20)  # C(20,18) + C(20,19) + C(20,20)
    assert "Decided on this one clip: the difference can be heard" in said(found)
    chance = verdict(tmp_path, abx(20, [True, False] * 10))
    assert "nobody has been shown to tell HB-SS from the original" in said(chance)


def test_questions_are_answered_apart(tmp_path):
    more = simulate(5, 2, question="naturalness", seed=9)
    more["trial_id"] = "n" + more["trial_id"]
    found = verdict(tmp_path, simulate(5, 2), more)
    assert [one.question for one in found.all] == ["preference", "naturalness"]
    assert found.all[1].choices == []
    assert "Which version sounds more natural?" in said(found)


def test_different_settings_under_one_name_are_remarked(tmp_path):
    rows = simulate(4, 2)
    rows.loc[rows["condition"] == "hbss", "params"] = ['{"alpha": 1}', '{"alpha": 2}'] * 4
    assert "HB-SS was heard with 2 different settings" in said(verdict(tmp_path, rows))


# --- small and degenerate

DEGENERATE = {
    "one vote": simulate(1, 1),
    "one pair": simulate(1, 1, design="pair"),
    "one listener": simulate(1, 30),
    "all ties": simulate(6, 3, design="pair", ties=1.0),
    "equal ratings": simulate(6, 3).assign(rating=50),
    "always the same winner": simulate(6, 3, strengths={"original": 0.0, "hbss": 500.0}),
    "only the original": simulate(3, 2, strengths={"original": 0.0}),
    "no original": simulate(6, 3, strengths={"hbss": 0.0, "mcra": 1.0}),
    "no metrics": simulate(6, 3).assign(
        delta_hf_band_db=np.nan, delta_hpss_ratio=np.nan, log_mel_distance=np.nan
    ),
    "one abx": abx(1, [True]),
    "only catch trials": of_kind("catch", simulate(2, 2, design="pair"), condition="hbss"),
    "two listeners": simulate(2, 2),
}


@pytest.mark.parametrize("case", list(DEGENERATE))
def test_tiny_and_odd_data_give_sentences_and_no_false_certainty(tmp_path, case):
    found = verdict(tmp_path, DEGENERATE[case])
    text = said(found)
    assert text
    assert "nan" not in text.lower()
    assert not re.search("^Decided", text, re.MULTILINE)
    page = whole_page(found)
    for wrong in (">nan<", ">inf<", ">−inf<", "Traceback"):
        assert wrong not in page.lower()


def test_no_votes_is_one_sentence(tmp_path):
    found = verdict_of(load_votes(tmp_path, NOW), {})
    assert said(found) == NO_VOTES
    assert NO_VOTES in whole_page(found)


def test_one_listener_speaks_for_nobody_else(tmp_path):
    text = said(verdict(tmp_path, simulate(1, 200, strengths={"original": 0.0, "hbss": 50.0})))
    assert "One listener is not representative" in text
    assert "Not decided" in text
