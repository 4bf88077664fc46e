"""python -m listening.analysis FOLDER: what listeners preferred, and how sure that is."""

import argparse
import dataclasses
import sys
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from listening.analysis.analysis import Verdict, verdict_of
from listening.analysis.chart_list import charts_by_question
from listening.analysis.data import FILTERS, chosen_votes
from listening.analysis.names import Names, names_of
from listening.analysis.other_tables import load_table, parse_columns
from listening.analysis.planned import planned_tests_of, studies_in
from listening.analysis.report import files_of, report_html
from listening.analysis.screening import headphones_of
from listening.analysis.sentences import headline
from listening.analysis.top import Top, top_of
from listening.analysis.vote_table import ResultsError, load_votes


def main(arguments=None) -> int:
    """Returns the exit status: 0, or 2 if the votes cannot be read."""
    options = parse_options(arguments)
    chosen = {name: value for name in FILTERS if (value := getattr(options, name)) is not None}
    try:
        every_vote, headphones, planned, names, notes = _read(options)
        votes = chosen_votes(every_vote, chosen)
        conditions = every_vote["condition"].unique().astype(str)
        if options.reference is not None and options.reference not in conditions:
            raise ResultsError(
                f"There is no version {options.reference!r}; there are "
                f"{', '.join(sorted(conditions)) or 'none'}."
            )
        verdict = verdict_of(
            every_vote,
            headphones,
            chosen,
            planned=planned,
            reference=options.reference,
            names=names,
        )
    except (ResultsError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    top = top_of(verdict)
    print(top.headline.text)
    for sentence in [*notes, *headline(verdict)]:
        print(sentence)
    if options.out:
        try:
            _write(options.out, verdict, top, votes, chosen, notes)
        except OSError as error:
            print(f"{options.out} cannot be written ({error}).", file=sys.stderr)
            return 2
        print(f"Tables, charts and report: {options.out}")
    return 0


def _read(options) -> tuple[pd.DataFrame, dict, dict[str, int], Names, list[str]]:
    """All votes, the headphone checks, planned tests, what things are called, and notes on a table
    from elsewhere, whose versions keep their own names."""
    if options.columns:
        table = load_table(options.folder, parse_columns(options.columns))
        names = dataclasses.replace(names_of(table.votes), conditions={})
        return table.votes, {}, {}, names, table.notes
    folder = options.folder
    if not folder.is_dir():
        raise ResultsError(f"There is no folder {folder}.")
    try:
        headphones, planned = headphones_of(folder), planned_tests_of(folder)
    except OSError as error:
        raise ResultsError(f"{folder} cannot be read ({error}).") from error
    votes = load_votes(folder, datetime.now(UTC))
    return votes, headphones, planned, names_of(votes, studies=studies_in(folder)), []


def _write(out: Path, verdict: Verdict, top: Top, votes: pd.DataFrame, chosen, notes) -> None:
    out.mkdir(parents=True, exist_ok=True)
    charts = charts_by_question(verdict)
    page = report_html(verdict, charts, chosen, notes, top=top)
    for name, content in files_of(verdict, votes, charts, page).items():
        (out / name).write_bytes(content)


def parse_options(arguments=None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m listening.analysis", description="From votes to a verdict."
    )
    parser.add_argument(
        "folder", type=Path, help="holds votes.csv and sessions.csv; with --columns, a table"
    )
    parser.add_argument("--out", type=Path, help="folder for report.html, tables and charts")
    parser.add_argument(
        "--columns",
        metavar="FIELD=COLUMN,…",
        help="read a tidy CSV or TSV from elsewhere: listener=, clip=, condition=, rating= for "
        "ratings; a=, b=, preferred= for pairs; condition=, preferred= for choices; condition=, "
        "correct= for ABX; question=, study=, session=, trial= if there are any",
    )
    parser.add_argument("--reference", help="the version that others are measured against")
    for name in FILTERS:
        option = f"--{name.removesuffix('_id')}"
        parser.add_argument(option, dest=name, help=f"only votes with this {name}")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
