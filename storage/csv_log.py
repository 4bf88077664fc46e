"""A CSV file to which groups of rows are added whole, and which survives a killed writer.

Before rows are written, the file's length goes into a journal beside it and is flushed to disk;
once the rows are on disk too, the journal is emptied. Whoever opens the file next and finds a
length in the journal knows that the rows after it were never acknowledged, and sets them aside.
The rollback journal is that of SQLite's atomic commit.
"""

import logging
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from storage.csv_reading import is_header, read_rows, with_cells_added, without_rows
from storage.csv_rows import csv_bytes, text_of_csv_cell
from storage.files import flush, flush_folder, make_folder, replace_bytes
from storage.locks import SharedLock

TAIL_BYTES = 512  # ids in them tell one row from any other
_JOURNAL_NOTE = re.compile(rb"\d{1,18}\n")

log = logging.getLogger(__name__)


class CsvLogError(Exception):
    """A table that cannot be written to; the text says why, and nothing was written."""


class CsvLog:
    """Rows of text cells under fixed columns; several threads and processes may add to one file.

    Text that a spreadsheet would run as a formula gets an apostrophe before it. A row that
    something else has damaged is left out with a warning, and stops nothing.

    added : the last columns, if an earlier version had none of them, with what its rows have there;
        its file is taken over, and kept as it was under another name
    """

    def __init__(
        self, path: Path | str, columns: tuple[str, ...], *, added: Mapping[str, str] | None = None
    ):
        self.path = Path(path)
        self.columns = columns
        self._added = added or {}
        self._header = csv_bytes([columns])
        self._least_header_bytes = len(csv_bytes([columns[: len(columns) - len(self._added)]]))
        self._lock = SharedLock(Path(f"{self.path}.lock"))
        self._read_up_to = 0
        self._n_lines_read = 0
        self._tail = b""  # what stood before that place: another file has other rows there

    @contextmanager
    def opened(self) -> Iterator["OpenCsvLog"]:
        """The table, locked against everybody else; raises CsvLogError if it cannot be used."""
        try:
            make_folder(self.path.parent)
            with self._lock:
                self._take_over_older_file()
                with self._locked_file() as file:
                    yield OpenCsvLog(self, file)
        except OSError as error:
            raise CsvLogError(error.strerror or str(error)) from error

    @contextmanager
    def _locked_file(self) -> Iterator[BinaryIO]:
        with self.path.open("a+b", buffering=0) as file:
            self._set_torn_rows_aside(file)
            if file.seek(0, os.SEEK_END) == 0:
                self._write_whole(file, self._header)
                flush_folder(self.path.parent)
            yield file

    def _take_over_older_file(self) -> None:
        if not self._added or not self.path.exists():
            return
        with self.path.open("rb") as file:
            if not is_older_header(file.readline(), self.columns, self._added):
                return
        with self._locked_file() as file:
            file.seek(0)
            data = file.read()
        replace_bytes(self._aside("before"), data)
        replace_bytes(self.path, with_columns_added(data, self.columns, self._added))
        self._read_up_to = 0

    def _aside(self, why: str) -> Path:
        moment = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
        return self.path.with_name(f"{self.path.stem}.{why}-{moment}{self.path.suffix}")

    def recover(self) -> list[Path]:
        """Set aside what a crash left half written; the files in which it is, mostly none.

        Raises CsvLogError if the file cannot be used, or is not of this table.
        """
        if not self.path.exists():
            return []
        before = set(self._torn_files())
        with self.opened() as table:
            table.check_header()
            return sorted(set(self._torn_files()) - before)

    def remove(self, column: str, value: str) -> int:
        """Delete every row with that text in a column, for good; how many there were.

        The file is replaced whole. Raises CsvLogError if it cannot be used.
        """
        if not self.path.exists():
            return 0
        place = self.columns.index(column)
        with self.opened() as table:
            table.check_header()
            header, end, body = self.path.read_bytes().partition(b"\n")
            kept, n_removed = without_rows(
                body, len(self.columns), lambda cells: text_of_csv_cell(cells[place]) == value
            )
            if n_removed:
                replace_bytes(self.path, header + end + kept)
        return n_removed

    def _torn_files(self) -> Iterator[Path]:
        return self.path.parent.glob(f"{self.path.stem}.torn-*{self.path.suffix}")

    @property
    def _journal(self) -> Path:
        return Path(f"{self.path}.journal")

    def _set_torn_rows_aside(self, file: BinaryIO) -> None:
        size = file.seek(0, os.SEEK_END)
        good = min(size, self._length_in_journal(size))
        if good < size and not self._is_a_row_s_end(file, good):
            good = size  # the journal is damaged: nothing is taken away on its word
        if good == size and size and not _ends_a_row(file, size):
            file.seek(0)
            good = file.read().rfind(b"\n") + 1  # cut off by something other than us
        if good < size:
            file.seek(good)
            torn = file.read()
            aside = self._aside("torn")
            with aside.open("xb") as copy:
                copy.write(torn)
                flush(copy)
            flush_folder(aside.parent)
            os.ftruncate(file.fileno(), good)
            flush(file)
        self._write_journal(b"")

    def _length_in_journal(self, size: int) -> int:
        """The length up to which rows were acknowledged: all of it if the journal is empty."""
        try:
            note = self._journal.read_bytes()
        except FileNotFoundError:
            return size
        except OSError:  # something else of that name
            return size
        # A journal that is itself cut off was not flushed yet, so no row was written after it.
        return int(note) if _JOURNAL_NOTE.fullmatch(note) else size

    def _is_a_row_s_end(self, file: BinaryIO, length: int) -> bool:
        """Whether a journal can have noted that length: a row's end, or 0 before the header."""
        file.seek(0)
        if length < self._least_header_bytes:
            return length == 0 and not self._is_ours(file.readline())
        return _ends_a_row(file, length)

    def _is_ours(self, line: bytes) -> bool:
        return is_header(line, self.columns) or is_older_header(line, self.columns, self._added)

    def _write_journal(self, note: bytes) -> None:
        is_new = not self._journal.exists()
        if not note and (is_new or not self._journal.stat().st_size):
            return
        with self._journal.open("wb") as journal:
            journal.write(note)
            flush(journal)
        if is_new:
            flush_folder(self._journal.parent)

    def _write_whole(self, file: BinaryIO, data: bytes) -> None:
        """Append and flush to disk, or leave the file as it was."""
        size = file.seek(0, os.SEEK_END)
        self._write_journal(b"%d\n" % size)
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[file.write(rest) :]
            flush(file)
        except OSError:
            os.ftruncate(file.fileno(), size)
            self._write_journal(b"")
            raise
        self._write_journal(b"")


