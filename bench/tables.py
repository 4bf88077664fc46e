"""What every measurement prints: the machine, the versions, and Markdown tables row by row."""

import importlib.metadata
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil


def print_machine(*libraries: str) -> None:
    """Name the machine and the versions of what is measured."""
    versions = (f"{name} {importlib.metadata.version(name)}" for name in libraries)
    print(f"{_processor()}, {psutil.cpu_count()} cores; ", end="")
    print(", ".join([f"Python {platform.python_version()}", *versions]) + ".\n", flush=True)


def print_head(*columns: str) -> None:
    print_row(*columns)
    print_row(*["---"] * len(columns))


def print_row(*cells) -> None:
    """One row; numbers that are not whole are shown with three significant digits."""
    print(f"| {' | '.join(map(_shown, cells))} |", flush=True)


def in_turns(works: Sequence[Callable], rounds: int, *, warm_up: bool = True) -> list[float]:
    """Median seconds of each work; every round does all of them, one after the other."""
    times: list[list[float]] = [[] for _ in works]
    for number in range(rounds + warm_up):
        for work, taken in zip(works, times, strict=True):
            began = time.perf_counter()
            work()
            if number >= warm_up:
                taken.append(time.perf_counter() - began)
    return [statistics.median(taken) for taken in times]


def _shown(cell) -> str:
    if not isinstance(cell, float):
        return str(cell)
    return f"{cell:.3g}" if abs(cell) < 1000 else f"{cell:.0f}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:  # not Linux
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
