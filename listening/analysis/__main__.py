"""python -m listening.analysis FOLDER: what listeners preferred, and how sure that is."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from listening.analysis.analysis import verdict_of
from listening.analysis.data import FILTERS, chosen_votes
from listening.analysis.report import charts_by_question, files_of, report_html
from listening.analysis.screening import headphones_of
from listening.analysis.sentences import headline
from listening.analysis.vote_table import ResultsError, load_votes


def main(arguments=None) -> int:
    """Returns the exit status: 0, or 2 if the votes cannot be read."""
    options = parse_options(arguments)
    chosen = {name: value for name in FILTERS if (value := getattr(options, name)) is not None}
    try:
        votes = chosen_votes(load_votes(options.folder, datetime.now(UTC)), chosen)
        verdict = verdict_of(votes, headphones_of(options.folder))
    except (ResultsError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    for sentence in headline(verdict):
        print(sentence)
    if options.out:
        charts = charts_by_question(verdict)
        page = report_html(verdict, charts, chosen)
        options.out.mkdir(parents=True, exist_ok=True)
        for name, content in files_of(verdict, votes, charts, page).items():
            (options.out / name).write_bytes(content)
        print(f"Tables, charts and report: {options.out}")
    return 0


def parse_options(arguments=None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m listening.analysis", description="From votes to a verdict."
    )
    parser.add_argument("folder", type=Path, help="holds votes.csv and sessions.csv")
    parser.add_argument("--out", type=Path, help="folder for report.html, tables and charts")
    for name in FILTERS:
        option = f"--{name.removesuffix('_id')}"
        parser.add_argument(option, dest=name, help=f"only votes with this {name}")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
