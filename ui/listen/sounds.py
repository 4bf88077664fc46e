"""The sounds of sessions, each for its own listener only."""

import threading

from listening.session import Session
from ui.media import MediaStore


class SessionSounds:
    """The sounds that are on a listener's page now: theirs alone, gone when the next ones come."""

    def __init__(self):
        self._media = MediaStore()
        self._held: dict[str, tuple[Session, tuple[str, ...]]] = {}  # by the session's id
        self._lock = threading.Lock()

    def put(self, session: Session, files: list[bytes]) -> list[str]:
        """Addresses of the files, in their order; the session's earlier ones are forgotten."""
        fresh = tuple(self._media.put(data, "audio/wav") for data in files)
        with self._lock:
            _, old = self._held.pop(session.session_id, (session, ()))
            if fresh:
                self._held[session.session_id] = (session, fresh)
        self._media.drop(old)
        return list(fresh)

    def get(self, token: str, address: str) -> bytes | None:
        """The sound, for the listener whose token this is; None for everybody else."""
        with self._lock:
            session, addresses = self._held.get(token.partition(".")[0], (None, ()))
        if session is None or address not in addresses or not session.is_opened_by(token):
            return None
        medium = self._media.get(address.removeprefix("media/"))
        return medium.data() if medium else None
