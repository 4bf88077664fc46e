"""A program that somebody else wrote, run where it can harm nothing but itself."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

KEPT_BYTES = 4000  # of what a program says on standard error: the end
LOOK_S = 0.05
LOOK_AT_FOLDER_EVERY = 10  # looks at the program
LAST_WORDS_S = 1.0  # for what is still in the pipe
MAX_SENTENCE = 200


class ProgramError(Exception):
    """What a program did instead of its work, as the end of a sentence."""


def run_program(
    command: Sequence[str], *, folder: Path, time_limit_s: float, most_bytes: int
) -> None:
    """Run a command to its end in a process group of its own, without a shell.

    What it prints is dropped, apart from the last line on standard error, which a failure quotes.

    folder : where it works; most_bytes : it may write there
    Raises ProgramError if it cannot be started, fails, takes longer or writes more.
    """
    try:
        process = subprocess.Popen(
            list(command),
            cwd=folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        raise ProgramError(_not_started(command[0], error)) from error
    assert process.stderr is not None
    last_words = _LastWords(process.stderr)
    try:
        _wait(process, folder, time_limit_s, most_bytes)
    finally:
        _end(process)
        said = last_words.line()
    if process.returncode:
        raise ProgramError(f"{_how_it_ended(process.returncode)}{f': {said}' if said else ''}")


def _wait(process: subprocess.Popen, folder: Path, time_limit_s: float, most_bytes: int) -> None:
    deadline = time.monotonic() + time_limit_s
    n_looks = 0
    while True:
        with suppress(subprocess.TimeoutExpired):
            process.wait(LOOK_S)
            break
        if time.monotonic() > deadline:
            raise ProgramError(f"took longer than {time_limit_s:g} s and was stopped")
        n_looks += 1
        if n_looks % LOOK_AT_FOLDER_EVERY == 0:
            _check_size(folder, most_bytes)

    _check_size(folder, most_bytes)


def _environment() -> dict[str, str]:
    """Ours, without what is the app's own secret."""
    return {name: value for name, value in os.environ.items() if not name.startswith("LAB_")}


def _end(process: subprocess.Popen) -> None:
    """End a process and all that it has started; nothing is left of it."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


def _check_size(folder: Path, most_bytes: int) -> None:
    total = 0
    for path in folder.rglob("*"):
        with suppress(OSError):  # gone meanwhile
            total += path.lstat().st_size
    if total > most_bytes:
        raise ProgramError(f"wrote more than {most_bytes // 1_000_000} MB and was stopped")


def _not_started(program: str, error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return f"could not be started: there is no program {program}"
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"could not be started ({program}: {reason})"


def _how_it_ended(status: int) -> str:
    if status > 0:
        return f"failed (exit status {status})"
    try:
        return f"was ended by {signal.Signals(-status).name}"
    except ValueError:
        return f"was ended by signal {-status}"


class _LastWords:
    """Reads a pipe to its end, so that nobody waits for it, and keeps the end only."""

    def __init__(self, pipe: IO[bytes]):
        self._pipe = pipe
        self._kept = b""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        with suppress(OSError, ValueError):  # closed
            while part := os.read(self._pipe.fileno(), 2**16):
                self._kept = (self._kept + part)[-KEPT_BYTES:]

    def line(self) -> str:
        """The last line that is not empty, as one that a page can show."""
        self._reader.join(LAST_WORDS_S)  # what a process has left behind may hold the pipe open
        if not self._reader.is_alive():
            self._pipe.close()
        lines = self._kept.decode(errors="replace").splitlines()
        words = [
            " ".join("".join(c if c.isprintable() else " " for c in one).split()) for one in lines
        ]
        return next((one for one in reversed(words) if one), "")[:MAX_SENTENCE].rstrip(" .")
