"""The code that measures a clip: its digest, and the ZIP in which it is sent to other machines."""

import functools
import hashlib
import io
import zipfile
from importlib.resources import files

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
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, source in _sources():
            archive.writestr(name, source)
    return buffer.getvalue()


def _sources():
    """Name and content of every module, also of one that was itself imported from a ZIP."""
    for package in PACKAGES:
        modules = [one for one in files(package).iterdir() if one.name.endswith(".py")]
        for module in sorted(modules, key=lambda one: one.name):
            yield f"{package}/{module.name}", module.read_bytes()
