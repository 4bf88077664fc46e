"""A votes.csv of version 2, which has no n_channels, is taken over and nothing of it is lost."""

import dataclasses
import logging
import multiprocessing
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from listening import VoteLog, VoteNotSaved, read_votes
from listening.analysis.vote_table import load_votes
from listening.votes import COLUMNS, rows_of
from storage import csv_log
from storage.csv_rows import csv_bytes
from tests.listening.test_votes import vote

VERSION_2 = (
    "schema_version,vote_id,submitted_at,study_id,session_id,listener_id,trial_id,trial_index,"
    "design,trial_kind,question,clip_id,prompt,generator,generation_seed,sample_rate_hz,condition,"
    "label,position,params,preferred,rating,comment,listened_s,switches,response_time_s,gain_db,"
    "loudness_lufs,hf_band_db,delta_hf_band_db,hpss_ratio,delta_hpss_ratio,log_mel_distance,"
    "OK_HFband,OK_HPSS,OK_LogMel,OK_count,Verdetto,app_version"
)
COMMENT = 'two\nlines, "quoted"'
NOW = datetime.now(UTC) + timedelta(days=2)
VOTES = [vote(seed, comment=COMMENT) for seed in range(3)]
DAMAGED = b"a row, of nobody"


def lines_of(votes) -> list[bytes]:
    """Header and rows as version 2 wrote them, each without its end."""
    rows = [row | {"schema_version": 2} for one in votes for row in rows_of(one)]
    names = VERSION_2.split(",")
    cells = [[row[name] for name in names] for row in rows]
    return [csv_bytes([row]).removesuffix(b"\n") for row in (names, *cells)]


def content(lines: list[bytes], line_end: bytes = b"\n") -> bytes:
    return b"".join(line + line_end for line in lines)


def with_damage() -> list[bytes]:
    """The same with a damaged row between the first vote and the second."""
    lines = lines_of(VOTES)
    return [*lines[:5], DAMAGED, *lines[5:]]


@pytest.fixture
def path(tmp_path) -> Path:
    path = tmp_path / "votes.csv"
    path.write_bytes(content(with_damage()))
    return path


def copies(path: Path) -> list[Path]:
    return list(path.parent.glob("votes.before-*.csv"))


def assert_sound(rows: list[dict], *, n_new: int = 0) -> None:
    """All rows of version 2 are there as they were cast, then as many others."""
    assert len(rows) == 12 + n_new
    expected = [row for one in VOTES for row in rows_of(one)]
    for row, cast in zip(rows[:12], expected, strict=True):
        assert (row["schema_version"], row["n_channels"]) == ("2", "1")
        for name in ("vote_id", "trial_id", "condition", "comment", "app_version"):
            assert row[name] == cast[name]


def test_it_is_read_without_the_app_and_without_being_touched(path):
    before = path.read_bytes()
    assert_sound(read_votes(path))
    table = load_votes(path.parent, NOW)
    assert table["trial_id"].nunique() == 3
    assert len(table) == 12
    assert [one.name for one in path.parent.iterdir()] == ["votes.csv"]
    assert path.read_bytes() == before


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte-order mark"])
def test_it_is_taken_over_and_kept_beside(path, line_end, mark, caplog):
    before = mark + content(with_damage(), line_end)
    path.write_bytes(before)
    assert_sound(read_votes(path))
    log = VoteLog(path)
    with caplog.at_level(logging.WARNING):
        log.append(vote(7))
    assert "line 10 cannot be read and was left out" in caplog.text  # each row stands on two
    assert_sound(read_votes(path), n_new=4)
    assert len(load_votes(path.parent, NOW)) == 16
    after = path.read_bytes()
    assert after.startswith(",".join(COLUMNS).encode() + b"\n")
    assert DAMAGED + line_end in after
    [copy] = copies(path)
    assert copy.read_bytes() == before
    log.append(vote(8))  # once is enough
    VoteLog(path).append(vote(9))
    assert_sound(read_votes(path), n_new=12)
    assert copies(path) == [copy]


def test_its_votes_count_as_cast(path):
    log = VoteLog(path)
    first = VOTES[0]
    assert log.vote_of(first.trial.trial_id) == first.vote_id
    log.append(first)
    assert_sound(read_votes(path))
    with pytest.raises(VoteNotSaved, match="already"):
        log.append(dataclasses.replace(first, vote_id="another"))
    assert_sound(read_votes(path))


def _append(path: Path, first_seed: int, barrier) -> None:
    replace_bytes = csv_log.replace_bytes

    def slow(*arguments):
        time.sleep(0.3)
        replace_bytes(*arguments)

    csv_log.replace_bytes = slow  # so that who does not wait is seen
    barrier.wait()
    for seed in range(first_seed, first_seed + 5):
        VoteLog(path).append(vote(seed))


def test_two_processes_at_once_take_it_over_once(path):
    before = path.read_bytes()
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(2)
    writers = [context.Process(target=_append, args=(path, seed, barrier)) for seed in (100, 200)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    [copy] = copies(path)
    assert copy.read_bytes() == before
    assert_sound(read_votes(path), n_new=40)


def test_the_start_of_the_app_takes_it_over(path):
    assert VoteLog(path).recover() == []
    assert len(copies(path)) == 1
    assert_sound(read_votes(path))


def test_what_a_crash_of_version_2_left_half_written_is_set_aside_first(path):
    """Its journal notes the length up to which votes were acknowledged."""
    lines = lines_of(VOTES)
    good, torn = content(lines[:9]), content(lines[9:12]) + lines[12][:50]
    path.write_bytes(good + torn)
    Path(f"{path}.journal").write_bytes(b"%d\n" % len(good))
    [aside] = VoteLog(path).recover()
    assert aside.read_bytes() == torn
    [copy] = copies(path)
    assert copy.read_bytes() == good
    assert [row["vote_id"] for row in read_votes(path)[::4]] == [one.vote_id for one in VOTES[:2]]


def test_a_disk_that_is_full_leaves_it_as_it_was(path, monkeypatch):
    before = path.read_bytes()

    def full(*arguments):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("storage.csv_log.replace_bytes", full)
        with pytest.raises(VoteNotSaved):
            VoteLog(path).append(vote(7))
    assert path.read_bytes() == before
    VoteLog(path).append(vote(7))
    assert_sound(read_votes(path), n_new=4)


def test_a_table_with_other_columns_is_no_older_one(path):
    lines = lines_of(VOTES)
    for header in (lines[0].replace(b"vote_id,", b""), lines[0].replace(b"rating,comment", b"a,b")):
        path.write_bytes(content([header, *lines[1:]]))
        with pytest.raises(VoteNotSaved, match="another version"):
            VoteLog(path).append(vote(7))
        assert path.read_bytes() == content([header, *lines[1:]])
        assert copies(path) == []
