"""Sessions on disk, kept at every step, so that any of them can resume.

A session is a small file that is replaced whole; what happened to it also becomes rows of
sessions.csv, the last row of a session being its latest state.
"""

import dataclasses
import json
import re
import secrets
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from listening.places import has_room, is_held_long, over_quota, place_until
from listening.recruitment import NOBODY, Outcome, Participant
from listening.session import (
    Event,
    NotLetIn,
    Session,
    SessionError,
    SessionNotKept,
    event_between,
    is_session_id,
    sha256_of,
)
from listening.session_file import read_session, session_text
from listening.session_table import ADDED, COLUMNS
from listening.session_table import SCHEMA_VERSION as TABLE_VERSION
from listening.study import State, Study, is_study_id
from storage.csv_log import CsvLog, CsvLogError
from storage.files import file_state, make_folder, replace_text
from storage.locks import SharedLock
from storage.result_cache import ResultCache

MAX_BROWSERS = 8  # in which one participant may go on
MAX_DEVICE_LENGTH = 300
NUMBERED = (".json", ".removed")  # files that stand for a session each
KEPT_SESSIONS = 10_000  # in memory, as long as their files stay as they are: some 10 MB
_TOKEN = re.compile(r"([0-9a-f]{16})\.([0-9a-f]{32})")


@dataclasses.dataclass(frozen=True)
class Sessions:
    """The sessions of a study, and one sentence for each that cannot be read."""

    sessions: tuple[Session, ...]
    problems: tuple[str, ...]


