"""The top of the results, from votes to what a page says."""

from dataclasses import replace

import numpy as np
import pytest

from bench import verdict_simulation
from listening.analysis.analysis import verdict_of
from listening.analysis.cards import Badge, cards_of
from listening.analysis.cards import standing as standing_of
from listening.analysis.intervals import Estimate, Scope
from listening.analysis.next_steps import Recruiting
from listening.analysis.other_tables import load_table
from listening.analysis.top import top_blocks, top_of
from listening.analysis.vote_table import load_votes
from reporting import blocks_html
from tests.support.cards import standing
from tests.support.simulated_votes import NOW, simulate
from tests.support.verdicts import abx, decided, loaded, verdict

SAME = dict.fromkeys(("original", "hbss", "mcra", "noisereduce"), 0.0)


def other_study(rows, study_id: str, letter: str):
    """The same votes by others, in another study."""
    rows = rows.assign(study_id=study_id)
    for name in ("trial_id", "session_id", "listener_id", "vote_id"):
        rows[name] = letter + rows[name].str[1:]
    return rows


def test_of_one_study_it_says_what_is_decided_and_on_what(tmp_path):
    found = verdict(tmp_path, simulate(40, 6, seed=1))
    top = top_of(found)
    assert top.headline.text == (
        "Decided on these 5 clips: listeners prefer Noisereduce and HB-SS to the original."
    )
    assert top.headline.rests_on == "40 listeners · 5 clips · 240 trials"
    [card] = top.cards
    assert [bar.label for bar in card.bars.bars] == ["Noisereduce", "HB-SS", "MCRA"]
    assert [bar.badge for bar in card.bars.bars] == [
        "Decided: better, on these clips", "Decided: better, on these clips",
        "Decided: worse, on these clips",
    ]  # fmt: skip
    shares = {one.condition: one.preferred for one in found.all[0].head_to_head}
    for bar, name in zip(card.bars.bars, ("noisereduce", "hbss", "mcra"), strict=True):
        assert bar.value == 100 * shares[name].value
        assert bar.thick == pytest.approx(
            (100 * shares[name].on_clips.low, 100 * shares[name].on_clips.high)
        )


def test_badges_agree_with_the_decisions(tmp_path):
    for n_listeners in (6, 12, 20, 40):
        found = verdict(tmp_path / str(n_listeners), simulate(n_listeners, 6, seed=1))
        [card] = cards_of(found)
        who = decided(found)
        for one in card.standings:
            assert (one.badge == Badge.DECIDED) == (who[one.condition] is not None)


def test_every_study_has_a_verdict_of_its_own(tmp_path):
    """Two studies that are clear and contrary: together they would lie at one half."""
    better = {"original": 0.0, "hbss": 3.0}
    worse = {"original": 0.0, "hbss": -3.0}
    one = simulate(20, 6, strengths=better, seed=1)
    other = other_study(simulate(20, 6, strengths=worse, seed=2), "another", "b")
    other["submitted_at"] = other["submitted_at"].str.replace("2026-10-29", "2026-10-30")
    top = top_of(verdict(tmp_path, one, other))
    assert top.headline.text == (
        "Several studies, each with a verdict of its own. 2 of 2 have decided anything so far."
    )
    assert top.headline.rests_on == "40 listeners · 5 clips · 240 trials"
    assert [(card.title, card.headline.text) for card in top.cards] == [
        ("another", "Decided on these 5 clips: listeners prefer the original to HB-SS."),
        ("study", "Decided on these 5 clips: listeners prefer HB-SS to the original."),
    ]
    assert {card.headline.rests_on for card in top.cards} == {"20 listeners · 5 clips · 120 trials"}
    undecided = [
        other_study(simulate(6, 2, strengths=SAME, seed=i), f"s{i}", str(i)) for i in (3, 4)
    ]
    assert top_of(verdict(tmp_path / "2", *undecided)).headline.text.endswith(
        "None of 2 has decided anything so far."
    )


def test_an_interval_that_excludes_half_without_a_decision_is_explained(tmp_path):
    """Twenty listeners: HB-SS won 67 % (56–77 %), which may not be monitored."""
    found = verdict(tmp_path, simulate(20, 6, seed=1))
    [card] = top_of(found).cards
    hbss = next(bar for bar in card.bars.bars if bar.label == "HB-SS")
    assert hbss.thick[0] > 50
    assert hbss.badge == "No difference seen"
    assert "the badge for any number of looks" in card.bars.note
    decided_all = top_of(verdict(tmp_path / "2", simulate(40, 6, seed=1))).cards[0]
    assert "any number of looks" not in decided_all.bars.note


