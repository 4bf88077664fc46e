"""How long work tells how far it is, and how it is told to stop."""

import time
from collections.abc import Callable
from dataclasses import dataclass


class JobCancelled(Exception):
    """The user asked for the work to stop, and it did; the text says where."""


@dataclass(frozen=True)
class Progress:
    """One moment of a job.

    stage : what is being done, as the user reads it
    done, total : steps of this stage; total 0 means that nobody knows
    unit : what a step is
    seconds_left : of this stage, None while it cannot be told
    """

    stage: str
    done: int = 0
    total: int = 0
    unit: str = ""
    seconds_left: float | None = None


OnProgress = Callable[[Progress], None]
Cancelled = Callable[[], bool]


def ignore_progress(progress: Progress) -> None:
    pass


def never_cancelled() -> bool:
    return False


class Stage:
    """One stage of a job: counts its steps, estimates its end, and stops when asked.

    done_before : steps that an earlier job did already; they took no time
    """

    def __init__(
        self,
        name: str,
        unit: str,
        on_progress: OnProgress,
        cancelled: Cancelled,
        *,
        done_before: int = 0,
    ):
        self._name = name
        self._unit = unit
        self._on_progress = on_progress
        self._cancelled = cancelled
        self._done_before = done_before
        self._started = time.monotonic()

    def step(self, done: int = 0, total: int = 0) -> None:
        """Report `done` of `total` steps; raises JobCancelled if asked to stop."""
        if self._cancelled():
            raise JobCancelled(f"cancelled while {self._name.lower()}")
        seconds_left = None
        done_now = done - self._done_before
        if done_now > 0 and done <= total:
            seconds_left = (time.monotonic() - self._started) * (total - done) / done_now
        self._on_progress(Progress(self._name, done, total, self._unit, seconds_left))