class SessionStore:
    """The sessions of all studies in a folder; several processes may share it."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self._table = CsvLog(self.folder / "sessions.csv", COLUMNS, added=ADDED)
        self._turn = threading.Lock()  # of those who begin at once
        self._sessions = ResultCache(KEPT_SESSIONS)

    @property
    def path(self) -> Path:
        """Of sessions.csv."""
        return self._table.path

    def begin(
        self,
        study: Study,
        *,
        token: str,
        listener_id: str,
        language: str,
        device: str,
        participant: Participant = NOBODY,
    ) -> Session:
        """A new session of an open study; with a token that has begun one, that one.

        A participant who has begun one in another browser goes on with it; it keeps its own id.

        token : made by the browser: 16 hexadecimal digits, which become the session's id, a dot,
            and 32 more, the secret
        Raises SessionError if the study is not open, NotLetIn if no place is left, SessionNotKept
        if the disk refuses.
        """
        parts = _TOKEN.fullmatch(token)
        if not parts:
            raise SessionError("session_token_invalid")
        try:
            if self._path_of(study.study_id, parts[1]).exists():
                return self._found(study, token, participant)
            if study.is_draft:
                raise SessionError("study_not_open")
            make_folder(self._folder_of(study.study_id))
            facts = {"listener_id": listener_id, "language": language, "device": _plain(device)}
            with self._in_turn(study.study_id):
                return self._begin_in_turn(study, token, participant, **facts)
        except (OSError, TimeoutError) as error:
            raise _not_kept(error) from error

    def _begin_in_turn(
        self, study: Study, token: str, participant: Participant, **facts: Any
    ) -> Session:
        session_id, _, secret = token.partition(".")
        if self._path_of(study.study_id, session_id).exists():
            return self._found(study, token, participant)
        if known := self._session_of(study, participant):
            return self._in_another_browser(known, secret)
        is_open = study.state == State.OPEN
        if not is_open and Outcome.OVER_QUOTA not in study.recruitment.endings:
            raise SessionError("study_not_open")
        folder = self._folder_of(study.study_id)
        session = Session(
            session_id=session_id,
            study_id=study.study_id,
            listener_number=sum(1 for path in folder.iterdir() if path.suffix in NUMBERED),
            token_sha256=sha256_of(secret),
            started_at=_now(),
            trials_planned=study.trials_per_session,
            participant_id=participant.participant_id,
            link=participant.link,
            place_until=place_until(study.recruitment),
            **facts,
        )
        is_in_time = is_open and study.recruitment.is_begun_in_time()
        if not is_in_time or not self._has_room(study):
            self._tell(dataclasses.replace(session, ended_as=Outcome.OVER_QUOTA), Event.ENDED)
            raise NotLetIn(Outcome.OVER_QUOTA)
        self._keep(session, Event.STARTED)
        return session

    def continue_elsewhere(
        self, study: Study, *, token: str, participant: Participant
    ) -> Session | None:
        """The session that a participant has begun in another browser; None if there is none.

        token : as of `begin`; raises what that raises
        """
        parts = _TOKEN.fullmatch(token)
        if not parts:
            raise SessionError("session_token_invalid")
        if not self._folder_of(study.study_id).exists():
            return None
        try:
            with self._in_turn(study.study_id):
                known = self._session_of(study, participant)
                return known and self._in_another_browser(known, parts[2])
        except (OSError, TimeoutError) as error:
            raise _not_kept(error) from error

    def _found(self, study: Study, token: str, participant: Participant) -> Session:
        """The session of a token; raises SessionError if the link names another participant."""
        session = self.find(study.study_id, token)
        if session.is_of_another(participant.participant_id):
            raise SessionError("session_of_another")
        return session

    def find(self, study_id: str, token: str) -> Session:
        """The session that a browser's secret belongs to; raises SessionError if there is none."""
        parts = _TOKEN.fullmatch(token)
        session = self._read(study_id, parts[1]) if parts else None
        if session is None or not session.is_opened_by(token):
            raise SessionError("session_unknown")
        return session

    def hold_place(self, study: Study, session: Session) -> Session:
        """The session with its place held anew, or taken again after it was given back.

        Where another has it by now, or it is too late, the session is over.
        Raises SessionNotKept if the disk refuses.
        """
        if session.outcome is not None:
            return session
        recruitment = study.recruitment
        if not recruitment.is_finished_in_time():
            return self.change(session, over_quota)
        if recruitment.quota is None or is_held_long(session, recruitment):
            return session
        try:
            with self._in_turn(study.study_id):
                latest = self._read(session.study_id, session.session_id)
                if latest is None:
                    raise SessionError("session_unknown")
                if latest.outcome is not None:
                    return latest
                if not latest.has_place(datetime.now(UTC)) and not self._has_room(study):
                    return self.change(session, over_quota)
                return self.change(session, lambda _: {"place_until": place_until(recruitment)})
        except (OSError, TimeoutError) as error:
            raise _not_kept(error) from error

    def change(self, session: Session, change: Callable[[Session], dict]) -> Session:
        """Read the session anew, put `change(it)` in its fields, and keep it.

        Nobody else changes it meanwhile. An empty change is not written.
        """
        path = self._path_of(session.study_id, session.session_id)
        try:
            with SharedLock(Path(f"{path}.lock")):
                latest = self._read(session.study_id, session.session_id)
                if latest is None:
                    Path(f"{path}.lock").unlink(missing_ok=True)  # nothing of it stays
                    raise SessionError("session_unknown")
                fields = change(latest)
                if not fields:
                    return latest
                changed = dataclasses.replace(latest, **fields)
                self._keep(changed, event_between(latest, changed))
        except (OSError, TimeoutError) as error:
            raise _not_kept(error) from error
        return changed

    def of_study(self, study_id: str) -> Sessions:
        """All sessions of a study, in the order in which they began."""
        sessions, problems = [], []
        for path in self._folder_of(study_id).glob("*.json"):
            try:
                session = self._read(study_id, path.stem)
            except SessionError as error:
                problems.append(str(error))
            else:
                sessions += [session] if session else []
        sessions.sort(key=lambda session: session.listener_number)
        return Sessions(tuple(sessions), tuple(problems))

    def forget(self, study_id: str) -> None:
        """Delete the sessions of a study; their rows in sessions.csv stay."""
        shutil.rmtree(self._folder_of(study_id), ignore_errors=True)

    def remove(self, study_id: str, session_id: str) -> bool:
        """Delete a session, so that nobody can go on with it; whether there was one."""
        path = self._path_of(study_id, session_id)
        if not is_session_id(session_id) or not path.exists():
            return False
        lock = Path(f"{path}.lock")
        with self._in_turn(study_id), SharedLock(lock):
            path.with_name(f"{secrets.token_hex(8)}.removed").touch()  # its number stays taken
            path.unlink(missing_ok=True)
        lock.unlink(missing_ok=True)
        return True

    def study_of(self, session_id: str) -> str | None:
        """The id of the study that a session is of; None if there is no such session."""
        if not is_session_id(session_id):
            return None
        found = (self.folder / "sessions").glob(f"*/{session_id}.json")
        return next((path.parent.name for path in found), None)

    def remove_session(self, session_id: str) -> int:
        """Delete the rows of a session for good; how many there were. Raises CsvLogError."""
        return self._table.remove("session_id", session_id)

    def recover(self) -> list[Path]:
        """Set aside rows of sessions.csv that a crash left half written; where they are.

        Raises CsvLogError if the file cannot be used.
        """
        return self._table.recover()

    @contextmanager
    def _in_turn(self, study_id: str) -> Iterator[None]:
        """Nobody else begins, takes a place or is removed meanwhile."""
        with self._turn, SharedLock(self._folder_of(study_id) / "numbers.lock"):
            yield

    def _has_room(self, study: Study) -> bool:
        quota = study.recruitment.quota
        return quota is None or has_room(quota, self.of_study(study.study_id).sessions)

    def _session_of(self, study: Study, participant: Participant) -> Session | None:
        """What the participant has begun before; None for one whom the link does not name."""
        if not participant.participant_id:
            return None
        sessions = self.of_study(study.study_id).sessions
        same = (one for one in sessions if one.participant_id == participant.participant_id)
        return next(same, None)

    def _in_another_browser(self, session: Session, secret: str) -> Session:
        """The session, which this secret opens from now on too; the oldest is forgotten."""

        def opened(latest: Session) -> dict:
            found = sha256_of(secret)
            others = [one for one in latest.more_tokens_sha256 if one != found]
            return {"more_tokens_sha256": (*others, found)[-MAX_BROWSERS:]}

        return self.change(session, opened)

    def _read(self, study_id: str, session_id: str) -> Session | None:
        """None if there is no such session; raises SessionError if its file is damaged."""
        path = self._path_of(study_id, session_id)
        try:
            return self._sessions.get(file_state(path), lambda: read_session(path))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _not_kept(error) from error
        except ValueError as error:
            raise SessionError("session_damaged", session=session_id) from error

    def _keep(self, session: Session, event: Event | None) -> None:
        """The event first: if the disk refuses what follows, it will be told again, not lost."""
        if event is not None:
            self._tell(session, event)
        path = self._path_of(session.study_id, session.session_id)
        replace_text(path, session_text(session))

    def _tell(self, session: Session, event: Event) -> None:
        """Add a row to sessions.csv."""
        row = {name: getattr(session, name, None) for name in COLUMNS} | {
            "link": json.dumps(session.link, sort_keys=True) if session.link else "",
            "schema_version": TABLE_VERSION,
            "event": event,
            "happened_at": _now(),
            "completed": int(session.completed_at is not None),
        }
        try:
            with self._table.opened() as table:
                table.check_header()
                table.write([row])
        except CsvLogError as error:
            raise _not_kept(error) from error

    def _folder_of(self, study_id: str) -> Path:
        if not is_study_id(study_id):
            raise SessionError("session_unknown")
        return self.folder / "sessions" / study_id

    def _path_of(self, study_id: str, session_id: str) -> Path:
        return self._folder_of(study_id) / f"{session_id}.json"


def _plain(device: str) -> str:
    return "".join(c for c in device if c.isprintable())[:MAX_DEVICE_LENGTH]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _not_kept(error) -> SessionNotKept:
    reason = getattr(error, "strerror", None) or error
    return SessionNotKept("session_not_kept", reason=reason)
