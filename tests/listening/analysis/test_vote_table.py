"""votes.csv as a table, whole or damaged."""

from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

from listening.analysis.analysis import verdict_of
from listening.analysis.data import chosen_votes, pairs_of
from listening.analysis.sentences import headline
from listening.analysis.vote_table import LEFT_OUT, ResultsError, load_votes
from listening.votes import COLUMNS
from storage.csv_rows import csv_bytes
from tests.support.simulated_votes import NOW, simulate, write_sessions
from tests.support.verdicts import abx, loaded


def test_no_file_and_an_empty_file_are_no_votes(tmp_path):
    assert load_votes(tmp_path, NOW).empty
    (tmp_path / "votes.csv").write_text(",".join(COLUMNS) + "\n")
    assert load_votes(tmp_path, NOW).empty


def test_another_version_s_file_is_refused(tmp_path):
    (tmp_path / "votes.csv").write_text("a,b\n1,2\n")
    with pytest.raises(ResultsError, match="does not have the columns of this version"):
        load_votes(tmp_path, NOW)


def test_identifiers_stay_text_and_apostrophes_come_off(tmp_path):
    rows = simulate(2, 1).assign(prompt="'=a song", listener_id="0000000000000012")
    votes = loaded(tmp_path, rows)
    assert set(votes["listener_id"]) == {"0000000000000012"}
    assert set(votes["prompt"]) == {"=a song"}


def test_only_first_sessions_that_are_over_are_final(tmp_path):
    rows = simulate(3, 2)  # three days ago
    later = rows.assign(
        session_id="second" + rows["session_id"], trial_id="second" + rows["trial_id"],
        submitted_at="2026-10-31T12:00:00.000+00:00",
    )  # fmt: skip
    votes = loaded(tmp_path, rows, later)
    assert (votes["final_at"].notna() == ~votes["session_id"].str.startswith("second")).all()
    soon = NOW - timedelta(days=2, hours=23)
    assert loaded(tmp_path, rows, now=soon)["final_at"].isna().all()
    sessions = [{"session_id": "session000001", "completed": 1}]
    write_sessions(tmp_path, sessions)
    found = load_votes(tmp_path, soon)
    assert set(found.loc[found["final_at"].notna(), "session_id"]) == {"session000001"}


# --- damage

COMMENT = 'a "nice"\rone,\nreally'


def written(tmp_path, rows: pd.DataFrame) -> tuple[Path, list[bytes]]:
    """A votes.csv as the app writes it, and its lines."""
    cells = rows.astype(object).where(rows.notna(), None)
    data = csv_bytes([COLUMNS, *cells.itertuples(index=False)])
    path = tmp_path / "votes.csv"
    path.write_bytes(data)
    return path, data.splitlines(keepends=True)


def trials(votes: pd.DataFrame) -> set[str]:
    return set(votes["trial_id"].astype(str))


@pytest.mark.parametrize("comment", [COMMENT, "\r", '"', "'=1", "a\r\nb", "\n\n", "\x00"])
def test_any_comment_leaves_the_rest_as_it_was(tmp_path, comment, caplog):
    rows = simulate(4, 2)
    plain = load_votes(written(tmp_path, rows)[0].parent, NOW)
    path, _ = written(tmp_path, rows.assign(comment=comment))
    pd.testing.assert_frame_equal(load_votes(path.parent, NOW), plain)
    assert not caplog.records


def test_a_carriage_return_that_was_not_quoted_breaks_no_row(tmp_path, caplog):
    rows = simulate(4, 2)
    plain = load_votes(written(tmp_path, rows)[0].parent, NOW)
    path, _ = written(tmp_path, rows.assign(comment="nice|music"))
    path.write_bytes(path.read_bytes().replace(b"|", b"\r"))  # as version 0.6 wrote it
    pd.testing.assert_frame_equal(load_votes(path.parent, NOW), plain)
    assert not caplog.records


