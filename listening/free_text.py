"""Text that a listener wrote, as it is kept."""

import re
import unicodedata

TOO_LONG, UNREADABLE = "too_long", "unreadable"
_LINE_BREAK = re.compile("\r\n|[\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029]")


class FreeTextError(ValueError):
    """Text that cannot be kept; reason : TOO_LONG or UNREADABLE"""

    def __init__(self, reason: str):
        self.reason = reason
        super().__init__(reason)


def clean_text(given: object, max_length: int) -> str:
    """With line feeds for all line breaks, without other control characters, and trimmed.

    Raises FreeTextError for what is no text, too long, or nothing that a file can hold.
    """
    if not isinstance(given, str) or len(given) > max_length:
        raise FreeTextError(TOO_LONG)
    try:
        given.encode()
    except UnicodeEncodeError as error:  # lone surrogates, which JSON can carry
        raise FreeTextError(UNREADABLE) from error
    lines = _LINE_BREAK.sub("\n", given)
    kept = (c for c in lines if c in "\n\t" or unicodedata.category(c) != "Cc")
    return "".join(kept).strip()
