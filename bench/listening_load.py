"""Many listeners at once: how long do they wait for a saved vote, and does anything fail?

    python -m bench.listening_load

Starts the app, lets every simulated listener go through a study of its own clips ("multi", four
versions, 10 s at 16 kHz), fetch all sounds of every trial, and vote at a steady pace. The
listeners run on the same machine and take their share of it.
"""

import argparse
import random
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path

import numpy as np

from bench.app_process import App
from bench.tables import print_head, print_machine, print_row
from listening import read_votes
from listening.plan import TrialDesign
from listening.study import StudyRules
from listening.study_store import StudyStore
from tests.support import trials
from tests.support.voters import Refused, Voter


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    parser.add_argument("--listeners", type=int, default=200, help="how many at once")
    parser.add_argument(
        "--pace", type=float, default=5.0, help="seconds between a listener's votes"
    )
    parser.add_argument("--votes", type=int, default=12, help="of each listener")
    parser.add_argument("--app", help="address of an app that runs already, instead of a new one")
    parser.add_argument("--study", help="id of its study")
    return parser.parse_args()


def make_study(folder: Path, n_trials: int):
    return trials.open_study(
        StudyStore(folder / "studies"),
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

    addresses = (f"10.0.{n // 256}.{n % 256}" for n in range(options.listeners))
    voters = [Voter(study_id, address) for address in addresses]
    for voter in voters:  # they do not all open the link in the same instant
        voter.connect(address)
        timed("first trial", voter.to_first_trial)
    begun = time.perf_counter()

    def listen(voter: Voter) -> None:
        offset_s = random.uniform(0, options.pace)
        try:
            for number in range(options.votes):
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
    if options.app:
        _, errors = run_listeners(options.app, options.study, options)
        sys.exit(bool(errors))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        study = make_study(folder, options.votes + 1)
        with App(folder) as app:
            waited, errors = run_listeners(app.address, study.study_id, options)
        saved = {row["vote_id"] for row in read_votes(folder / "votes.csv")}
    expected = options.listeners * options.votes
    print_machine("gradio", "fastapi", "uvicorn")
    print(f"{options.listeners} listeners, a vote every {options.pace:g} s: "
          f"votes sent {expected}, saved {len(saved)}, errors {len(errors)}.\n")  # fmt: skip
    for error in sorted(set(errors))[:5]:
        print(f"  {error}")
    print_head("what is waited for", "median, ms", "p95", "most")
    for what, seconds in waited.items():
        shown = np.percentile(1000 * np.array(seconds), [50, 95, 100])
        print_row(what, *shown.round().astype(int))
    if errors or len(saved) != expected:
        sys.exit(1)


if __name__ == "__main__":
    main()
