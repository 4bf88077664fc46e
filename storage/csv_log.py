"""A CSV file to which groups of rows are added whole, and which survives a killed writer.

Before rows are written, the file's length goes into a journal beside it and is flushed to disk;
once the rows are on disk too, the journal is emptied. Whoever opens the file next and finds a
length in the journal knows that the rows after it were never acknowledged, and sets them aside.
The rollback journal is that of SQLite's atomic commit.
"""

import csv
import io
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

from storage.csv_rows import csv_bytes, text_of_csv_cell

LOCK_TIMEOUT_S = 30
POLL_S = 0.005  # between looks at whether another process has let go


class CsvLogError(Exception):
    """A table that cannot be written to; the text says why, and nothing was written."""


class CsvLog:
    """Rows of text cells under fixed columns; several threads and processes may add to one file.

    Text that a spreadsheet would run as a formula gets an apostrophe before it.
    """

    def __init__(self, path, columns: tuple[str, ...]):
        self.path = Path(path)
        self._columns = columns
        self._header = self._encoded([dict(zip(columns, columns, strict=True))])
        self._turn = threading.Lock()  # threads of this process wait in line; a file lock polls
        self._lock = FileLock(f"{self.path}.lock", timeout=LOCK_TIMEOUT_S, poll_interval=POLL_S)
        self._read_up_to = 0

    @contextmanager
    def opened(self) -> Iterator["OpenCsvLog"]:
        """The table, locked against everybody else; raises CsvLogError if it cannot be used."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self._turn, self._lock, self.path.open("a+b", buffering=0) as file:
                self._set_torn_rows_aside(file)
                if file.seek(0, os.SEEK_END) == 0:
                    self._write_whole(file, self._header)
                yield OpenCsvLog(self, file)
        except (OSError, TimeoutError) as error:
            is_named = isinstance(error, OSError) and error.strerror
            raise CsvLogError(str(error.strerror if is_named else error)) from error

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

    def _torn_files(self) -> Iterator[Path]:
        return self.path.parent.glob(f"{self.path.stem}.torn-*{self.path.suffix}")

    @property
    def _journal(self) -> Path:
        return Path(f"{self.path}.journal")

    def _set_torn_rows_aside(self, file) -> None:
        size = file.seek(0, os.SEEK_END)
        good = min(size, self._length_in_journal(size))
        if good == size and size and not _ends_a_row(file, size):
            file.seek(0)
            good = file.read().rfind(b"\n") + 1  # cut off by something other than us
        if good < size:
            file.seek(good)
            torn = file.read()
            moment = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
            aside = self.path.with_name(f"{self.path.stem}.torn-{moment}{self.path.suffix}")
            with aside.open("xb") as copy:
                copy.write(torn)
                _flush(copy)
            os.ftruncate(file.fileno(), good)
            _flush(file)
        self._write_journal(b"")

    def _length_in_journal(self, size: int) -> int:
        """The length up to which rows were acknowledged: all of it if the journal is empty."""
        try:
            noted = self._journal.read_bytes()
        except FileNotFoundError:
            return size
        # A journal that is itself cut off was not flushed yet, so no row was written after it.
        return int(noted) if noted.endswith(b"\n") else size

    def _write_journal(self, note: bytes) -> None:
        if not note and not (self._journal.exists() and self._journal.stat().st_size):
            return
        with self._journal.open("wb") as journal:
            journal.write(note)
            _flush(journal)

    def _write_whole(self, file, data: bytes) -> None:
        """Append and flush to disk, or leave the file as it was."""
        size = file.seek(0, os.SEEK_END)
        self._write_journal(b"%d\n" % size)
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[file.write(rest) :]
            _flush(file)
        except OSError:
            os.ftruncate(file.fileno(), size)
            self._write_journal(b"")
            raise
        self._write_journal(b"")

    def _encoded(self, rows: list[dict]) -> bytes:
        return csv_bytes([row[name] for name in self._columns] for row in rows)


class OpenCsvLog:
    """A table while nobody else can write to it."""

    def __init__(self, table: CsvLog, file):
        self._table = table
        self._file = file

    def check_header(self) -> None:
        """Raises CsvLogError if the file has other columns."""
        table, file = self._table, self._file
        file.seek(0)
        if file.read(len(table._header)) != table._header:
            raise CsvLogError(
                f"{table.path.name} was written by another version of this app; "
                "please move it elsewhere, a new one will be begun"
            )

    def rows_added(self) -> list[dict[str, str]]:
        """All rows since this was last asked of the same CsvLog, by whichever process.

        Raises CsvLogError if the file has other columns or rows that are not of this table.
        """
        table, file = self._table, self._file
        size = file.seek(0, os.SEEK_END)
        if size < table._read_up_to:
            table._read_up_to = 0  # not the file we knew
        self.check_header()
        start = max(table._read_up_to, len(table._header))
        file.seek(start)
        added = []
        for cells in csv.reader(io.StringIO(file.read().decode(), newline="")):
            if len(cells) != len(table._columns):
                raise CsvLogError(
                    f"{table.path.name} holds a row that this app did not write; "
                    "please move it elsewhere, a new one will be begun"
                )
            added.append(_plain_row(dict(zip(table._columns, cells, strict=True))))
        table._read_up_to = size
        return added

    def write(self, rows: list[dict]) -> None:
        """Add rows; when this returns they are on disk, all of them."""
        self._table._write_whole(self._file, self._table._encoded(rows))


def read_csv_log(path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """All rows of a table as the text they were written from; no file is no rows.

    Raises ValueError if the file has other columns.
    """
    path = Path(path)
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != columns:
            raise ValueError(f"{path} does not have the columns of this version")
        return [_plain_row(row) for row in reader]


def _ends_a_row(file, size: int) -> bool:
    file.seek(size - 1)
    return file.read(1) == b"\n"


def _flush(file) -> None:
    file.flush()
    os.fsync(file.fileno())


def _plain_row(row: dict[str, str]) -> dict[str, str]:
    return {name: text_of_csv_cell(cell) for name, cell in row.items()}
