"""The code that measures a clip: its digest, and the ZIP in which it is sent to other machines."""

import functools
import hashlib
from importlib.resources import files

from audio.storage import zip_bytes

PACKAGES = ("audio", "comparison", "experiment", "metrics", "restorers")
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
    """Name and content of every module, also of one that was itself imported from a ZIP."""
    for package in PACKAGES:
        modules = [one for one in files(package).iterdir() if one.name.endswith(".py")]
        for module in sorted(modules, key=lambda one: one.name):
            yield f"{package}/{module.name}", module.read_bytes()
