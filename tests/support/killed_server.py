"""A server that is killed in the middle of many votes, and what is left of them."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path

from listening import read_votes
from listening.plan import TrialDesign
from listening.study import StudyRules
from listening.study_store import StudyStore
from tests.support import trials
from tests.support.voters import Voter

ROOT = Path(__file__).parents[2]


@contextmanager
def server(folder: Path, *, options: Sequence[str] = ()):
    """Yields the process of an app and its address; whatever is left of it is killed."""
    command = [sys.executable, "app.py", "--port", "0", "--results", str(folder / "results")]
    command += ["--library", str(folder / "library"), *options]
    with started(command, ROOT) as process_and_address:
        yield process_and_address


@contextmanager
def started(command: Sequence[str], home: Path, environment: Mapping[str, str] | None = None):
    """The same of any command that prints the address of an app."""
    process = subprocess.Popen(
        command,
        cwd=home,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
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


def reach_the_first_trial(address: str, study_id: str, n_voters: int) -> list[Voter]:
    voters = [Voter(study_id) for _ in range(n_voters)]

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


def lost_answers_of(folder: Path, *, n_voters: int, killed_after: tuple[int, ...]) -> int:
    """How many answers the deaths of the server cost, all of which are sent again and kept.

    killed_after : acknowledged votes of each round, after which the server gets SIGKILL
    Raises AssertionError if an acknowledged vote is lost, or any counts twice.
    """
    study = trials.open_study(
        StudyStore(folder / "results" / "studies"),
        conditions=("original", "hbss"),
        n_clips=len(killed_after),
        design=TrialDesign("pair", has_training=False),
        rules=StudyRules(min_listening_s=0),
    )
    voters: list[Voter] = []
    lost_answers = 0
    for round_number, after in enumerate(killed_after, start=1):
        with server(folder) as (process, address):
            voters = voters or reach_the_first_trial(address, study.study_id, n_voters)
            acknowledged = vote_until_killed(process, address, voters, after)
            assert process.wait(timeout=60) == -signal.SIGKILL
        lost_answers += n_voters - len(acknowledged)
        with server(folder) as (_, address):  # its start sets aside what is half written
            saved = votes_in(folder)
            assert acknowledged <= set(saved)
            assert all(len(ids) == 1 for ids in saved.values())
            send_again(address, voters)  # as each page does by itself
        saved = votes_in(folder)
        assert len(saved) == n_voters * round_number
        assert all(len(ids) == 1 for ids in saved.values())
    return lost_answers