class OpenCsvLog:
    """A table while nobody else can write to it."""

    def __init__(self, table: CsvLog, file: BinaryIO):
        self._table = table
        self._file = file

    def rows_added(self) -> list[dict[str, str]]:
        """All rows since this was last asked of the same CsvLog, by whichever process.

        Raises CsvLogError if the file has other columns.
        """
        table, file = self._table, self._file
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, table._read_up_to - len(table._tail)))
        if size < table._read_up_to or file.read(len(table._tail)) != table._tail:
            table._read_up_to, table._tail = 0, b""  # not the file we knew
        length = self.check_header()
        if table._read_up_to == 0:
            table._read_up_to, table._n_lines_read = length, 1
        file.seek(table._read_up_to)
        data = file.read()
        rows, damaged = read_rows(data, len(table.columns), first_line=table._n_lines_read + 1)
        for lines in damaged:
            log.warning("%s: %s", table.path, lines)
        table._read_up_to = size
        table._tail = (table._tail + data)[-TAIL_BYTES:]
        table._n_lines_read += data.count(b"\n")
        return [_plain_row(table.columns, cells) for cells in rows]

    def write(self, rows: list[dict]) -> None:
        """Add rows; when this returns they are on disk, all of them."""
        table = self._table
        data = csv_bytes([row[name] for name in table.columns] for row in rows)
        table._write_whole(self._file, data)

    def check_header(self) -> int:
        """How many bytes the first line has; raises CsvLogError if it names other columns."""
        table, file = self._table, self._file
        file.seek(0)
        start = file.read(2 * len(table._header))
        length = start.find(b"\n") + 1
        if not is_header(start[:length], table.columns):
            raise CsvLogError(
                f"{table.path.name} was written by another version of this app; "
                "please move it elsewhere, a new one will be begun"
            )
        return length


def read_csv_log(
    path: Path | str, columns: tuple[str, ...], *, added: Mapping[str, str] | None = None
) -> list[dict[str, str]]:
    """All sound rows of a table as the text they were written from; no file is no rows.

    added : as of CsvLog
    Raises ValueError if the file has other columns.
    """
    try:
        data = Path(path).read_bytes()
    except FileNotFoundError:
        return []
    if added and is_older_header(data.partition(b"\n")[0], columns, added):
        data = with_columns_added(data, columns, added)
    header, _, body = data.partition(b"\n")
    if not is_header(header, columns):
        raise ValueError(f"{path} does not have the columns of this version")
    rows, _ = read_rows(body, len(columns))
    return [_plain_row(columns, cells) for cells in rows]


def is_older_header(line: bytes, columns: Sequence[str], added: Mapping[str, str]) -> bool:
    """Whether a first line names all columns but those that were added since."""
    return is_header(line, columns[: len(columns) - len(added)])


def with_columns_added(data: bytes, columns: Sequence[str], added: Mapping[str, str]) -> bytes:
    """A whole file of an earlier version as this version writes it."""
    header, _, body = data.partition(b"\n")
    n_cells = len(columns) - len(added)
    return csv_bytes([columns]) + with_cells_added(body, n_cells, list(added.values()))


def _plain_row(columns: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    return {name: text_of_csv_cell(cell) for name, cell in zip(columns, cells, strict=True)}


def _ends_a_row(file: BinaryIO, size: int) -> bool:
    file.seek(size - 1)
    return file.read(1) == b"\n"