def test_every_question_has_one_too(tmp_path):
    rows = simulate(20, 6, seed=1)
    more = rows.assign(question="annoyance", preferred=0, trial_id="a" + rows["trial_id"])
    top = top_of(verdict(tmp_path, rows, more))
    assert top.headline.text.startswith("Several questions, each with a verdict of its own.")
    assert [card.title for card in top.cards] == ["Preference", "Annoyance of the hiss"]
    assert top.cards[1].headline.text.startswith("Decided on these 5 clips: the hiss is less ")
    assert top.trust.startswith("Preference: ")


def test_a_filtered_view_has_neither_badges_nor_decisions(tmp_path):
    votes = loaded(tmp_path, simulate(40, 6, seed=1))
    top = top_of(verdict_of(votes, {}, {"prompt": "song 0"}))
    assert top.headline.text == (
        "Noisereduce has the highest share here; a filtered view decides nothing."
    )
    assert {bar.badge for bar in top.cards[0].bars.bars} == {""}
    assert top.trust.startswith("not judged in a filtered view")
    nothing = top_of(verdict_of(votes, {}, {"prompt": "song"}))
    assert (nothing.headline.text, nothing.cards) == ("No vote agrees with this choice.", [])


def test_no_votes_one_vote_and_only_practice(tmp_path):
    nothing = top_of(verdict_of(load_votes(tmp_path, NOW), {}))
    assert (nothing.headline.text, nothing.headline.rests_on) == ("No votes yet.", "")
    assert nothing.steps
    one = top_of(verdict(tmp_path / "1", simulate(1, 1)))
    assert one.headline.text == "Only one listener so far: not representative."
    assert {bar.badge for bar in one.cards[0].bars.bars} == {"Too early"}
    assert one.trust == ""
    practice = simulate(6, 3).assign(trial_kind="training")
    assert top_of(verdict(tmp_path / "2", practice)).headline.text == "No votes yet."
    alone = top_of(verdict(tmp_path / "3", simulate(3, 2, strengths={"original": 0.0})))
    assert alone.headline.text == "Votes, but nothing to compare yet."


def test_who_has_not_finished_is_counted_beside(tmp_path):
    rows = simulate(12, 3)
    going = rows["listener_id"] > "0000000000000006"
    rows.loc[going, "submitted_at"] = NOW.isoformat(timespec="milliseconds")
    top = top_of(verdict(tmp_path, rows))
    assert top.headline.rests_on.endswith("7 of the listeners count in decisions so far")


def test_pairs_and_abx_in_one_filtered_view_are_told_apart(tmp_path):
    votes = loaded(tmp_path, simulate(8, 2, n_clips=1), abx(4, [True] * 4))
    top = top_of(verdict_of(votes, {}, {"prompt": "song 0"}))
    assert top.headline.text == "Filtered view: shares only, nothing is decided here."
    assert [card.title for card in top.cards] == ["Choices and ratings", "ABX"]


def test_abx_alone(tmp_path):
    heard = top_of(verdict(tmp_path / "1", abx(20, [True] * 18 + [False] * 2)))
    assert heard.headline.text == ("Decided on this one clip: HB-SS can be told from the original.")
    [bar] = heard.cards[0].bars.bars
    assert (bar.label, bar.badge) == ("HB-SS / Original", "Decided, on these clips")
    guessed = top_of(verdict(tmp_path / "2", abx(20, [True, False] * 10)))
    assert guessed.headline.text.startswith("Nobody has been shown to tell HB-SS from the original")


def test_without_a_reference_nothing_is_decided(tmp_path):
    top = top_of(verdict(tmp_path, simulate(20, 6, strengths={"hbss": 0.0, "mcra": 3.0})))
    assert top.headline.text == "MCRA comes first; without a reference nothing is decided."
    assert [bar.badge for bar in top.cards[0].bars.bars] == ["", ""]


