"""A copy of files in a second place, which follows every change and outlives restarts."""

import hashlib
import json
import logging
import re
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

import fsspec

from storage.files import replace_text
from storage.locks import SharedLock

POLL_S = 1.0
LONGEST_PAUSE_S = 300.0  # between attempts at a place that cannot be reached
NOTES_NAME = ".copied.json"

log = logging.getLogger(__name__)


class SecondPlaceError(ValueError):
    """A place that no file can be copied to; the text is meant for the user."""


def check_place(url: str) -> None:
    """Raises SecondPlaceError for a URL of a kind that is not known, or needs a package that is
    not installed. The place itself is not asked."""
    kind, separator, _ = url.partition("://")
    if not separator:
        raise SecondPlaceError(f"“{_shown(url)}” is no URL such as s3://bucket/folder.")
    try:
        fsspec.get_filesystem_class(kind)
    except (ImportError, ValueError) as error:
        raise SecondPlaceError(f"Nothing can be copied to {_shown(url)} ({error}).") from error


class SecondPlace:
    """Copies files whose state differs from what was copied last; safe to end at any moment.

    What was copied is noted in the folder itself: whatever differs from that is the backlog, also
    after a restart.

    folder : of the files
    files : gives their paths, each time it is called
    url : of the folder to copy to
    Raises SecondPlaceError as `check_place`.
    """

    def __init__(self, folder: Path, files: Callable[[Path], Iterable[Path]], url: str):
        self.folder = folder
        self.url = url
        self._files = files
        check_place(url)
        self._notes = self._read_notes()
        self._turn = threading.Lock()
        self._ended = threading.Event()

    def follow(self) -> None:
        """Copy in a thread of its own from now on."""
        threading.Thread(target=self._follow, name="second-place", daemon=True).start()

    def end(self, timeout_s: float = 10.0) -> None:
        """Copy what is left, for no longer than that."""
        self._ended.set()
        last = threading.Thread(target=self._copy_or_warn, daemon=True)
        last.start()
        last.join(timeout_s)

    def copy(self) -> list[Path]:
        """Copy what has changed; the paths of it.

        Raises whatever the place raises; what was copied before stays noted.
        """
        with self._turn:
            backlog = self._backlog()
            if not backlog:
                return []
            system, root = fsspec.core.url_to_fs(self.url)
            for path, state in backlog.items():
                name = self._name_of(path)
                target = f"{root}/{name}"
                system.makedirs(target.rpartition("/")[0], exist_ok=True)
                system.pipe_file(target, _read(path))
                self._notes[name] = state
                replace_text(
                    self.folder / NOTES_NAME,
                    json.dumps({"place": _hash(self.url), "files": self._notes}),
                )
        return list(backlog)

    def _backlog(self) -> dict[Path, list[int]]:
        """{path: its state} of all files whose state is not the one that was copied."""
        states = {path: _state(path) for path in self._files(self.folder)}
        return {
            path: state
            for path, state in states.items()
            if state is not None and self._notes.get(self._name_of(path)) != state
        }

    def _name_of(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

    def _follow(self) -> None:
        pause_s = POLL_S
        while not self._ended.wait(pause_s):
            is_good = self._copy_or_warn()
            pause_s = POLL_S if is_good else min(2 * max(pause_s, POLL_S), LONGEST_PAUSE_S)

    def _copy_or_warn(self) -> bool:
        try:
            self.copy()
        except Exception as error:  # whatever a file system on the network may raise
            log.warning("Results not copied to %s yet (%s); trying again.", _shown(self.url), error)
            return False
        return True

    def _read_notes(self) -> dict[str, list[int]]:
        """What was copied to this place by then; nothing if the notes are damaged."""
        try:
            notes = json.loads((self.folder / NOTES_NAME).read_text(encoding="utf-8"))
            return dict(notes["files"]) if notes["place"] == _hash(self.url) else {}
        except (OSError, ValueError, TypeError, KeyError):
            return {}


def _shown(url: str) -> str:
    """Without a name and password."""
    return re.sub(r"//[^/@]*@", "//", url)


def _hash(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()


def _state(path: Path) -> list[int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return [stat.st_size, stat.st_mtime_ns]


def _read(path: Path) -> bytes:
    """Its bytes, of a table only whole rows: nobody adds to it meanwhile."""
    lock = Path(f"{path}.lock")
    if not lock.exists():
        return path.read_bytes()
    with SharedLock(lock):
        return path.read_bytes()
