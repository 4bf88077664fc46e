"""Sound files on this machine or behind any address that fsspec knows (s3://, gs://, ...)."""

import hashlib
import posixpath
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fsspec.core import url_to_fs

from audio.clip import AudioClip
from audio.files import AudioFileError, read_clip

MAX_FILE_BYTES = 1_000_000_000  # ten minutes of 96 kHz stereo in 64-bit floats
LOCAL = "file"


def read_source(url: str) -> tuple[AudioClip, str]:
    """The clip at the rate of its file, and the SHA-256 of the file in hexadecimal digits.

    Raises AudioFileError if it cannot be used, OSError if it cannot be reached.
    """
    with _local_copy(url) as path:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        return read_clip(path), sha256


@contextmanager
def _local_copy(url: str) -> Iterator[Path]:
    fs, path = url_to_fs(url)
    if fs.size(path) > MAX_FILE_BYTES:
        raise AudioFileError(f"This file is larger than {MAX_FILE_BYTES // 1_000_000} MB.")
    if LOCAL in (fs.protocol if isinstance(fs.protocol, tuple) else (fs.protocol,)):
        yield Path(path)
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / ("clip" + posixpath.splitext(path)[1])
        fs.get_file(path, str(copy))
        yield copy
