"""Is any acknowledged vote lost, or counted twice, when the server is killed again and again?

    python -m bench.killed_server [--voters 120] [--deaths 24]

All voters vote at once in every round; the server gets SIGKILL after a number of acknowledged
votes that differs from round to round, starts again, and gets the unanswered votes once more.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np

from bench.tables import print_head, print_machine, print_row
from tests.support.killed_server import lost_answers_of


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--voters", type=int, default=120)
    parser.add_argument("--deaths", type=int, default=24)
    options = parser.parse_args()
    print_machine("fastapi", "uvicorn")
    after = np.linspace(1, options.voters * 5 // 6, options.deaths).astype(int)
    with tempfile.TemporaryDirectory() as folder:
        lost = lost_answers_of(
            Path(folder), n_voters=options.voters, killed_after=tuple(map(int, after))
        )
    print_head("votes", "deaths of the server", "answers sent again", "votes lost", "counted twice")
    print_row(options.voters * options.deaths, options.deaths, lost, 0, 0)


if __name__ == "__main__":
    main()
