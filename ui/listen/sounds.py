"""The sounds of sessions, each for its own listener only."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from listening.session import Session
from ui.media import MediaStore

WAV = "audio/wav"


@dataclass(frozen=True)
class _Held:
    """What a session may fetch: what is on its page, and what comes after it.

    number : of the trial that comes after, None where none is known
    """

    session: Session
    now: tuple[str, ...] = ()
    ahead: tuple[str, ...] = ()
    number: int | None = None


class SessionSounds:
    """The sounds of a listener's page, and of the next one: theirs alone, gone when others come."""

    def __init__(self):
        self._media = MediaStore()
        self._held: dict[str, _Held] = {}  # by the session's id
        self._lock = threading.Lock()

    def put(self, session: Session, files: Sequence[bytes]) -> list[str]:
        """Addresses of the files, in their order; the session's earlier ones are forgotten."""
        fresh = tuple(self._media.put(data, WAV) for data in files)
        self._replace(_Held(session, fresh))
        return list(fresh)

    def put_trial(
        self,
        session: Session,
        number: int,
        make: Callable[[], Sequence[bytes]],
        make_ahead: Callable[[], Sequence[bytes]],
        n_ahead: int,
    ) -> tuple[list[str], list[str]]:
        """Addresses of the sounds of a trial, and of the one after it.

        number : of the trial in its session
        make : its sounds; not called if they were announced as those ahead
        make_ahead : of the next one, called when the first is fetched; n_ahead : how many there are
        """
        with self._lock:
            before = self._held.get(session.session_id)
        if before is not None and before.number == number and before.ahead:
            now = before.ahead
        else:
            now = tuple(self._media.put(data, WAV) for data in make())
        group = _MadeTogether(make_ahead)
        ahead = tuple(
            self._media.put_later(partial(group.file, place), WAV) for place in range(n_ahead)
        )
        self._replace(_Held(session, now, ahead, number + 1))
        return list(now), list(ahead)

    def get(self, token: str, address: str) -> bytes | None:
        """The sound, for the listener whose token this is; None for everybody else."""
        with self._lock:
            held = self._held.get(token.partition(".")[0])
        if held is None or address not in (*held.now, *held.ahead):
            return None
        if not held.session.is_opened_by(token):
            return None
        medium = self._media.get(address.removeprefix("media/"))
        return medium.data() if medium else None

    def _replace(self, held: _Held) -> None:
        with self._lock:
            old = self._held.pop(held.session.session_id, _Held(held.session))
            if held.now:
                self._held[held.session.session_id] = held
        kept = {*held.now, *held.ahead}
        self._media.drop([one for one in (*old.now, *old.ahead) if one not in kept])


class _MadeTogether:
    """Files that are made all at once, when the first of them is asked for."""

    def __init__(self, make: Callable[[], Sequence[bytes]]):
        self._make = make
        self._files: Sequence[bytes] | None = None
        self._lock = threading.Lock()

    def file(self, place: int) -> bytes:
        with self._lock:
            if self._files is None:
                self._files = self._make()
            return self._files[place]
