"""Where does the time go: opening a clip, and moving a slider?

    python -m bench.where_time_goes [CLIP] [--rounds 20]

Does what the app does, on CLIP (without it: ten seconds of synthetic music) at 16 kHz and under
Python's profiler, and prints for every function of this project how long it took, with all that it
calls, in one round. (Compiled loops count as part of who calls them.)
"""

import argparse
import cProfile
import pstats
from collections.abc import Callable
from pathlib import Path
from typing import Any

from audio.clip import AudioClip
from bench.app_process import ROOT
from bench.computation import moved, ten_seconds
from bench.tables import print_head, print_machine, print_row
from comparison import Comparison
from restorers import RESTORERS

LEAST_SHARE = 0.02
LEFT_OUT = ("site-packages", "/bench/", "/audio/memory.py")  # the last only hands results on


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clip", nargs="?", type=Path)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    clip = ten_seconds(options.clip)
    print_machine("numpy", "scipy", "librosa", "noisereduce", "numba")
    print_head("what", "function", "calls", "ms, with what it calls", "share")
    print_profile("a clip is opened", lambda number: tell_all(clip), options.rounds)
    for slug, cls in RESTORERS.items():
        opened = Comparison(clip)
        tell(opened, cls())

        def move(number, slug=slug, cls=cls, opened=opened):
            tell(opened, moved(slug, cls, number))

        print_profile(f"the slider of {slug} is moved", move, options.rounds)


def tell_all(clip: AudioClip) -> None:
    opened = Comparison(clip)
    opened.hiss()
    for cls in RESTORERS.values():
        tell(opened, cls())


def tell(opened: Comparison, restorer) -> None:
    """All that the page shows of a restoration, but for pictures."""
    opened.scores(restorer)
    opened.removal(restorer)


def print_profile(what: str, work: Callable[[int], None], rounds: int) -> None:
    """The functions that take at least LEAST_SHARE of the time; `work` gets 1, 2, ..."""
    work(0)  # the first one loads what the others need
    profile = cProfile.Profile()
    with profile:
        for number in range(1, rounds + 1):
            work(number)
    stats: Any = pstats.Stats(profile)  # typeshed leaves out what it holds
    rows = [
        (cumulative, calls, f"{Path(file).relative_to(ROOT)}: {name}")
        for (file, _, name), (_, calls, _, cumulative, _) in stats.stats.items()
        if Path(file).is_relative_to(ROOT) and not any(part in file for part in LEFT_OUT)
    ]
    for cumulative, calls, name in sorted(rows, reverse=True):
        if cumulative > LEAST_SHARE * stats.total_tt and "<lambda>" not in name:
            share = f"{100 * cumulative / stats.total_tt:.0f} %"
            print_row(what, name, round(calls / rounds), 1000 * cumulative / rounds, share)


if __name__ == "__main__":
    main()
