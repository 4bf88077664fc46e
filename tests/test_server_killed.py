"""The server dies in the middle of many votes: what it acknowledged is there, and only once."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from listening import read_votes
from listening.schedule import TrialDesign
from listening.study import StudyRules, StudyStore
from tests import trials
from tests.voters import Voter

ROOT = Path(__file__).parents[1]
N_VOTERS = 300
KILLED_AFTER = (1, 100, 250)  # acknowledged votes, of each round


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


def client(address: str) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=N_VOTERS)
    return httpx.AsyncClient(base_url=address, timeout=120, limits=limits)


async def reach_the_first_trial(address: str, study_id: str) -> list[Voter]:
    async with client(address) as shared:
        voters = [Voter(shared, study_id) for _ in range(N_VOTERS)]
        await asyncio.gather(*(voter.to_first_trial() for voter in voters))
    return voters


async def vote_until_killed(process, address: str, voters: list[Voter], after: int) -> set[str]:
    """All vote at once; returns the trials whose vote was acknowledged."""
    acknowledged = set()

    async def vote(voter: Voter) -> None:
        trial_id = voter.shown["id"]
        try:
            await voter.ask("answer", voter.answers)
        except httpx.HTTPError:
            return
        acknowledged.add(trial_id)
        if len(acknowledged) == after:
            process.send_signal(signal.SIGKILL)

    async with client(address) as shared:
        for voter in voters:
            voter.client = shared
        await asyncio.gather(*(vote(voter) for voter in voters))
    return acknowledged


async def send_all_again(address: str, voters: list[Voter]) -> None:
    async with client(address) as shared:
        for voter in voters:
            voter.client = shared
        await asyncio.gather(*(voter.vote() for voter in voters))


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
                voters = asyncio.run(reach_the_first_trial(address, study.study_id))
            acknowledged = asyncio.run(vote_until_killed(process, address, voters, after))
            assert process.wait(timeout=60) == -signal.SIGKILL
        lost_answers += N_VOTERS - len(acknowledged)
        with server(tmp_path) as (_, address):  # its start sets aside what is half written
            saved = votes_in(tmp_path)
            assert acknowledged <= set(saved)
            assert all(len(ids) == 1 for ids in saved.values())
            asyncio.run(send_all_again(address, voters))  # as each page does by itself
        saved = votes_in(tmp_path)
        assert len(saved) == N_VOTERS * round_number
        assert all(len(ids) == 1 for ids in saved.values())
    assert lost_answers > N_VOTERS // 2  # it did die in the middle
