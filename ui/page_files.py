"""Our own scripts, styles and texts, as plain files below one address for each kind of page.

A page loads everything from the one address it is given: scripts find each other by relative
addresses, and what belongs to another kind of page is not there.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from fastapi import FastAPI, Request, Response

from messages import LANGUAGES, section_of

ASSETS = Path(__file__).parent / "assets"
SHARED = "shared"
MEDIA_TYPES = {".js": "text/javascript", ".css": "text/css"}
HEADERS = {"Cache-Control": "no-cache"}


@dataclass(frozen=True)
class PageFiles:
    """What the pages of one kind load.

    address : the folder's name in addresses
    folder : the folder in ui/assets that is this kind's own; every kind has SHARED as well
    languages, sections : what of the message catalogue the scripts may say
    """

    address: str
    folder: str
    languages: Iterable[str]
    sections: Iterable[str]

    @cached_property
    def paths(self) -> dict[str, Path]:
        """The files by their address below this one."""
        found = [path for folder in (SHARED, self.folder) for path in (ASSETS / folder).iterdir()]
        return {
            f"{path.parent.name}/{path.name}": path
            for path in sorted(found)
            if path.suffix in MEDIA_TYPES
        }

    def add_to(self, app: FastAPI) -> None:
        """Serve the files, as they are when the app starts."""
        for name, path in self.paths.items():
            _serve(app, f"/{self.address}/{name}", path.read_text("utf-8"), path.suffix)
        module = messages_module(self.languages, self.sections)
        _serve(app, f"/{self.address}/messages.js", module, ".js")

    def tags(self, root: str = "") -> str:
        """For a page's head: its styles, and its scripts, all of which are fetched at once.

        root : the way from the page to the application's address
        """
        below = f"{root}{self.address}"
        scripts = [f"{below}/{name}" for name in self.paths if name.endswith(".js")]
        preloads = [
            f'<link rel="modulepreload" href="{script}">'
            for script in (*scripts, f"{below}/messages.js")
        ]
        styles = [
            f'<link rel="stylesheet" href="{below}/{folder}/{folder}.css">'
            for folder in (SHARED, self.folder)
        ]
        return "\n".join((*styles, *preloads))


def messages_module(languages: Iterable[str], sections: Iterable[str]) -> str:
    """These sections of the catalogue as a script that exports them, by language and section."""
    texts = {
        language: {section: section_of(section, language) for section in sections}
        for language in languages
    }
    names = {language: LANGUAGES[language] for language in languages}
    return f"export const languages = {_as_script(names)};\nexport default {_as_script(texts)};\n"


def _as_script(value: Mapping) -> str:
    return json.dumps(value, ensure_ascii=False)


def _serve(app: FastAPI, address: str, content: str, suffix: str) -> None:
    async def page_file(request: Request) -> Response:
        return Response(content, media_type=MEDIA_TYPES[suffix], headers=HEADERS)

    app.add_route(address, page_file, methods=["GET"])  # a page asks for two dozen at once
