"""How a generator tells how far it is, and how it is told to stop."""

import time
from collections.abc import Callable
from dataclasses import dataclass


class GenerationCancelled(Exception):
    """The user asked for the generation to stop, and it did."""


@dataclass(frozen=True)
class Progress:
    """One moment of a generation.

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
    """One stage of a generation: counts its steps, estimates its end, and stops when asked."""

    def __init__(self, name: str, unit: str, on_progress: OnProgress, cancelled: Cancelled):
        self._name = name
        self._unit = unit
        self._on_progress = on_progress
        self._cancelled = cancelled
        self._started = time.monotonic()

    def step(self, done: int = 0, total: int = 0) -> None:
        """Report `done` of `total` steps; raises GenerationCancelled if asked to stop."""
        if self._cancelled():
            raise GenerationCancelled(f"cancelled while {self._name.lower()}")
        seconds_left = None
        if 0 < done <= total:
            seconds_left = (time.monotonic() - self._started) * (total - done) / done
        self._on_progress(Progress(self._name, done, total, self._unit, seconds_left))
