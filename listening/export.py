"""Everything that is kept of a study's listeners, as files to take along."""

import json
from pathlib import Path

from listening.answer_log import COLUMNS as ANSWER_COLUMNS
from listening.answer_log import read_answers_csv
from listening.session_flow import SessionFlow
from listening.session_table import COLUMNS as SESSION_COLUMNS
from listening.session_table import read_events
from listening.study import Study
from listening.study_store import STUDY_NAME
from listening.votes import COLUMNS as VOTE_COLUMNS
from listening.votes import read_votes
from storage.csv_rows import csv_bytes
from storage.records import facts_from_json

DICTIONARY = Path(__file__).parents[1] / "listening_results" / "README.md"
LEFT_OUT = ("participant_id", "link", "device")  # where a person or their machine is told


def result_records(results: Path) -> list[Path]:
    """What a verdict is made of: the tables, and every study's record."""
    tables = [results / name for name in ("votes.csv", "sessions.csv", "answers.csv")]
    return [*tables, *sorted((results / "studies").glob(f"*/{STUDY_NAME}"))]


def study_files(flow: SessionFlow, study: Study, *, is_anonymous: bool) -> dict[str, bytes]:
    """{name: content} of the study's record, the rows of its listeners, and what the columns mean.

    is_anonymous : LEFT_OUT is empty, the record has no recruitment, and sessions and listeners have
        numbers instead of their IDs, the same in all tables; texts that listeners wrote stay
    """
    tables = {
        "votes.csv": (VOTE_COLUMNS, read_votes(flow.votes.path)),
        "sessions.csv": (SESSION_COLUMNS, read_events(flow.sessions.path)),
        "answers.csv": (ANSWER_COLUMNS, read_answers_csv(flow.answers.path)),
    }
    aliases: dict[str, dict[str, str]] = {}
    files = {
        name: _table(
            columns, [row for row in rows if row["study_id"] == study.study_id],
            aliases if is_anonymous else None,
        )
        for name, (columns, rows) in tables.items()
    }  # fmt: skip
    record = (flow.studies.folder / study.study_id / STUDY_NAME).read_bytes()
    if is_anonymous:
        facts = facts_from_json(record)
        facts.pop("recruitment", None)  # its codes are worth money
        record = json.dumps(facts, indent=2, ensure_ascii=False).encode()
    return {**files, STUDY_NAME: record, "README.md": DICTIONARY.read_bytes()}


def _table(
    columns: tuple[str, ...],
    rows: list[dict[str, str]],
    aliases: dict[str, dict[str, str]] | None,
) -> bytes:
    if aliases is not None:
        rows = [_anonymous(row, aliases) for row in rows]
    return csv_bytes([columns, *([row[name] for name in columns] for row in rows)])


def _anonymous(row: dict[str, str], aliases: dict[str, dict[str, str]]) -> dict[str, str]:
    changed = dict(row)
    for name in set(LEFT_OUT) & set(row):
        changed[name] = ""
    for name in ("session_id", "listener_id"):
        known = aliases.setdefault(name, {})
        changed[name] = known.setdefault(row[name], f"{name.removesuffix('_id')} {len(known) + 1}")
    return changed
