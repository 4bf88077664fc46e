"""Files that others read too: replaced whole, and safe to open in a spreadsheet."""

import io
import os
import secrets
import zipfile
from pathlib import Path

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "'")


def replace_text(path: Path, text: str) -> None:
    """Write UTF-8 text under another name, flush it to disk, and put it in the place of `path`.

    Raises OSError; `path` is then as it was.
    """
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}.unfinished")
    try:
        with unfinished.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise


def csv_cell(value):
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


def zip_bytes(files: dict[str, bytes]) -> bytes:
    """A ZIP in memory; files : {name: content}."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()
