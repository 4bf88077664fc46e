"""One writer at a time, among all threads of all processes."""

import threading
from pathlib import Path

from filelock import FileLock

LOCK_TIMEOUT_S = 30
POLL_S = 0.005  # between looks at whether another process has let go


class SharedLock:
    """A lock that threads and processes share; used with `with`, and not re-entrant.

    path : of the lock file, which stays; its folder must be there. Entering raises OSError, a
    TimeoutError among them, if the lock cannot be had.
    """

    def __init__(self, path: Path, *, timeout_s: float = LOCK_TIMEOUT_S):
        self._turn = threading.Lock()  # threads wait in line; a file lock alone lets some starve
        self._file = FileLock(path, timeout=timeout_s, poll_interval=POLL_S)

    def __enter__(self) -> None:
        self._turn.acquire()
        try:
            self._file.acquire()
        except BaseException:
            self._turn.release()
            raise

    def __exit__(self, *error: object) -> None:
        try:
            self._file.release()
        finally:
            self._turn.release()
