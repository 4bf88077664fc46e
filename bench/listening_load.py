"""Many listeners at once: how long do they wait for a saved vote, and does anything fail?

    python -m bench.listening_load

Starts the app, lets every simulated listener go through a study of its own clips ("multi", four
versions, 10 s at 16 kHz), fetch all sounds of every trial, and vote at a steady pace. The
listeners run on the same machine and take their share of it.
"""

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path

import numpy as np

from listening import read_votes
from listening.schedule import TrialDesign
from listening.study import StudyRules, StudyStore
from tests import trials
from tests.voters import Refused, Voter


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    parser.add_argument("--listeners", type=int, default=200, help="how many at once")
    parser.add_argument(
        "--pace", type=float, default=5.0, help="seconds between a listener's votes"
    )
    parser.add_argument("--seconds", type=float, default=60.0, help="how long they vote")
    return parser.parse_args()


def make_study(folder: Path, n_trials: int):
    return trials.open_study(
        StudyStore(folder / "results" / "studies"),
        n_clips=n_trials,
        duration_s=10.0,
        design=TrialDesign(has_training=False),
        rules=StudyRules(min_listening_s=0),
    )


def run_listeners(address: str, study_id: str, options) -> tuple[dict, list[str]]:
    """Seconds waited, by what was waited for; and what went wrong."""
    waited: dict[str, list[float]] = {"first trial": [], "sounds of a trial": [], "vote saved": []}
    errors: list[str] = []

    def timed(what: str, step) -> None:
        begun = time.perf_counter()
        step()
        waited[what].append(time.perf_counter() - begun)

    voters = [Voter(study_id) for _ in range(options.listeners)]
    for voter in voters:  # they do not all open the link in the same instant
        voter.connect(address)
        timed("first trial", voter.to_first_trial)
    begun = time.perf_counter()

    def listen(voter: Voter) -> None:
        offset_s = random.uniform(0, options.pace)
        try:
            for number in range(round(options.seconds / options.pace)):
                at = begun + offset_s + number * options.pace
                time.sleep(max(0.0, at - time.perf_counter()))
                timed("sounds of a trial", voter.hear)
                timed("vote saved", voter.vote)
        except (OSError, HTTPException, Refused) as error:
            errors.append(repr(error))

    with ThreadPoolExecutor(options.listeners) as pool:
        list(pool.map(listen, voters))
    return waited, errors


def main() -> None:
    options = parse_options()
    n_votes = round(options.seconds / options.pace)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        study = make_study(folder, n_votes + 1)
        command = [sys.executable, "app.py", "--port", "0", "--library", str(folder / "library")]
        process = subprocess.Popen(
            [*command, "--results", str(folder / "results")],
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
        )
        try:
            address = re.search(r"http://\S+", process.stdout.readline().decode())[0]
            waited, errors = run_listeners(address, study.study_id, options)
        finally:
            process.kill()
            process.wait()
        saved = {row["vote_id"] for row in read_votes(folder / "results" / "votes.csv")}
    expected = options.listeners * n_votes
    print(f"{options.listeners} listeners, a vote every {options.pace:g} s, {options.seconds:g} s")
    print(f"votes sent {expected}, saved {len(saved)}, errors {len(errors)}")
    for error in sorted(set(errors))[:5]:
        print(f"  {error}")
    print(f"{'ms':20} {'p50':>8} {'p95':>8} {'most':>8}")
    for what, seconds in waited.items():
        milliseconds = 1000 * np.array(seconds)
        low, high = np.percentile(milliseconds, [50, 95])
        print(f"{what:20} {low:8.0f} {high:8.0f} {milliseconds.max():8.0f}")
    if errors or len(saved) != expected:
        sys.exit(1)


if __name__ == "__main__":
    main()
