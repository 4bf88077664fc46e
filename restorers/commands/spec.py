"""What a TOML file says of restorers that are command lines."""

import keyword
import re
import shlex
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, ConfigDict, TypeAdapter, ValidationError

from restorers.parameters import Parameter, check_declarations

ENTRY = "restorer"
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
IN, OUT, FOLDER = "in", "out", "folder"
# What a parameter cannot be called: it has a meaning in a command, in votes.csv or in the code.
RESERVED = frozenset(
    {IN, OUT, FOLDER, "command", "file", "package", "sha256", "title", "short_title", "spec",
     "source", "restore"}
)  # fmt: skip
MAX_TIME_LIMIT_S = 3600.0
MAX_RATE_HZ = 192_000
SLUG = re.compile(r"[a-z][a-z0-9]*([_-][a-z0-9]+)*")
NAME = re.compile(r"[a-z][a-z0-9_]*")


class RestorersFileError(ValueError):
    """A restorers file that cannot be used; the text is one sentence for the user."""


def _as_parameters(tables: Any) -> Any:
    """TOML's lists become tuples; a parameter without a title is called by its name."""
    if not isinstance(tables, list):
        return tables
    return tuple(_as_parameter(one) if isinstance(one, dict) else one for one in tables)


def _as_parameter(table: dict[str, Any]) -> dict[str, Any]:
    """With a default of the type that its values have: a step of 0.1 needs no 1.0 beside it."""
    numbers = [table.get(name) for name in ("default", "low", "high", "step")]
    default = table.get("default")
    if type(default) is int and any(isinstance(number, float) for number in numbers):
        default = float(default)
    facts = {"title": table.get("name"), **table, "choices": tuple(table.get("choices", ()))}
    return facts if default is None else facts | {"default": default}


def _as_command(command: Any) -> Any:
    return tuple(shlex.split(command)) if isinstance(command, str) else command


@dataclass(frozen=True)
class CommandSpec:
    """One restorer of a restorers file.

    name : the condition; command : program and arguments, with {in}, {out}, {folder} (that of the
        restorers file) and each parameter in braces
    sample_rate_hz, channels : of the WAV file that the command gets; None: as the clip
    note : a sentence for the page, such as a licence
    folder : that of the restorers file
    """

    __pydantic_config__: ClassVar = ConfigDict(extra="forbid", strict=False)

    name: str
    title: str
    command: Annotated[tuple[str, ...], BeforeValidator(_as_command)]
    folder: str
    short_title: str = ""
    sample_rate_hz: int | None = None
    channels: Literal[1, 2] | None = None
    time_limit_s: float = 60.0
    note: str = ""
    parameter: Annotated[tuple[Parameter, ...], BeforeValidator(_as_parameters)] = ()

    def __post_init__(self) -> None:
        if not SLUG.fullmatch(self.name) or len(self.name) > 40:
            raise ValueError(
                "name must be lower-case letters, digits, - and _, and begin with a letter"
            )
        if not self.title.strip() or not self.command:
            raise ValueError("title and command must not be empty")
        if self.sample_rate_hz is not None and not 8000 <= self.sample_rate_hz <= MAX_RATE_HZ:
            raise ValueError(f"sample_rate_hz must lie between 8000 and {MAX_RATE_HZ}")
        if not 0 < self.time_limit_s <= MAX_TIME_LIMIT_S:
            raise ValueError(f"time_limit_s must lie between 0 and {MAX_TIME_LIMIT_S:g}")
        self._check_parameters()
        self._check_placeholders()

    def _check_parameters(self) -> None:
        names = [one.name for one in self.parameter]
        for one in self.parameter:
            is_taken = one.name in RESERVED or keyword.iskeyword(one.name)
            if not NAME.fullmatch(one.name) or is_taken:
                raise ValueError(f"“{one.name}” cannot be the name of a parameter")
            if names.count(one.name) > 1:
                raise ValueError(f"there are two parameters “{one.name}”")
        check_declarations(self.parameter)

    def _check_placeholders(self) -> None:
        found = {name for part in self.command for name in PLACEHOLDER.findall(part)}
        for needed in (IN, OUT):
            if needed not in found:
                raise ValueError(f"the command lacks {{{needed}}}")
        names = {one.name for one in self.parameter}
        if unknown := sorted(found - names - {IN, OUT, FOLDER}):
            raise ValueError(f"{{{unknown[0]}}} in the command is not a parameter")
        if unused := sorted(names - found):
            raise ValueError(f"the command does not use {{{unused[0]}}}")

    def command_line(self, values: dict[str, str]) -> list[str]:
        """The command with every name in braces replaced; values : without {folder}"""
        known = {**values, FOLDER: self.folder}
        return [PLACEHOLDER.sub(lambda found: known[found[1]], part) for part in self.command]


def read_restorers_file(path: Path) -> list[CommandSpec]:
    """The restorers of a file, in its order; raises RestorersFileError."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise RestorersFileError(f"{path} cannot be read: {reason}.") from error
    except ValueError as error:
        raise RestorersFileError(f"{path} is not valid TOML: {error}.") from error
    entries = tables.pop(ENTRY, None)
    if tables or not isinstance(entries, list):
        raise RestorersFileError(f"{path} must consist of [[{ENTRY}]] tables.")
    folder = str(path.resolve().parent)
    return [_spec(path, number, entry, folder) for number, entry in enumerate(entries, start=1)]


def _spec(path: Path, number: int, entry: Any, folder: str) -> CommandSpec:
    name = entry.get("name", f"number {number}") if isinstance(entry, dict) else number
    try:
        if not isinstance(entry, dict):
            raise ValueError(f"[[{ENTRY}]] must be a table")
        if FOLDER in entry:
            raise ValueError("folder is known already")
        return TypeAdapter(CommandSpec).validate_python({**entry, FOLDER: folder})
    except ValidationError as error:
        raise RestorersFileError(f"{path}, restorer “{name}”: {_first(error)}.") from error
    except ValueError as error:
        raise RestorersFileError(f"{path}, restorer “{name}”: {error}.") from error


def _first(error: ValidationError) -> str:
    """The first thing that is wrong, in one clause."""
    fault = error.errors()[0]
    where = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "value_error":
        return str(fault["ctx"]["error"])
    words = {
        "missing": "is missing",
        "unexpected_keyword_argument": "is unknown",
        "extra_forbidden": "is unknown",
    }.get(fault["type"], f"is not valid ({fault['msg']})")
    return f"{where} {words}"
