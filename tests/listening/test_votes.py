import csv
import dataclasses
import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import threading
import time
import unicodedata
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from listening import VoteLog, VoteNotSaved, cast_vote, read_ballot, read_votes
from listening.votes import COLUMNS
from tests.support import trials

COMMENT = 'Calm, and "clean";\nthough a little dull'


def vote(seed=0, **changes):
    drawn = trials.trial(seed)
    ballot = read_ballot(trials.answers(drawn, **changes), drawn)
    return cast_vote(drawn, ballot, app_version="0.0")


@pytest.fixture
def log(tmp_path):
    return VoteLog(tmp_path / "results" / "votes.csv")


def test_a_vote_is_one_row_for_each_stimulus_with_its_scores(log):
    cast = vote()
    log.append(cast)
    rows = read_votes(log.path)
    assert len(rows) == 4
    for row, stimulus in zip(rows, cast.trial.stimuli, strict=True):
        scores = stimulus.version.scores
        assert row["condition"] == stimulus.condition
        assert (row["label"], row["position"]) == (stimulus.label, str(stimulus.position))
        assert float(row["delta_hf_band_db"]) == scores.delta_hf_band_db
        assert float(row["log_mel_distance"]) == scores.log_mel_distance
        assert float(row["gain_db"]) == stimulus.gain_db
        assert json.loads(row["params"]) == stimulus.version.params
        assert row["trial_id"] == cast.trial.trial_id
        assert row["sample_rate_hz"] == "16000"
        assert row["app_version"] == "0.0"
    assert [row["preferred"] for row in rows] == ["0", "0", "0", "1"]
    assert [row["rating"] for row in rows] == ["0", "20", "40", "60"]
    assert len({row["vote_id"] for row in rows}) == 1


def test_an_abx_vote_says_what_x_was_and_what_it_was_taken_for(log):
    drawn = trials.arranged(("hbss", "original", "hbss"), design="abx")
    ballot = read_ballot(trials.answers(drawn, preferred="B"), drawn)
    log.append(cast_vote(drawn, ballot, app_version="0.0"))
    rows = read_votes(log.path)
    assert [(row["label"], row["condition"], row["preferred"]) for row in rows] == [
        ("A", "hbss", "0"),
        ("B", "original", "1"),
        ("X", "hbss", "0"),
    ]
    assert {row["rating"] for row in rows} == {""}
    assert {(row["design"], row["trial_kind"], row["question"]) for row in rows} == {
        ("abx", "main", "preference")
    }


def test_the_original_has_zero_deltas_and_empty_flags(log):
    log.append(vote())
    by_condition = {row["condition"]: row for row in read_votes(log.path)}
    original, restored = by_condition["original"], by_condition["hbss"]
    assert float(original["delta_hf_band_db"]) == float(original["log_mel_distance"]) == 0
    judged = ("OK_HFband", "OK_HPSS", "OK_LogMel", "OK_count", "Verdetto")
    assert [original[name] for name in judged] == [""] * 5
    assert [restored[name] for name in judged] == ["True", "True", "False", "2", "OK"]


def test_no_preference_leaves_every_row_without_one(log):
    log.append(vote(preferred="none"))
    assert [row["preferred"] for row in read_votes(log.path)] == ["0"] * 4


def test_the_header_is_the_published_order_of_columns(log):
    log.append(vote())
    assert log.path.read_text(encoding="utf-8").splitlines()[0] == ",".join(COLUMNS)
    assert len(set(COLUMNS)) == len(COLUMNS) == 40


def test_the_same_vote_again_changes_nothing_also_after_a_restart(log):
    cast = vote()
    for again in (log, log, VoteLog(log.path)):
        again.append(cast)
    assert len(read_votes(log.path)) == 4


def test_another_vote_on_the_same_trial_is_refused_also_after_a_restart(log):
    cast = vote()
    log.append(cast)
    for again in (log, VoteLog(log.path)):
        with pytest.raises(VoteNotSaved, match="counts once"):
            again.append(dataclasses.replace(cast, vote_id="f" * 16))
    assert len(read_votes(log.path)) == 4


def test_pressing_many_times_at_once_saves_once(log):
    cast = vote()
    barrier = threading.Barrier(8)

    def press(_):
        barrier.wait()
        log.append(cast)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(press, range(8)))
    assert len(read_votes(log.path)) == 4


def _append_twenty(path, first_seed):
    log = VoteLog(path)
    for seed in range(first_seed, first_seed + 20):
        log.append(vote(seed))


def test_two_processes_may_write_the_same_file(log):
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_append_twenty, args=(log.path, first)) for first in (0, 100)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    rows = read_votes(log.path)
    assert len(rows) == 160
    votes = [rows[i : i + 4] for i in range(0, 160, 4)]
    assert all(len({row["vote_id"] for row in four}) == 1 for four in votes)  # never interleaved
    assert len({row["vote_id"] for row in rows}) == 40


def test_a_file_of_another_version_is_not_touched(log):
    log.path.parent.mkdir()
    log.path.write_text("a,b\n1,2\n")
    with pytest.raises(VoteNotSaved, match="another version"):
        log.append(vote())
    assert log.path.read_text() == "a,b\n1,2\n"


