"""What a version made elsewhere is called: a title on pages, a condition in files."""

import re
import unicodedata

MAX_LENGTH = 40


def condition_slug(title: str) -> str:
    """A title in letters that stand in addresses, CSV and file names; "version" if it has none.

    Letters keep their case: "methodA" stays what it is.
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^A-Za-z0-9_]+", "-", plain).strip("-_")[:MAX_LENGTH].strip("-_")
    return slug if slug[:1].isalpha() else f"version-{slug}".rstrip("-")
