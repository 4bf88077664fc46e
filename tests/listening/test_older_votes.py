"""A votes.csv of version 2, which has no n_channels, is taken over and nothing of it is lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from listening.analysis.vote_table import load_votes
from listening.votes import COLUMNS, VoteLog, read_votes
from tests.listening.test_votes import vote

COMMENT = 'two\nlines, "quoted"'
NOW = datetime.now(UTC) + timedelta(days=2)


def as_version_2(log: VoteLog) -> bytes:
    """What version 2 would have written of the same votes."""
    header, *rows = log.path.read_bytes().split(b"\n")
    older = [row.removesuffix(b",1") for row in rows]
    return b"\n".join([header.removesuffix(b",n_channels"), *older])


@pytest.fixture
def older(tmp_path):
    """The path of such a file, with what is in it; a damaged row stands in its middle."""
    log = VoteLog(tmp_path / "votes.csv")
    for seed in range(2):
        log.append(vote(seed, comment=COMMENT))
    data = as_version_2(log)
    middle = data.index(b"\n2,") if b"\n2," in data else data.index(b"\n3,")
    data = data[: middle + 1] + b"a row, of nobody\n" + data[middle + 1 :]
    for path in tmp_path.iterdir():
        path.unlink()
    log.path.write_bytes(data)
    return log.path, data


def copies(path):
    return list(path.parent.glob("votes.before-*.csv"))


def test_it_is_read_without_being_touched(older):
    path, data = older
    rows = read_votes(path)
    assert len(rows) == 8
    assert {row["n_channels"] for row in rows} == {"1"}
    assert {row["comment"] for row in rows} == {COMMENT}
    assert len(load_votes(path.parent, NOW)) == 8
    assert path.read_bytes() == data
    assert copies(path) == []


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_it_is_taken_over_and_kept_beside(older, line_end):
    path, data = older
    data = data.replace(b"\n", line_end)
    path.write_bytes(data)
    VoteLog(path).append(vote(7))
    rows = read_votes(path)
    assert len(rows) == 12
    assert {row["n_channels"] for row in rows} == {"1"}
    assert path.read_bytes().splitlines()[0].decode() == ",".join(COLUMNS)
    assert b"a row, of nobody" in path.read_bytes()
    [copy] = copies(path)
    assert copy.read_bytes() == data
    assert len(load_votes(path.parent, NOW)) == 12


def test_a_vote_of_it_is_not_counted_twice(older):
    path, _ = older
    log = VoteLog(path)
    log.append(vote(0, comment=COMMENT))
    assert (
        len(read_votes(path)) == 8 or len(read_votes(path)) == 12
    )  # another trial is another vote
    known = read_votes(path)[0]
    assert log.vote_of(known["trial_id"]) == known["vote_id"]


def test_two_at_once_take_it_over_once(older):
    path, _ = older
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda seed: VoteLog(path).append(vote(seed)), range(10, 18)))
    assert len(copies(path)) == 1
    assert len(read_votes(path)) == 8 + 8 * 4


def test_the_start_of_the_app_takes_it_over(older):
    path, _ = older
    assert VoteLog(path).recover() == []
    assert len(copies(path)) == 1
    assert len(read_votes(path)) == 8
