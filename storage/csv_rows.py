"""The one way in which rows become CSV text: UTF-8, line feeds, safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "'")


def csv_bytes(rows: Iterable[Sequence]) -> bytes:
    """Rows of cells as UTF-8 CSV; None is an empty cell.

    Text that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerows([csv_cell(value) for value in row] for row in rows)
    return buffer.getvalue().encode()


def csv_cell(value):
    """A value as it stands in a CSV file: text that a spreadsheet would run as a formula gets an
    apostrophe before it, None is empty."""
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return "'" + value
    return value


def text_of_csv_cell(cell: str) -> str:
    """The inverse of csv_cell for text."""
    return cell.removeprefix("'")
