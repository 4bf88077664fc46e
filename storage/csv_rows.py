"""The one way in which rows become CSV text: UTF-8, line feeds, safe to open in a spreadsheet."""

import csv
from collections.abc import Iterable, Sequence

_ROW_END = "\r\n"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "'")


def csv_bytes(rows: Iterable[Sequence[object]]) -> bytes:
    """Rows of cells as UTF-8 CSV; None is an empty cell.

    Text that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    # A cell with "\r" is quoted only if that is part of the end of a row, yet everybody who reads
    # the file takes it for one.
    writer = csv.writer(_Returned(), lineterminator=_ROW_END)
    lines = (writer.writerow([csv_cell(value) for value in row]) for row in rows)
    return "".join(line.removesuffix(_ROW_END) + "\n" for line in lines).encode()


class _Returned:
    """A file that gives back what is written to it, and csv's writer passes that on."""

    def write(self, text: str) -> str:
        return text


def csv_cell(value: object) -> object:
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
