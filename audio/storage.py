"""Small files that are replaced whole: a reader sees the old one or the new one, never a half."""

import os
import secrets
from pathlib import Path


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