STUDY = "a-study-0123abcd"  # as the app names studies
DAMAGE = {
    "a cell too few": lambda line: line.partition(b",")[2],
    "a cell too many": lambda line: b"2," + line,
    "cut off": lambda line: line[: len(line) // 2] + b"\n",
    "a stray quote": lambda line: b'"' + line,
    "not UTF-8": lambda line: line.replace(b"musicgen", b"music\xffgen"),
    "zeros": lambda line: bytes(len(line) - 1) + b"\n",
    "no number": lambda line: line.replace(b",30.0,", b",3O.0,"),
    "no moment": lambda line: line.replace(b"2026-", b"2O26-"),
    "gone": lambda line: b"",
    "twice": lambda line: line + line,
}


@pytest.mark.parametrize("case", list(DAMAGE))
@pytest.mark.parametrize("place", [0, 1, 3])
def test_one_damaged_line_costs_its_vote_alone(tmp_path, case, place, caplog):
    rows = simulate(3, 4, n_clips=1, design="multi").assign(study_id=STUDY)
    path, lines = written(tmp_path, rows)
    n = 1 + 4 * 5 + place  # of the sixth vote
    lines[n] = DAMAGE[case](lines[n])
    path.write_bytes(b"".join(lines))
    hurt = rows["trial_id"].iloc[n - 1]
    votes = load_votes(path.parent, NOW)
    assert trials(votes) == set(rows["trial_id"]) - {hurt}
    assert (votes.groupby("trial_id", observed=True).size() == 4).all()
    assert "1 vote was left out" in caplog.text
    told = headline(verdict_of(chosen_votes(votes, {"design": "multi"}), {}))
    assert "1 vote was left out, because a row of it is damaged or missing." in told
    assert len(pairs_of(votes)) == 11 * 6


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("trial_id", "another"),
        ("vote_id", "another"),
        ("trial_id", "NUL"),
        ("position", 1),
        ("position", 9),
        ("rating", float("inf")),
        ("rating", 900),
        ("rating", -1),
        ("preferred", 7),
        ("preferred", None),
        ("listened_s", -5),
        ("log_mel_distance", float("inf")),
        ("design", "mult"),
        ("trial_kind", "mian"),
    ],
)
@pytest.mark.parametrize("place", [1, 3])
def test_an_impossible_cell_costs_its_vote_alone(tmp_path, column, value, place):
    rows = simulate(3, 4, n_clips=1, design="multi").astype(object).assign(study_id=STUDY)
    n = 4 * 5 + place
    hurt = rows["trial_id"].iloc[n]
    if value == "NUL":
        value = hurt[:5] + "\0" + hurt[6:]
    rows.iloc[n, rows.columns.get_loc(column)] = value
    votes = load_votes(written(tmp_path, rows)[0].parent, NOW)
    assert trials(votes) == set(simulate(3, 4, n_clips=1)["trial_id"]) - {hurt}
    assert (votes.groupby("trial_id", observed=True).size() == 4).all()
    assert "left out" in votes.attrs[LEFT_OUT]


def test_versions_may_change_in_the_studio_s_own_votes(tmp_path):
    """There the sliders, and one day the restorers, are not frozen."""
    rows = simulate(2, 3, n_clips=1, design="multi").assign(study_id="studio")
    fewer = rows[~((rows["trial_id"] == rows["trial_id"].iloc[0]) & (rows["position"] == 4))]
    assert trials(load_votes(written(tmp_path, fewer)[0].parent, NOW)) == set(rows["trial_id"])


def test_a_vote_whose_last_row_is_damaged_is_known_by_its_like(tmp_path):
    """The head of the seventh vote is damaged: the sixth, before it, is whole."""
    rows = simulate(3, 4, n_clips=1)
    path, lines = written(tmp_path, rows)
    lines[1 + 4 * 6] = b"?\n"
    path.write_bytes(b"".join(lines))
    assert trials(load_votes(path.parent, NOW)) == set(rows["trial_id"]) - {
        rows["trial_id"].iloc[4 * 6]
    }


@pytest.mark.parametrize(("design", "n_rows"), [("pair", 2), ("abx", 3)])
def test_a_pair_or_abx_without_its_last_row_is_left_out(tmp_path, design, n_rows):
    whole = abx(2, [True, True]) if design == "abx" else simulate(2, 1, design="pair")
    path, _ = written(tmp_path, whole.iloc[:-1])
    votes = load_votes(path.parent, NOW)
    assert trials(votes) == {whole["trial_id"].iloc[0]}
    assert len(votes) == n_rows
    assert len(verdict_of(votes, {}).all) == 1


def test_a_file_with_line_ends_of_windows_is_read(tmp_path):
    rows = simulate(2, 2)
    plain = load_votes(written(tmp_path, rows)[0].parent, NOW)
    path, _ = written(tmp_path, rows)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    pd.testing.assert_frame_equal(load_votes(path.parent, NOW), plain)


def test_nothing_but_damage_is_no_votes(tmp_path):
    path, lines = written(tmp_path, simulate(1, 1))
    path.write_bytes(lines[0] + b"?\n" * 4)
    assert load_votes(path.parent, NOW).empty


def test_an_undamaged_file_is_read_the_fast_way(tmp_path, monkeypatch):
    path, _ = written(tmp_path, simulate(2, 2).assign(comment=COMMENT))
    monkeypatch.setattr("listening.analysis.vote_table.read_rows", None)
    assert len(load_votes(path.parent, NOW)) == 2 * 2 * 4