def test_votes_of_another_table_keep_their_names(tmp_path):
    path = tmp_path / "table.csv"
    lines = ["subject,item,a,b,choice"]
    lines += [f"s{i},clip{j},codec <b>X</b>,reference,a" for i in range(20) for j in range(3)]
    path.write_text("\n".join(lines) + "\n")
    columns = {"listener": "subject", "clip": "item", "a": "a", "b": "b", "preferred": "choice"}
    top = top_of(verdict_of(load_table(path, columns).votes, {}))
    assert top.headline.text == (
        "Decided on these 3 clips: listeners prefer codec <b>X</b> to the reference."
    )
    page = blocks_html(top_blocks(top))
    assert "<b>X" not in page
    assert "codec &lt;b&gt;X&lt;/b&gt;" in page


def test_votes_of_version_2_are_read(tmp_path):
    rows = simulate(40, 6, seed=1).drop(columns="n_channels")
    tmp_path.joinpath("votes.csv").write_text(rows.to_csv(index=False, lineterminator="\n"))
    top = top_of(verdict_of(load_votes(tmp_path, NOW), {}))
    assert top.headline.text.startswith("Decided on these 5 clips: listeners prefer Noisereduce")


def test_only_an_open_study_gets_its_link(tmp_path):
    found = verdict(tmp_path, simulate(6, 2, strengths=SAME))
    links = {
        source: [step.has_link for step in top_of(found, {"study": source}).cards[0].steps]
        for source in Recruiting
    }
    assert any(links.pop(Recruiting.OPEN))
    assert not any(any(one) for one in links.values())


def test_a_leaning_needs_the_evidence_and_the_votes_on_one_side():
    """Listeners who are done for it, all votes so far against it: nothing is said."""
    tested = standing("hbss", 60).tested
    latest = tested.decisions[Scope.CLIPS]
    for value, is_for, share, badge in (
        (15.1, True, 0.6, Badge.LEANING),
        (15.1, True, 0.4, Badge.NOT_SEEN),
        (15.1, False, 0.4, Badge.LEANING),
        (14.9, True, 0.6, Badge.NOT_SEEN),  # 60, which decides, times 0.05 / 0.2
    ):
        now = {Scope.CLIPS: replace(latest, latest=value, is_latest_for=is_for)}
        estimate = Estimate(share, None, None, 10, 10, 5)
        one = standing_of("hbss", "original", estimate, replace(tested, decisions=now))
        assert one.badge == badge, (value, is_for, share)


def test_what_leant_once_need_not_lean_any_more(tmp_path):
    """Seven for, then seven against: the largest evidence stays, the leaning goes."""
    won = np.concatenate([np.ones(7), np.zeros(7)])
    rows = simulate(14, 1, design="pair", strengths={"original": 0.0, "hbss": 0.0}, n_clips=1)
    is_hbss = rows["condition"] == "hbss"
    listener = rows["listener_id"].astype(int).to_numpy()
    rows["preferred"] = np.where(is_hbss, won[listener], 1 - won[listener]).astype(int)
    minutes = [f"2026-10-29T00:{i:02d}:00.000+00:00" for i in listener]
    rows["submitted_at"] = minutes
    more = rows.assign(question="annoyance", trial_id="a" + rows["trial_id"])
    early = rows[listener < 7], more[listener < 7]
    [card, _] = cards_of(verdict(tmp_path / "1", *early))
    assert card.standings[0].badge == Badge.LEANING
    [card, _] = cards_of(verdict(tmp_path / "2", rows, more))
    assert card.standings[0].badge == Badge.NOT_SEEN
    assert card.standings[0].tested.decisions[Scope.CLIPS].value > 10


@pytest.mark.parametrize(("n_listeners", "n_clips"), [(40, 3), (100, 12)])
def test_hardly_any_study_without_a_preference_ever_leans(n_listeners, n_clips):
    """Of 100 studies monitored after every listener; 20 % are promised, 3 to 7 % are usual, and
    above 14 come by chance in fewer than 1 of 100 runs at 7 %."""
    found = verdict_simulation.leaning((100, n_listeners, n_clips, 0.5))
    at_end, ever = (float(cell.split()[0]) for cell in found[3:5])
    assert at_end <= ever <= 14


def test_real_preferences_lean_long_before_they_are_decided():
    """Of 60 studies with 40 listeners: three quarters lean usually, fewer than half in one run of
    100 000."""
    found = verdict_simulation.leaning((60, 40, 12, 0.5))
    assert float(found[5].split()[0]) >= 50
