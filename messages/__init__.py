"""All that pages and reports say, in every language: one catalogue for Python and browsers.

A section is a file `<language>/<section>.json` of keys and texts; a text may hold {values}.
"""

from messages.catalogue import ENGLISH, ITALIAN, LANGUAGES, Messages, section_of

__all__ = ["ENGLISH", "ITALIAN", "LANGUAGES", "Messages", "section_of"]
