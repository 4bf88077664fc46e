"""All that is kept of one session, taken out for good: what a listener may ask for."""

from dataclasses import dataclass
from pathlib import Path

from listening.session import is_session_id
from listening.session_flow import SessionFlow
from storage.csv_log import CsvLogError


class RemovalError(Exception):
    """Data that could not be removed; the text is meant for the study's owner."""


@dataclass(frozen=True)
class Removal:
    """What was removed.

    rows : {name of the table: rows}
    has_session : whether the listener could still have gone on
    also_in : files in which the session still stands: damaged rows of the tables, what earlier
        versions wrote, or what a crash left half written
    """

    rows: dict[str, int]
    has_session: bool
    also_in: tuple[Path, ...]

    @property
    def is_empty(self) -> bool:
        return not self.has_session and not any(self.rows.values())


def remove_session(flow: SessionFlow, receipt: str) -> Removal:
    """Take a session out of its study and all tables, by the ID that its listener quotes.

    The session goes first, so that nothing is added meanwhile. Raises RemovalError if the disk
    refuses, and for what is no such ID; what is left can be removed by asking again.
    """
    if not is_session_id(receipt):
        raise RemovalError("An ID that a listener can quote has 16 digits from 0 to 9 and a to f.")
    try:
        study_id = flow.sessions.study_of(receipt)
        has_session = study_id is not None and flow.sessions.remove(study_id, receipt)
        rows = {
            table.path.name: table.remove_session(receipt)
            for table in (flow.votes, flow.answers, flow.sessions)
        }
    except (OSError, CsvLogError) as error:
        raise RemovalError(
            f"Not everything could be removed ({error}); please try again."
        ) from error
    folder = flow.votes.path.parent
    also_in = tuple(
        path for path in sorted(folder.glob("*.csv")) if receipt.encode() in path.read_bytes()
    )
    return Removal(rows, has_session, also_in)
