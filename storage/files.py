"""Files that others read too: replaced whole, and on disk before anyone is told so."""

import errno
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

OLD_S = 600.0  # a file written to more recently may still be in the making
FileState = tuple[Path, int, int, int]  # path, inode, time of its last change in ns, size
_UNFINISHED = re.compile(r"\..+[.-][0-9a-f]{8}\.unfinished")


def file_state(path: Path) -> FileState:
    """What changes whenever a file that is only ever replaced whole does; nothing of it is read.

    Raises OSError if there is no such file.
    """
    stat = path.stat()
    return path, stat.st_ino, stat.st_mtime_ns, stat.st_size


def replace_text(path: Path, text: str) -> None:
    """`replace_bytes` of UTF-8 text."""
    replace_bytes(path, text.encode())


def replace_bytes(path: Path, data: bytes) -> None:
    """Write under another name, flush to disk, and put it in the place of `path`.

    When this returns, a power cut no longer undoes it. Raises OSError; `path` is then as it was.
    """
    with replacing(path) as unfinished, unfinished.open("wb") as file:
        file.write(data)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Another name to write to; what stands there in the end is flushed and takes the place of
    `path`. Whatever is raised meanwhile, `path` is as it was."""
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}.unfinished")
    try:
        yield unfinished
        with unfinished.open("r+b") as file:
            flush(file)
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


def write_folder(folder: Path, files: Mapping[str, bytes | Callable[[Path], object]]) -> None:
    """Make a folder of these files, all of it or nothing; a power cut no longer undoes it.

    files : by name, in the order in which they are written: what is in each, or what writes it to
        the path that it is given
    The folder's name ends in a dash and eight hexadecimal digits. Raises OSError, and whatever
    `files` raise.
    """
    unfinished = folder.with_name(f".{folder.name}.unfinished")
    try:
        make_folder(folder.parent)
        unfinished.mkdir()
        for name, content in files.items():
            path = unfinished / name
            if isinstance(content, bytes):
                path.write_bytes(content)
            else:
                content(path)
            with path.open("r+b") as file:
                flush(file)
        flush_folder(unfinished)
        unfinished.rename(folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    flush_folder(folder.parent)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it that are missing; a power cut no longer undoes it."""
    missing = [folder, *folder.parents]
    missing = [one for one in missing if not one.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:  # a file of that name
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder)) from error
    for one in reversed(missing):
        flush_folder(one.parent)


def flush(file: BinaryIO) -> None:
    """Wait until what was written to an open file is on disk."""
    file.flush()
    os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Wait until the names in a folder are on disk (POSIX keeps them apart from the files)."""
    if os.name == "nt":  # folders cannot be opened there
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_unfinished(folder: Path) -> list[Path]:
    """Delete what a killed writer left below a folder; the files and folders that were deleted."""
    old = [path for path in _unfinished_below(folder) if _is_old(path)]
    for path in old:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return old


def _unfinished_below(folder: Path) -> Iterator[Path]:
    for path in folder.rglob(".*.unfinished"):
        if _UNFINISHED.fullmatch(path.name):
            yield path


def _is_old(path: Path) -> bool:
    """Whether nobody can still be writing it."""
    try:
        return time.time() - path.stat().st_mtime > OLD_S
    except OSError:  # finished just now
        return False
