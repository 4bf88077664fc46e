"""How long does the verdict on many votes take, and how much memory?

    python -m bench.analysis_speed [--votes 100000]

Simulates votes on screens of four versions (four rows each) and runs `python -m listening.analysis`
on them, once for the sentences alone and once with all tables, charts and the report.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from bench.tables import print_head, print_machine, print_row
from tests.support.simulated_votes import simulate, write_votes

SCREENS = 20  # of each listener
LOOK_S = 0.02


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--votes", type=int, default=100_000)
    n_votes = parser.parse_args().votes
    with tempfile.TemporaryDirectory() as folder:
        results = write_votes(Path(folder) / "results", simulate(n_votes // SCREENS, SCREENS))
        size = (results / "votes.csv").stat().st_size / 2**20
        print_machine("numpy", "pandas", "scipy", "matplotlib")
        print(f"{n_votes} votes, {size:.0f} MiB.\n")
        print_head("what", "s", "MiB (peak)")
        for name, extra in (("sentences", []), ("everything", ["--out", f"{folder}/out"])):
            took_s, peak_mib = run([str(results), *extra])
            print_row(name, took_s, round(peak_mib))


def run(arguments: list[str]) -> tuple[float, float]:
    """Wall time of the whole command, imports included, and its largest resident memory."""
    began = time.perf_counter()
    process = psutil.Popen(
        [sys.executable, "-m", "listening.analysis", *arguments], stdout=subprocess.DEVNULL
    )
    peak = 0
    while process.poll() is None:
        try:
            peak = max(peak, process.memory_info().rss)
        except psutil.NoSuchProcess:
            break
        time.sleep(LOOK_S)
    if process.wait():
        raise SystemExit("the analysis failed")
    return time.perf_counter() - began, peak / 2**20


if __name__ == "__main__":
    main()
