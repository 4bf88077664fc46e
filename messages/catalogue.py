"""Texts by language, section and key."""

import functools
import json
from importlib.resources import files

ENGLISH, ITALIAN = "en", "it"
LANGUAGES = {ENGLISH: "English", ITALIAN: "Italiano"}


class Messages:
    """The texts of one section in one language: messages("good"), messages("n_clips", n=5)."""

    def __init__(self, section: str, language: str = ENGLISH):
        self.language = language
        self._texts = section_of(section, language)

    def __call__(self, key: str, **values: object) -> str:
        return self._texts[key].format(**values)

    def clips(self, n: int) -> str:
        """How many clips, with the right form of the word."""
        return self("one_clip") if n == 1 else self("n_clips", n=n)


@functools.cache
def section_of(section: str, language: str) -> dict:
    """A section as it stands in the catalogue; raises ValueError for an unknown language."""
    if language not in LANGUAGES:
        raise ValueError(f"language must be one of {sorted(LANGUAGES)}, got {language!r}")
    path = files("messages").joinpath(language, f"{section}.json")
    return json.loads(path.read_text(encoding="utf-8"))
