"""The verdict as one page, and as tables that other programs read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from listening.analysis.analysis import Verdict
from listening.analysis.methods import METHODS, PYTHON, R
from listening.analysis.screening import RULES
from listening.analysis.sentences import headline
from listening.analysis.tables import csv_files, decision_table, failing_table, tables_of
from listening.analysis.top import Top, top_blocks, top_of
from reporting import Block, Charts, Code, Heading, LaterChart, Sentences, Table, page_html
from storage.csv_rows import csv_bytes, csv_columns_bytes

TITLE = "Listening test results"
FILTER_TITLES = {
    "study_id": "Study",
    "clip_id": "Clip",
    "prompt": "Prompt",
    "design": "Design",
    "question": "Question",
}
# Which charts (by the end of a file's name) and tables a section shows.
PARTS = {
    "Shares and tests": (("against_reference",), ("against the reference", "all pairs")),
    "Ranking": (("ranking",), ("ranking",)),
    "First-choice share": (("first_choice",), ("first choice",)),
    "Ratings": (
        ("ratings", "rating_histograms"),
        ("ratings", "ratings above the reference", "ratings compared"),
    ),
    "ABX": (("abx",), ("ABX", "ABX by listener")),
    "Metric vs preference": (("metric_vs_preference", "stimuli"), ("metric vs preference",)),
    "Log-mel threshold": ((), ("log-mel threshold",)),
    "Listening time": (("listening_time",), ()),
}


@dataclass(frozen=True)
class Section:
    """A part of the report that can be folded away."""

    title: str
    blocks: list[Block]


def sections_of(
    verdict: Verdict,
    charts: Mapping[str, Sequence[LaterChart]],
    chosen: Mapping[str, str],
    notes: Sequence[str] = (),
) -> list[Section]:
    """Everything below the top of the results; arguments as of `report_html`."""
    names = verdict.names
    about: list[Block] = [Sentences("", headline(verdict))]
    if notes:
        about.append(Sentences("Source", notes))
    if chosen:
        lines = [
            f"{FILTER_TITLES[one]}: {names.value(one, value)}" for one, value in chosen.items()
        ]
        about.append(Sentences("Only", lines))
    sections = [Section("The verdict in full", about)]
    if verdict.decisions:
        sections.append(Section("Decisions", [decision_table(verdict)]))
    for index, analysis in enumerate(verdict.all):
        of_question = f"{names.question(analysis.question)}: " if len(verdict.all) > 1 else ""
        tables = tables_of(analysis, names)
        screened = tables_of(verdict.screened[index], names) if verdict.screened else {}
        for title, parts in PARTS.items():
            blocks = _part(parts, charts[analysis.question], tables, screened)
            if blocks:
                sections.append(Section(of_question + title, blocks))
    if verdict.failing:
        rules = {one.rule for one in verdict.failing}
        told = Sentences("Rules", [RULES[rule] for rule in sorted(rules)])
        sections.append(Section("Screening", [failing_table(verdict), told]))
    sections.append(Section("How it was computed", [Sentences("", METHODS)]))
    sections.append(Section("Analysis code", [Code("Python", PYTHON), Code("R", R)]))
    return sections


def _part(
    parts: tuple[tuple[str, ...], tuple[str, ...]],
    charts: Sequence[LaterChart],
    tables: Mapping[str, Table],
    screened: Mapping[str, Table],
) -> list[Block]:
    """The charts and tables that there are; each table again without those who failed."""
    endings, titles = parts
    drawn = [one for one in charts if one.file.endswith(tuple(f"_{end}.png" for end in endings))]
    blocks: list[Block] = [Charts("", drawn)] if drawn else []
    for title in titles:
        if title in tables:
            blocks.append(tables[title])
        if title in screened:
            told = f"{screened[title].title}, without those who failed screening"
            blocks.append(replace(screened[title], title=told))
    return blocks


def files_of(
    verdict: Verdict,
    votes: pd.DataFrame,
    charts: Mapping[str, Sequence[LaterChart]],
    page: bytes,
) -> dict[str, bytes]:
    """{file name: content} of everything that can be taken along; page : the report."""
    return {
        "report.html": page,
        "votes_tidy.csv": tidy_csv(votes, verdict),
        **dict(csv_files(verdict)),
        **{chart.file: chart.png for of_question in charts.values() for chart in of_question},
    }


def report_html(
    verdict: Verdict,
    charts: Mapping[str, Sequence[LaterChart]],
    chosen: Mapping[str, str],
    notes: Sequence[str] = (),
    *,
    top: Top | None = None,
) -> bytes:
    """The page.

    charts : {question: its charts}
    chosen : {filter: value} that the votes were chosen by
    notes : what is to be said of the table that they come from
    top : what it begins with, if that is known
    """
    blocks: list[Block] = top_blocks(top or top_of(verdict))
    for section in sections_of(verdict, charts, chosen, notes):
        blocks.append(Heading(section.title))
        blocks += section.blocks
    return page_html(TITLE, "en", blocks)


def tidy_csv(votes: pd.DataFrame, verdict: Verdict) -> bytes:
    """The votes that were counted, one row for each stimulus, and whether the session passed
    screening."""
    failed = {one.session_id for one in verdict.failing}
    passed = ~votes["session_id"].isin(failed)
    tidy = votes.assign(passed_screening=passed)
    columns = [pd.factorize(tidy[name]) for name in tidy.columns]
    return csv_bytes([tidy.columns]) + csv_columns_bytes(
        [(places.tolist(), values.astype(object).tolist()) for places, values in columns]
    )
