"""Results on disk that took long to compute: remembered by key, the longest unused ones deleted."""

import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from storage.files import make_folder, replace_bytes
from storage.locks import SharedLock

PROGRAM = "musicgen-restoration-lab"
N_LOCKS = 16  # results whose keys share a lock are computed one after the other


def user_cache(name: str) -> Path:
    """The folder in which this user keeps what programs can compute again."""
    if chosen := os.environ.get("XDG_CACHE_HOME"):
        root = Path(chosen)
    elif sys.platform == "darwin":
        root = Path.home() / "Library" / "Caches"
    elif os.name == "nt":
        root = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    else:
        root = Path.home() / ".cache"
    return root / PROGRAM / name


class FileCache:
    """Results as files in one folder; several threads and processes may share it.

    What cannot be kept, for want of room or permission, is computed anew each time.

    most_bytes : of all files together; the latest result is kept however large it is
    """

    def __init__(self, folder: Path, *, most_bytes: int):
        self._folder = folder
        self._most_bytes = most_bytes

    def get(self, key: bytes, compute: Callable[[], bytes], *, wait_s: float) -> bytes:
        """The result of `compute()`, from disk if it is there. An error is not remembered.

        key : what decides the result, all of it
        wait_s : how long another thread or process may take over the same result
        """
        path = self._folder / hashlib.sha256(key).hexdigest()
        with self._turn(path, wait_s):
            if (kept := _read(path)) is not None:
                return kept
            result = compute()
            self._keep(path, result)
            return result

    @contextmanager
    def _turn(self, path: Path, wait_s: float) -> Iterator[None]:
        """Nobody else computes it meanwhile; without a lock, where none can be had."""
        with ExitStack() as held:
            with suppress(OSError):
                make_folder(self._folder)
                lock = self._folder / f"{int(path.name, 16) % N_LOCKS}.lock"
                held.enter_context(SharedLock(lock, timeout_s=wait_s))
            yield

    def _keep(self, path: Path, result: bytes) -> None:
        with suppress(OSError):  # it is there all the same, only not for the next time
            replace_bytes(path, hashlib.sha256(result).digest() + result)
            self._make_room(path)

    def _make_room(self, latest: Path) -> None:
        others = [
            (stat.st_mtime, stat.st_size, path)
            for path in self._folder.iterdir()
            if path != latest and not path.suffix and path.is_file() and (stat := path.stat())
        ]
        room = self._most_bytes - latest.stat().st_size
        for _, size, path in sorted(others, reverse=True):
            room -= size
            if room < 0:
                path.unlink(missing_ok=True)


def _read(path: Path) -> bytes | None:
    """What was kept, None if it is not there or damaged; marks it as used."""
    try:
        checked = path.read_bytes()
        path.touch()
    except OSError:
        return None
    n_digest = hashlib.sha256().digest_size
    result = checked[n_digest:]
    return result if hashlib.sha256(result).digest() == checked[:n_digest] else None
