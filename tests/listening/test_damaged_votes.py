"""A votes.csv that something else has damaged."""

import dataclasses
from collections import Counter
from pathlib import Path

import pytest

from listening import VoteLog, VoteNotSaved, read_votes
from listening.votes import COLUMNS
from storage.csv_reading import read_rows
from tests.listening.test_votes import COMMENT, vote


@pytest.fixture
def log(tmp_path):
    return VoteLog(tmp_path / "results" / "votes.csv")


def damaged_lines(path) -> list[str]:
    _, _, body = path.read_bytes().partition(b"\n")
    return [str(lines) for lines in read_rows(body, len(COLUMNS), first_line=2)[1]]


DAMAGE = {
    "a note": b"my note\n",
    "a quote that is never closed": b'2,"abc,def\n',
    "a quote in the middle": b'2,ab"c,"d"e\n',
    "a byte that is not UTF-8": b"2,\xff" + b"," * (len(COLUMNS) - 2) + b"\n",
    "an empty line": b"\n",
    "a NUL": b"\0\n",
    "too many cells": b"," * len(COLUMNS) + b"\n",
    "a cell longer than the csv module reads": b'"' + b"x" * 200_000 + b'"\n',
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_row_stops_nothing_and_is_named(log, damage, caplog):
    first = vote(1)
    log.append(first)
    with log.path.open("ab") as file:
        file.write(damage)
    log.append(vote(2))  # the same process
    restarted = VoteLog(log.path)
    restarted.recover()
    restarted.append(vote(3))
    assert len({row["vote_id"] for row in read_votes(log.path)}) == 3
    assert damaged_lines(log.path) == ["line 6 cannot be read and was left out"]
    assert "line 6 cannot be read" in caplog.text
    assert damage in log.path.read_bytes()  # nothing of the file is lost
    with pytest.raises(VoteNotSaved, match="already been answered"):
        restarted.append(dataclasses.replace(first, vote_id="f" * 16))


HEADERS = {
    "line ends of Windows": lambda data: data.replace(b"\n", b"\r\n"),
    "a byte-order mark": lambda data: b"\xef\xbb\xbf" + data,
    "one byte": lambda data: data.replace(b"vote_id", b"vote_if", 1),
    "one byte of no text": lambda data: data.replace(b"trial_id", b"tri\xffl_id", 1),
}


@pytest.mark.parametrize("change", HEADERS.values(), ids=HEADERS)
def test_a_header_as_a_spreadsheet_or_a_disk_leaves_it_stops_nothing(log, change):
    first = vote(1)
    log.append(first)
    log.path.write_bytes(change(log.path.read_bytes()))
    restarted = VoteLog(log.path)
    restarted.recover()
    with pytest.raises(VoteNotSaved, match="already been answered"):
        restarted.append(dataclasses.replace(first, vote_id="f" * 16))
    restarted.append(vote(2))
    log.append(vote(3))
    assert len(read_votes(log.path)) == 12
    assert damaged_lines(log.path) == []


@pytest.mark.parametrize("note", [b"0\n", b"5\n", b"700\n"])
def test_a_journal_that_no_writer_can_have_left_takes_no_vote_away(log, note):
    log.append(vote(1))
    Path(f"{log.path}.journal").write_bytes(note)
    log.append(vote(2))
    assert len(read_votes(log.path)) == 8
    assert list(log.path.parent.glob("*.torn-*")) == []


def test_one_changed_byte_anywhere_costs_no_other_vote(log):
    """Bytes of a vote in the middle become, in turn, a quote, a comma, a return, and no text."""
    for seed in range(3):
        log.append(vote(seed, comment=COMMENT))
    whole = log.path.read_bytes()
    first, last = (read_votes(log.path)[at]["vote_id"] for at in (0, -1))
    begin = whole.index(read_votes(log.path)[4]["vote_id"].encode()) - 2
    for place in range(begin, begin + len(whole[begin:].split(b"\n3,")[0]), 3):
        for byte in b'",\r\xff':
            rows, _ = read_rows(whole[:place] + bytes([byte]) + whole[place + 1 :], len(COLUMNS))
            votes = Counter(row[1] for row in rows)
            assert votes[first] == votes[last] == 4, (place, byte)


def test_a_lone_carriage_return_in_a_comment_stops_nobody(log):
    """As version 0.6 took it from a raw request: every later vote was refused."""
    log.append(vote(1, comment="nice\rmusic"))
    VoteLog(log.path).append(vote(2))
    assert {row["comment"] for row in read_votes(log.path)} >= {"nice\nmusic"}


def test_rows_that_version_0_6_wrote_with_an_unquoted_return_are_read_as_meant(log):
    first = vote(1, comment="nice music")
    log.append(first)
    log.path.write_bytes(log.path.read_bytes().replace(b"nice music", b"nice\rmusic"))
    log.append(vote(2))
    assert damaged_lines(log.path) == []
    assert [row["comment"] for row in read_votes(log.path)][:4] == ["nice\rmusic"] * 4
    with pytest.raises(VoteNotSaved, match="already been answered"):
        VoteLog(log.path).append(dataclasses.replace(first, vote_id="f" * 16))


@pytest.mark.parametrize("note", [b"abc\n", b"-5\n", b"9" * 30 + b"\n", b"\xff\n", b"1 2\n"])
def test_a_damaged_journal_stops_nothing(log, note):
    log.append(vote(1))
    Path(f"{log.path}.journal").write_bytes(note)
    log.append(vote(2))
    assert len(read_votes(log.path)) == 8
