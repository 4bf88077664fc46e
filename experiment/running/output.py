"""The folder of an experiment's results, on this machine or behind any URL that fsspec knows."""

import posixpath
from collections.abc import Iterable

import fsspec
from fsspec.core import url_to_fs

UNFINISHED = ".unfinished"
CLIPS_FOLDER = "clips"  # what was generated or copied for this experiment
WORK_FOLDER = "work"  # what an interrupted run goes on from
REPORT_NAME = "report.html"


class OutputError(Exception):
    """Results that cannot be kept; the text is meant for the user."""


class OutputFolder:
    """Files by names relative to the folder; folders in between are made when needed."""

    def __init__(self, url: str):
        try:
            self._fs, self._root = url_to_fs(url)
        except (ValueError, ImportError) as error:
            raise OutputError(f"{url} cannot be used for results: {error}.") from error
        if isinstance(self._fs, fsspec.get_filesystem_class("file")):
            self._fs = fsspec.filesystem("file", auto_mkdir=True)
        self._root = self._root.rstrip("/")
        self.url = self._fs.unstrip_protocol(self._root)

    def __str__(self) -> str:
        return self._root if self.url.startswith("file:") else self.url

    def write(self, name: str, data: bytes) -> None:
        """Replace a file; a reader never sees half of it. Raises OutputError."""
        self.write_all(name, [data])

    def write_all(self, name: str, parts: Iterable[bytes]) -> None:
        """The same for a file that need not be in memory as a whole."""
        path = self._path(name)
        try:
            self._fs.makedirs(posixpath.dirname(path), exist_ok=True)
            with self._fs.open(path + UNFINISHED, "wb") as file:
                for part in parts:
                    file.write(part)
            self._fs.mv(path + UNFINISHED, path)
        except OSError as error:
            raise OutputError(
                f"{name} could not be written to {self}: {error.strerror or error}."
            ) from error

    def read(self, name: str) -> bytes | None:
        """The whole of a file; None if there is none."""
        try:
            return self._fs.cat_file(self._path(name))
        except FileNotFoundError:
            return None

    def names(self, folder: str) -> list[str]:
        """The finished files right inside a folder, in alphabetical order."""
        self._fs.invalidate_cache(self._path(folder))
        try:
            paths = self._fs.ls(self._path(folder), detail=False)
        except FileNotFoundError:
            return []
        names = sorted(path.rstrip("/").rpartition("/")[2] for path in paths)
        return [f"{folder}/{name}" for name in names if not name.endswith(UNFINISHED)]

    def delete(self, name: str) -> None:
        """Remove a file; one already gone is no error."""
        try:
            self._fs.rm_file(self._path(name))
        except FileNotFoundError:
            return

    def url_of(self, name: str) -> str:
        return f"{self.url}/{name}"

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"
