"""Work in a thread of its own: watched, cancelled, and never left running unobserved."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

from jobs.progress import Progress


class Job:
    """Starts at once. Read `updates()` to the end, then `result()`.

    work : called as work(on_progress=..., cancelled=...) in the thread
    `cancel()` makes the work stop at its next step; `result()` then raises JobCancelled. Whatever
    else the work raised, `result()` raises too.
    """

    def __init__(self, work: Callable):
        self._changed = threading.Condition()
        self._latest: Progress | None = None
        self._finished = False
        self._result: Any = None
        self._error: BaseException | None = None
        self._cancel = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(work,), name="job", daemon=True)
        self._thread.start()

    def updates(self, *, heartbeat_s: float = 0.5) -> Iterator[Progress | None]:
        """The newest progress each time there is one, and after `heartbeat_s` without one.

        Steps that come faster than they are read are skipped. None: nothing was reported yet.
        """
        shown = None
        while True:
            with self._changed:
                if not self._finished and self._latest is shown:
                    self._changed.wait(heartbeat_s)
                if self._finished:
                    return
                shown = self._latest
            yield shown

    def cancel(self) -> None:
        self._cancel.set()

    def result(self) -> Any:
        """What the work returned; waits for it, raises what it raised."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._result

    def _run(self, work: Callable) -> None:
        try:
            self._result = work(on_progress=self._report, cancelled=self._cancel.is_set)
        except BaseException as error:  # handed over to the thread that asks for the result
            self._error = error
        with self._changed:
            self._finished = True
            self._changed.notify_all()

    def _report(self, progress: Progress) -> None:
        with self._changed:
            self._latest = progress
            self._changed.notify_all()
