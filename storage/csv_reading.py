"""Rows out of CSV text, of which some may be damaged: those are named and left out."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

MAX_RECORD_LINES = 4096  # a quote that is never closed is given up after so many
_LONE_RETURN = "\ufdd0"  # stands in for "\r", which ends a row outside of quotes; no text holds it


_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class DamagedRows:
    """Consecutive lines of a file that are no rows; the first line of a file is 1."""

    first_line: int
    last_line: int

    def __str__(self) -> str:
        if self.first_line == self.last_line:
            return f"line {self.first_line} cannot be read and was left out"
        return f"lines {self.first_line} to {self.last_line} cannot be read and were left out"


def is_header(line: bytes, columns: Sequence[str]) -> bool:
    """Whether a file's first line names these columns, also after a spreadsheet has saved it.

    A byte-order mark, the line ends of Windows, and one damaged name are forgiven.
    """
    text = line.removeprefix(_BYTE_ORDER_MARK).rstrip(b"\r\n").decode("utf-8", "replace")
    names = text.split(",")
    n_wrong = sum(name.strip('"') != column for name, column in zip(names, columns, strict=False))
    return len(names) == len(columns) and n_wrong <= min(1, len(columns) - 1)


def read_rows(
    data: bytes, n_cells: int, *, first_line: int = 1
) -> tuple[list[list[str]], list[DamagedRows]]:
    """All rows of `n_cells` cells in UTF-8 CSV, and the lines that are no such rows.

    A row with an unquoted carriage return in a cell, as version 0.6 wrote it, is read as meant.
    """
    text = data.decode("utf-8", "surrogateescape")
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        if all(len(row) == n_cells for row in rows) and _is_clean(text):
            return rows, []
    except csv.Error:
        pass
    return _read_row_by_row(text, n_cells, first_line)


def with_cells_added(data: bytes, n_cells: int, cells: Sequence[str]) -> bytes:
    """Every row of `n_cells` cells with more of them at its end; what is no row stays as it is.

    cells : such as need no quotes
    """
    tail = "".join(f",{cell}" for cell in cells)
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    for at, n_lines, row in _records(lines, n_cells):
        if row is not None:
            last = at + n_lines - 1
            text = lines[last].removesuffix("\r")
            lines[last] = text + tail + lines[last][len(text) :]
    return "\n".join(lines).encode("utf-8", "surrogateescape")


def without_rows(
    data: bytes, n_cells: int, is_meant: Callable[[list[str]], bool]
) -> tuple[bytes, int]:
    """CSV without some of its rows, and how many those are; what is no row stays as it is.

    is_meant : given the cells of each row of `n_cells`
    """
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    kept: list[str] = []
    n_removed = 0
    for at, n_lines, row in _records(lines, n_cells):
        if row is not None and is_meant(row):
            n_removed += 1
        else:
            kept += lines[at : at + n_lines]
    return "\n".join(kept).encode("utf-8", "surrogateescape"), n_removed


def _read_row_by_row(
    text: str, n_cells: int, first_line: int
) -> tuple[list[list[str]], list[DamagedRows]]:
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    rows: list[list[str]] = []
    damaged: list[int] = []
    for at, _, row in _records(lines, n_cells):
        if row is None:
            damaged.append(first_line + at)
        else:
            rows.append(row)
    return rows, list(_runs(damaged))


def _records(lines: list[str], n_cells: int) -> Iterator[tuple[int, int, list[str] | None]]:
    """Where each row begins, on how many lines it stands, and its cells; None for a line at which
    no row begins."""
    at = 0
    while at < len(lines):
        n_lines, row = _row_at(lines, at, n_cells)
        n_lines = 1 if row is None else n_lines
        yield at, n_lines, row
        at += n_lines


def _row_at(lines: list[str], at: int, n_cells: int) -> tuple[int, list[str] | None]:
    """The row that begins at a line, and on how many lines it stands; None if none begins there."""
    n_quotes = 0
    for end in range(at, min(at + MAX_RECORD_LINES, len(lines))):
        n_quotes += lines[end].count('"')
        if n_quotes % 2 == 0:
            record = "\n".join(lines[at : end + 1]).removesuffix("\r")
            return end + 1 - at, _cells_of(record, n_cells)
    return 1, None


def _cells_of(record: str, n_cells: int) -> list[str] | None:
    try:
        [cells] = csv.reader(
            io.StringIO(record.replace("\r", _LONE_RETURN), newline=""), strict=True
        )
    except (csv.Error, ValueError):
        return None
    if len(cells) != n_cells or not _is_clean(record):
        return None
    return [cell.replace(_LONE_RETURN, "\r") for cell in cells]


def _is_clean(text: str) -> bool:
    """Whether all of it was UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _runs(lines: Iterable[int]) -> Iterator[DamagedRows]:
    first = last = None
    for line in lines:
        if first is None or last is None:
            first = last = line
        elif line == last + 1:
            last = line
        else:
            yield DamagedRows(first, last)
            first = last = line
    if first is not None and last is not None:
        yield DamagedRows(first, last)
