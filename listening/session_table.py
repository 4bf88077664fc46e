"""sessions.csv: its columns, and its rows as the text they were written from."""

from storage.csv_log import read_csv_log

SCHEMA_VERSION = 2
COLUMNS = (
    "schema_version",
    "session_id",
    "study_id",
    "listener_id",
    "listener_number",
    "language",
    "device",
    "event",
    "happened_at",
    "started_at",
    "headphones_correct",
    "headphones_asked",
    "trials_planned",
    "trials_answered",
    "completed",
    "participant_id",
    "link",
    "outcome",
)
ADDED = dict.fromkeys(COLUMNS[-3:], "")  # since version 1


def read_sessions(path) -> list[dict[str, str]]:
    """The latest row of every session in a sessions.csv, in the order in which they began.

    Raises ValueError if the file has other columns; no file is no sessions.
    """
    latest: dict[str, dict[str, str]] = {}
    for row in read_events(path):
        latest[row["session_id"]] = row
    return list(latest.values())


def read_events(path) -> list[dict[str, str]]:
    """All rows of a sessions.csv; raises ValueError as `read_sessions`."""
    return read_csv_log(path, COLUMNS, added=ADDED)