def torn_files(log) -> list:
    return sorted(log.path.parent.glob("votes.torn-*.csv"))


def test_a_torn_row_is_set_aside_and_reported_and_the_vote_can_be_repeated(log):
    log.append(vote(1))
    whole = log.path.read_bytes()
    torn = whole.splitlines(keepends=True)[-1][:-10]
    log.path.write_bytes(whole + torn)
    restarted = VoteLog(log.path)
    [aside] = restarted.recover()
    assert aside.read_bytes() == torn
    assert log.path.read_bytes() == whole
    assert restarted.recover() == []
    restarted.append(vote(2))
    assert len(read_votes(log.path)) == 8


@pytest.mark.parametrize("rows_written", [0, 1, 3.5, 4])
def test_a_vote_cut_off_between_its_rows_leaves_none_of_them(log, rows_written):
    """As after a crash: the journal still holds the length from before the vote."""
    log.append(vote(1))
    whole = log.path.read_bytes()
    second = vote(2)
    log.append(second)
    added = log.path.read_bytes()[len(whole) :]
    cut = int(len(added) * rows_written / 4)
    log.path.write_bytes(whole + added[:cut])
    Path(f"{log.path}.journal").write_bytes(b"%d\n" % len(whole))
    restarted = VoteLog(log.path)
    restarted.append(second)  # the page sends it again
    assert log.path.read_bytes() == whole + added
    assert [path.read_bytes() for path in torn_files(log)] == ([added[:cut]] if cut else [])


def test_a_journal_cut_off_itself_loses_nothing(log):
    log.append(vote(1))
    whole = log.path.read_bytes()
    Path(f"{log.path}.journal").write_bytes(b"1")  # of a longer number, before its line end
    VoteLog(log.path).recover()
    assert log.path.read_bytes() == whole


WRITER = """
import sys
from tests.listening.test_votes import vote
from listening import VoteLog
log = VoteLog(sys.argv[1])
for seed in range(int(sys.argv[2]), 10**6):
    cast = vote(seed)
    log.append(cast)
    print(cast.trial.trial_id, flush=True)  # acknowledged
"""


def test_kill_9_at_any_instant_loses_no_acknowledged_vote_and_keeps_no_half_one(log):
    acknowledged, rng = [], random.Random(0)
    for attempt in range(6):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(log.path), str(1000 * attempt)],
            cwd=Path(__file__).parents[2],
            stdout=subprocess.PIPE,
            text=True,
        )
        acknowledged.append(writer.stdout.readline().strip())
        time.sleep(0.3 * rng.random())
        writer.send_signal(signal.SIGKILL)
        with writer:
            acknowledged += [line.strip() for line in writer.stdout if line.endswith("\n")]
        VoteLog(log.path).recover()
        rows = read_votes(log.path)
        by_trial = Counter(row["trial_id"] for row in rows)
        assert set(by_trial.values()) == {4}
        assert set(acknowledged) <= set(by_trial)
    assert len(acknowledged) > 6


def test_a_file_moved_away_is_begun_anew(log):
    log.append(vote(1))
    log.path.unlink()
    log.append(vote(2))
    assert len(read_votes(log.path)) == 4


def test_a_full_disk_leaves_the_file_as_it_was_and_the_vote_can_be_repeated(log, monkeypatch):
    log.append(vote(1))
    before = log.path.read_bytes()
    cast = vote(2)

    def full(descriptor):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(VoteNotSaved, match="No space left on device"):
            log.append(cast)
    assert log.path.read_bytes() == before
    log.append(cast)
    assert len(read_votes(log.path)) == 8


@pytest.mark.parametrize("start", list("=+-@\t\r'"))
def test_no_spreadsheet_runs_a_comment(log, start):
    comment = f"{start}cmd|' /C calc'!A0"
    log.append(vote(comment=f"{comment}"))
    with log.path.open(encoding="utf-8", newline="") as file:
        cells = [row["comment"] for row in csv.DictReader(file)]
    stripped = comment.strip()
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)
    assert [row["comment"] for row in read_votes(log.path)] == [stripped] * 4


@given(comment=st.text(max_size=200))
@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_every_comment_reads_back_unchanged(tmp_path, comment):
    path = tmp_path / f"{len(list(tmp_path.iterdir()))}.csv"
    VoteLog(path).append(vote(comment=comment))
    kept = vote(comment=comment).ballot.comment
    assert [row["comment"] for row in read_votes(path)] == [kept] * 4
    assert {c for c in kept if unicodedata.category(c) == "Cc"} <= {"\n", "\t"}
    assert all(c in kept for c in comment.strip() if unicodedata.category(c)[0] in "LNPS")


def test_no_file_is_no_votes(tmp_path):
    assert read_votes(tmp_path / "votes.csv") == []


def test_reading_a_file_of_another_version_is_refused(tmp_path):
    path = tmp_path / "votes.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(ValueError, match="does not have the columns"):
        read_votes(path)
