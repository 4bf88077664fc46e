"""A session as the small file that keeps it."""

from pathlib import Path

from listening.session import Session
from storage.records import record_from_json, record_json

SCHEMA_VERSION = 2
OLDEST_VERSION = 1  # without participants, places and questionnaires


def session_text(session: Session) -> str:
    return record_json(session, schema_version=SCHEMA_VERSION)


def read_session(path: Path) -> Session:
    """Raises OSError, or ValueError for what is no session of a version that can be read."""
    return record_from_json(
        Session,
        path.read_text(encoding="utf-8"),
        schema_version=SCHEMA_VERSION,
        oldest=OLDEST_VERSION,
    )
