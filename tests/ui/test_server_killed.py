"""The server dies in the middle of many votes: what it acknowledged is there, and only once."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path

import pytest

from listening import read_votes
from listening.plan import TrialDesign
from listening.study import StudyRules
from listening.study_store import StudyStore
from tests.support import trials
from tests.support.voters import Voter

ROOT = Path(__file__).parents[2]
N_VOTERS = 120
KILLED_AFTER = (1, 40, 100)  # acknowledged votes, of each round


@contextmanager
def server(folder: Path):
    """Yields the process of an app and its address; whatever is left of it is killed."""
    command = [sys.executable, "app.py", "--port", "0", "--results", str(folder / "results")]
    command += ["--library", str(folder / "library")]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        line = process.stdout.readline().decode()
        yield process, re.search(r"http://\S+", line)[0]
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def all_at_once(step, voters: list[Voter]) -> list:
    """What `step` returns for each voter; all of them run at the same time."""
    with ThreadPoolExecutor(len(voters)) as pool:
        return list(pool.map(step, voters))


def reach_the_first_trial(address: str, study_id: str) -> list[Voter]:
    voters = [Voter(study_id) for _ in range(N_VOTERS)]

    def reach(voter: Voter) -> None:
        voter.connect(address)
        voter.to_first_trial()

    all_at_once(reach, voters)
    return voters


def vote_until_killed(process, address: str, voters: list[Voter], after: int) -> set[str]:
    """All vote at once; returns the trials whose vote was acknowledged."""
    acknowledged, lock = set(), threading.Lock()

    def vote(voter: Voter) -> None:
        voter.connect(address)
        try:
            voter.ask("answer", voter.answers)
        except (OSError, HTTPException):
            return
        with lock:
            acknowledged.add(voter.shown["id"])
            if len(acknowledged) == after:
                process.send_signal(signal.SIGKILL)

    all_at_once(vote, voters)
    return acknowledged


def send_again(address: str, voters: list[Voter]) -> None:
    def send(voter: Voter) -> None:
        voter.connect(address)
        voter.vote()

    all_at_once(send, voters)


def votes_in(folder: Path) -> dict[str, set[str]]:
    """The ids of the votes on each trial; every one of them whole."""
    rows = read_votes(folder / "results" / "votes.csv")
    assert set(Counter(row["vote_id"] for row in rows).values()) <= {2}
    ids = {}
    for row in rows:
        ids.setdefault(row["trial_id"], set()).add(row["vote_id"])
    return ids


@pytest.fixture
def study(tmp_path):
    return trials.open_study(
        StudyStore(tmp_path / "results" / "studies"),
        conditions=("original", "hbss"),
        n_clips=len(KILLED_AFTER),
        design=TrialDesign("pair", has_training=False),
        rules=StudyRules(min_listening_s=0),
    )


def test_no_acknowledged_vote_is_lost_and_none_counts_twice(tmp_path, study):
    voters, lost_answers = None, 0
    for round_number, after in enumerate(KILLED_AFTER, start=1):
        with server(tmp_path) as (process, address):
            if voters is None:
                voters = reach_the_first_trial(address, study.study_id)
            acknowledged = vote_until_killed(process, address, voters, after)
            assert process.wait(timeout=60) == -signal.SIGKILL
        lost_answers += N_VOTERS - len(acknowledged)
        with server(tmp_path) as (_, address):  # its start sets aside what is half written
            saved = votes_in(tmp_path)
            assert acknowledged <= set(saved)
            assert all(len(ids) == 1 for ids in saved.values())
            send_again(address, voters)  # as each page does by itself
        saved = votes_in(tmp_path)
        assert len(saved) == N_VOTERS * round_number
        assert all(len(ids) == 1 for ids in saved.values())
    assert lost_answers > N_VOTERS // 2  # it did die in the middle
