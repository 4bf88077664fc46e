"""Listening tests from elsewhere, and studies of any kind."""

import io

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from listening.analysis import __main__ as command
from listening.analysis.analysis import verdict_of
from listening.analysis.chart_list import charts_by_question
from listening.analysis.other_tables import load_table, parse_columns
from listening.analysis.vote_table import ResultsError
from tests.support.verdicts import decided, said, whole_page

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
    pairs["said"] = rng.choice(["B", "new", "b", "old", "a", ""], len(pairs))
    found, notes = analysed(tmp_path, pairs, "listener=s,clip=c,a=left,b=right,preferred=said")
    [one] = found.all[0].all_pairs
    new, old = (int(pairs["said"].isin(names).sum()) for names in (["new", "b", "B"], ["old", "a"]))
    assert {one.condition, one.against} == {"new", "old"}
    wins = {one.condition: one.wins, one.against: one.losses}
    assert (wins["new"], wins["old"], one.ties) == (new, old, 80 - new - old)
    assert "taken as pairs" in notes[0]
    assert f"Of the pairs, {80 - new - old} are ties." in notes

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
    assert "Decided on these 8 clips: the difference can be heard" in said(found)


BROKEN = {
    "no field": ("rating", "takes FIELD=COLUMN pairs"),
    "unknown field": ("listener=subject,colour=item", "takes FIELD=COLUMN pairs"),
    "no listener": ("condition=system,rating=score", "must say which column is the listener"),
    "twice": ("listener=subject,listener=item", "names listener twice"),
    "nothing answered": ("listener=subject,clip=item", "does not say what was answered"),
    "no such column": ("listener=who,condition=system,rating=score", "has no column 'who'"),
    "one column twice": ("listener=subject,condition=subject,rating=score", "for two fields"),
    "a field that is not of it": (f"{RATINGS},correct=score2", "which have no field 'correct'"),
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
    assert "3 rows left out: a cell is missing" in notes[1]


@pytest.mark.parametrize("row", ["s0,item 9,codec a,50,extra", "s0,item 9,codec a", "s0,i,x,1e300"])
def test_rows_of_another_length_or_size_are_left_out(tmp_path, row):
    path = tmp_path / "t.csv"
    path.write_text(ratings().to_csv(index=False) + row + "\n")
    found = load_table(path, parse_columns(RATINGS))
    assert "216 of 217 rows taken" in found.notes[0]
    assert found.votes["clip_id"].nunique() == 6


@pytest.mark.parametrize("separator", ["\t", ";"])
def test_other_separators_a_byte_order_mark_and_windows_lines_are_read(tmp_path, separator):
    path = tmp_path / "t.csv"
    text = ratings().to_csv(index=False, sep=separator, lineterminator="\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert "216 of 216 rows" in load_table(path, parse_columns(RATINGS)).notes[0]


def test_a_preference_that_cannot_be_read_is_no_tie(tmp_path):
    pairs = pd.DataFrame({"s": list("abcd"), "l": "x", "r": "y", "p": ["1", "2", "x", "tie"]})
    _, notes = analysed(tmp_path, pairs, "listener=s,a=l,b=r,preferred=p")
    assert "2 of 4 rows taken as pairs" in notes[0]
    assert "Of the pairs, 1 are ties." in notes


def test_names_are_names(tmp_path):
    """Formulas of matplotlib, signs that no font has, quotes, markup."""
    names = (r"a $\frac{$ b", "$x_1$", "字", '<b>"it\'s"</b>', "=1+1")
    table = ratings(6, 5, names)
    found, _ = analysed(tmp_path, table, RATINGS)
    page = whole_page(found)
    assert "<b>" not in page
    assert "$x_1$" in page


def test_another_scale_has_no_hidden_reference_rule(tmp_path):
    table = ratings().assign(score=lambda t: 1 + t["score"] / 25)
    found, _ = analysed(tmp_path, table, RATINGS)
    assert found.failing == []


def test_what_cannot_be_written_or_found_is_one_sentence(tmp_path, capsys):
    ratings().to_csv(tmp_path / "t.csv", index=False)
    (tmp_path / "file").write_text("")
    arguments = [str(tmp_path / "t.csv"), "--columns", RATINGS, "--out", str(tmp_path / "file")]
    assert command.main(arguments) == 2
    assert "cannot be written" in capsys.readouterr().err
    assert command.main([str(tmp_path / "no such folder")]) == 2
    assert "There is no folder" in capsys.readouterr().err


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
