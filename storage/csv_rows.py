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


def csv_columns_bytes(columns: Sequence[tuple[Sequence[int], Sequence[object]]]) -> bytes:
    """As csv_bytes of the rows that whole columns make, faster: each value becomes text once.

    columns : which of its values stands in each row, -1 for an empty cell, and the values
    """
    writer = csv.writer(_Returned(), lineterminator=_ROW_END)
    end = f",{_ROW_END}"  # a second cell, because an empty one alone is quoted
    texts = []
    for places, values in columns:
        made = [writer.writerow([csv_cell(value), ""]).removesuffix(end) for value in values]
        made.append("")  # at -1
        texts.append([made[place] for place in places])
    return "".join(f"{','.join(row)}\n" for row in zip(*texts, strict=True)).encode()


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
