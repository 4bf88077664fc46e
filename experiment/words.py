"""The words of figures and report; methods and columns keep their names in every language."""

import json
from importlib.resources import files

ENGLISH, ITALIAN = "en", "it"
LANGUAGES = {ENGLISH: "English", ITALIAN: "Italiano"}


class Words:
    """The words of one language: words("good"), words("n_clips", n=5)."""

    def __init__(self, language: str = ENGLISH):
        if language not in LANGUAGES:
            raise ValueError(f"language must be one of {sorted(LANGUAGES)}, got {language!r}")
        self.language = language
        self._words = json.loads(
            files("experiment").joinpath(f"words.{language}.json").read_text(encoding="utf-8")
        )

    def __call__(self, key: str, **values) -> str:
        return self._words[key].format(**values)

    def clips(self, n: int) -> str:
        """How many clips, with the right form of the word."""
        return self("one_clip") if n == 1 else self("n_clips", n=n)
