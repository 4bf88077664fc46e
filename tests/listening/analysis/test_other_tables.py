"""Listening tests from elsewhere, and studies of any kind."""

import io

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from listening.analysis import __main__ as command
from listening.analysis.analysis import verdict_of
from listening.analysis.intervals import Scope
from listening.analysis.other_tables import load_table, parse_columns
from listening.analysis.report import charts_by_question
from listening.analysis.vote_table import ResultsError
from tests.support.simulated_votes import simulate
from tests.support.verdicts import decided, loaded, said, verdict, whole_page

RATINGS = "listener=subject,clip=item,condition=system,rating=score"


def ratings(n_listeners=12, n_items=6, systems=("reference", "codec a", "codec b"), seed=0):
    rng = np.random.default_rng(seed)

    def score(k: int) -> float:
        return round(float(np.clip(95 - 25 * k + rng.normal(0, 8), 0, 100)), 1)

    rows = [
        (f"s{listener}", f"item {item}", system, score(k))
        for listener in range(n_listeners)
        for item in range(n_items)
        for k, system in enumerate(systems)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["subject", "item", "system", "score"])


def analysed(tmp_path, table: pd.DataFrame, columns: str, **options):
    path = tmp_path / "table.csv"
    table.to_csv(path, index=False)
    found = load_table(path, parse_columns(columns))
    return verdict_of(found.votes, {}, **options), found.notes


def test_ratings_are_taken_with_their_own_names(tmp_path):
    table = ratings().assign(room="1")
    found, notes = analysed(tmp_path, table, RATINGS)
    [one] = found.all
    assert (one.question, one.reference) == ("rating", "reference")
    assert one.counts.n_listeners == 12
    assert (one.choices, one.no_preference) == ([], None)  # nobody was asked to choose
    for system, mean in table.groupby("system")["score"].mean().items():
        assert one.ratings[system].value == pytest.approx(mean)
    assert decided(found) == {"codec a": "reference", "codec b": "reference"}
    assert "216 of 216 rows taken as ratings, by 12 listeners on 6 clips" in notes[0]
    assert "Columns not used: room." in notes
    assert "no preference" not in whole_page(found).lower()


def test_every_question_is_analysed_under_its_name(tmp_path):
    names = ("Distance / depth", "preference")
    table = pd.concat([ratings(seed=k).assign(attribute=name) for k, name in enumerate(names)])
    found, _ = analysed(tmp_path, table, f"{RATINGS},question=attribute")
    assert {one.question for one in found.all} == set(names)
    assert "“Distance / depth”: 72 trials by 12 listeners on 6 clips." in said(found)
    stems = {chart.file for charts in charts_by_question(found).values() for chart in charts}
    assert len(stems) == sum(len(charts) for charts in charts_by_question(found).values())
    assert "distance_depth_ratings.png" in stems


def test_without_a_reference_nothing_is_decided_against_the_best(tmp_path):
    table = ratings(systems=("a", "b", "c"))
    found, _ = analysed(tmp_path, table, RATINGS)
    [one] = found.all
    assert (one.reference, one.head_to_head, found.decisions) == (None, [], [])
    assert one.ranking[0].condition == "a"
    assert "The ranking is against a, the strongest here" in said(found)
    assert len(one.all_pairs) == 3
    named, _ = analysed(tmp_path, table, RATINGS, reference="b")
    assert decided(named) == {"a": "a", "c": "b"}


def test_pairs_choices_and_abx_are_taken(tmp_path):
    rng = np.random.default_rng(1)
    who = [f"s{n}" for n in range(10) for _ in range(8)]
    clip = [f"c{n}" for _ in range(10) for n in range(8)]
    pairs = pd.DataFrame({"s": who, "c": clip, "left": "old", "right": "new"})
    pairs["said"] = rng.choice(["right", "new", "b", "old", "a", ""], len(pairs))
    found, notes = analysed(tmp_path, pairs, "listener=s,clip=c,a=left,b=right,preferred=said")
    [one] = found.all[0].all_pairs
    new, old = (int(pairs["said"].isin(names).sum()) for names in (["new", "b"], ["old", "a"]))
    assert {one.condition, one.against} == {"new", "old"}
    wins = {one.condition: one.wins, one.against: one.losses}
    assert (wins["new"], wins["old"], one.ties) == (new, old, 80 - new - old)
    assert "taken as pairs" in notes[0]

    chosen = pd.DataFrame(
        [(s, c, v, int(v == "x")) for s, c in zip(who, clip, strict=True) for v in "xyz"],
        columns=["s", "c", "v", "best"],
    )
    found, _ = analysed(tmp_path, chosen, "listener=s,clip=c,condition=v,preferred=best")
    assert {one.condition: one.preferred.value for one in found.all[0].choices} == {
        "x": 1.0, "y": 0.0, "z": 0.0,
    }  # fmt: skip
    assert found.all[0].ratings == {}
    two = {(one.condition, one.against): one for one in found.all[0].all_pairs}
    assert ("z", "y") not in two  # neither was chosen: they were not compared
    assert two["y", "x"].losses == 80

    heard = pd.DataFrame({"s": who, "c": clip, "v": "codec", "right": [1] * 60 + [0] * 20})
    found, _ = analysed(tmp_path, heard, "listener=s,clip=c,condition=v,correct=right")
    [one] = found.all[0].audible
    assert (one.n_right, one.correct.n_votes) == (60, 80)
    assert len(found.all[0].ears) == 10
    assert "Decided on these 8 clips: listeners can tell" in said(found)


