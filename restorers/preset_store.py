"""Settings kept under a name, in one JSON file that people can read."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from restorers.built_in import BY_TRUTH
from restorers.restorer import Restorer
from restorers.settings import settings_from_json, settings_json
from storage.files import make_folder, replace_text
from storage.locks import SharedLock
from storage.records import record_from_json, record_json

SCHEMA_VERSION = 1
MAX_NAME_LENGTH = 60
REPORT_PRESET, TRUTH_PRESET = "The report's settings", "By known truth"


class PresetError(Exception):
    """A preset that cannot be kept or found; the text is meant for the user."""


@dataclass(frozen=True)
class Presets:
    """The file: settings by name. What is wrong with one of them is said when it is asked for."""

    presets: dict[str, Any]


class PresetStore:
    """Presets by name; several threads and processes may share the file.

    path : the JSON file; made by the first `save`
    classes : {condition: restorer class} of the presets
    Two presets are always there: the report's settings, and those by known truth.
    """

    def __init__(self, path: Path | str, classes: Mapping[str, type[Restorer]]):
        self._built_in: dict[str, dict[str, Restorer]] = {
            REPORT_PRESET: {slug: cls() for slug, cls in classes.items()},
            TRUTH_PRESET: {slug: BY_TRUTH.get(slug, cls()) for slug, cls in classes.items()},
        }
        self._path = Path(path)
        self._lock = SharedLock(Path(f"{self._path}.lock"))
        self._classes = classes

    def names(self) -> list[str]:
        """All names: the built-in ones, then the others in alphabetical order."""
        return [*self._built_in, *sorted(self._read(), key=str.casefold)]

    def get(self, name: str) -> dict[str, Restorer]:
        """The restorers saved as `name`; those that there are no more are left out."""
        if name in self._built_in:
            return self._built_in[name]
        presets = self._read()
        if name not in presets:
            raise PresetError(f"There is no preset “{name}”.")
        try:
            text = json.dumps(presets[name])
            return settings_from_json(text, self._classes, ignores_others=True)
        except ValueError as error:
            raise PresetError(f"The preset “{name}” cannot be used: {error}") from error

    def save(self, name: str, restorers: dict[str, Restorer]) -> str:
        """Keep the restorers, replacing a preset of the same name; returns the name as kept."""
        name = " ".join(name.split())
        if not name or len(name) > MAX_NAME_LENGTH or not name.isprintable():
            raise PresetError(f"A preset needs a name of 1 to {MAX_NAME_LENGTH} characters.")
        self._check_own(name)
        self._change(lambda presets: presets.update({name: json.loads(settings_json(restorers))}))
        return name

    def delete(self, name: str) -> None:
        """Forget a preset; one already gone is no error."""
        self._check_own(name)
        self._change(lambda presets: presets.pop(name, None))

    def _check_own(self, name: str) -> None:
        if name in self._built_in:
            raise PresetError(f"“{name}” is built in and stays as it is; choose another name.")

    def _change(self, change: Callable[[dict], object]) -> None:
        try:
            make_folder(self._path.parent)
            with self._lock:
                presets = self._read()
                change(presets)
                text = record_json(Presets(presets), schema_version=SCHEMA_VERSION)
                replace_text(self._path, text)
        except OSError as error:
            raise PresetError(
                f"The presets could not be saved: {error.strerror or error}."
            ) from error

    def _read(self) -> dict:
        try:
            text = self._path.read_text(encoding="utf-8")
            return record_from_json(Presets, text, schema_version=SCHEMA_VERSION).presets
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise PresetError(
                f"The presets in {self._path} are damaged; repair or remove that file."
            ) from error
