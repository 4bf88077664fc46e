"""The code that measures a clip: its digest, and the ZIP in which it is sent to other machines."""

import functools
import hashlib
from importlib.resources import files

from storage.archive import zip_bytes

PACKAGES = (
    "audio", "comparison", "experiment", "generation", "jobs", "known_hiss", "metrics",
    "restorers", "storage", "versions",
)  # fmt: skip
SUFFIXES = (".py", ".txt")  # modules, and the prompts that one of them reads
DIGITS = 12


@functools.cache
def code_digest() -> str:
    """Twelve hexadecimal digits that differ when the code that is running differs."""
    digest = hashlib.sha256()
    for name, source in _sources():
        digest.update(name.encode() + b"\0" + source + b"\0")
    return digest.hexdigest()[:DIGITS]


def code_zip() -> bytes:
    """A ZIP that Python can import from."""
    return zip_bytes(dict(_sources()))


def _sources():
    """Name and content of every file, also of one that was itself imported from a ZIP."""
    for package in PACKAGES:
        yield from _modules_below(files(package), package)


def _modules_below(folder, path: str):
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.name.endswith(SUFFIXES):
            yield f"{path}/{entry.name}", entry.read_bytes()
        elif entry.is_dir() and entry.name != "__pycache__":
            yield from _modules_below(entry, f"{path}/{entry.name}")