BROKEN = {
    "no field": ("rating", "takes FIELD=COLUMN pairs"),
    "unknown field": ("listener=subject,colour=item", "takes FIELD=COLUMN pairs"),
    "no listener": ("condition=system,rating=score", "must say which column is the listener"),
    "twice": ("listener=subject,listener=item", "names listener twice"),
    "nothing answered": ("listener=subject,clip=item", "does not say what was answered"),
    "no such column": ("listener=who,condition=system,rating=score", "has no column 'who'"),
    "no number": ("listener=subject,condition=system,rating=item", "has no row that can be used"),
}


@pytest.mark.parametrize("case", list(BROKEN))
def test_a_mapping_that_does_not_fit_gets_one_sentence(tmp_path, case, capsys):
    columns, message = BROKEN[case]
    ratings().to_csv(tmp_path / "t.csv", index=False)
    assert command.main([str(tmp_path / "t.csv"), "--columns", columns]) == 2
    said_ = capsys.readouterr().err
    assert message in said_
    assert said_.count("\n") == 1


@pytest.mark.parametrize("data", [b"", b"\x00\xff\xfe", b"a,b\n1,2,3\n4\n", b"\xff\xfea"])
def test_what_is_no_table_gets_one_sentence(tmp_path, data):
    (tmp_path / "t.csv").write_bytes(data)
    with pytest.raises(ResultsError):
        load_table(tmp_path / "t.csv", parse_columns(RATINGS))


def test_rows_that_cannot_be_used_are_counted(tmp_path):
    table = ratings().astype(object)
    table.loc[[0, 5], "score"] = ["", "loud"]
    table.loc[7, "subject"] = " "
    _, notes = analysed(tmp_path, table, RATINGS)
    assert "213 of 216 rows" in notes[0]
    assert "3 rows left out: a cell is empty or cannot be read." in notes


def test_the_command_takes_a_table_and_writes_everything(tmp_path, capsys):
    ratings().drop(columns="item").to_csv(tmp_path / "t.csv", index=False)
    columns = "listener=subject,condition=system,rating=score"
    out = tmp_path / "out"
    assert command.main([str(tmp_path / "t.csv"), "--columns", columns, "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    assert "No clip column: all rows count as one clip." in printed
    assert "nothing can be said about other music" in printed
    assert {"report.html", "rating_ratings.csv", "decisions.csv"} <= {p.name for p in out.iterdir()}
    assert "No clip column" in (out / "report.html").read_text()
    wrong = ["--columns", columns, "--reference", "tape"]
    assert command.main([str(tmp_path / "t.csv"), *wrong]) == 2
    assert "There is no version 'tape'" in capsys.readouterr().err


def test_a_missed_hidden_reference_fails_screening(tmp_path):
    table = ratings()
    of_it = (table["system"] == "reference") & (table["subject"] == "s3")
    table.loc[table["system"] == "reference", "score"] = 100
    table.loc[of_it & table["item"].isin(["item 0"]), "score"] = 80  # 1 of 6: more than 15 %
    found, _ = analysed(tmp_path, table, RATINGS)
    assert [(one.listener_id, one.rule, one.failed, one.asked) for one in found.failing] == [
        ("s3", "hidden reference", 1, 6)
    ]
    assert "1 session failed screening; all are counted here." in said(found)
    assert "BS.1534-3" in whole_page(found)


@pytest.mark.parametrize("n", [2, 9, 20])
def test_charts_are_readable_with_any_number_of_conditions(tmp_path, n):
    """No two labels of one axis overlap, and every name is within its picture."""
    names = tuple(f"a system with a rather long name, number {k}" for k in range(n))
    found, _ = analysed(tmp_path, ratings(6, 5, names), RATINGS)
    for chart in charts_by_question(found)["rating"]:
        width, height = Image.open(io.BytesIO(chart.png)).size
        assert width < 1600
        assert height > 150
    assert "nan" not in said(found)


def test_labels_do_not_overlap():
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    from listening.analysis.interval_rows import forest, rows_figure
    from listening.analysis.intervals import Estimate, Interval

    names = [f"a system with a rather long name indeed, number {k}" for k in range(20)]
    figure, axes = rows_figure(names, n_series=2)
    one = Estimate(0.5, Interval(0.4, 0.6), Interval(0.3, 0.7), 10, 5, 5)
    forest(axes, names, [("all", [one] * 20), ("others", [one] * 20)])
    FigureCanvasAgg(figure).draw()
    boxes = [label.get_window_extent() for label in axes.get_yticklabels()]
    for above, below in zip(boxes, boxes[1:], strict=False):
        assert above.y0 >= below.y1 - 1
    assert min(box.x0 for box in boxes) >= 0


# --- of the app's own studies


def test_a_filtered_view_decides_nothing(tmp_path):
    votes = loaded(tmp_path, simulate(40, 6, seed=1))
    assert any(decided(verdict_of(votes, {})).values())
    clip = str(votes["clip_id"].iloc[0])
    for chosen in ({"clip_id": clip}, {"prompt": "song 0"}, {"design": "multi"}):
        found = verdict_of(votes, {}, chosen)
        assert found.decisions == []
        assert "This view is filtered, so it shows intervals and decides nothing" in said(found)
        assert "Decided" not in said(found)
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
