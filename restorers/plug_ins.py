"""Restorers that other packages bring along, by the entry point group GROUP."""

import dataclasses
import functools
import importlib.metadata
from collections.abc import Collection
from typing import Any

from restorers.commands.spec import RESERVED, SLUG
from restorers.parameters import check_declarations, parameters_of
from restorers.restorer import Restorer

GROUP = "musicgen_restoration.restorers"
OURS = __name__.partition(".")[0]


def find_plug_ins(taken: Collection[str]) -> tuple[dict[str, type[Restorer]], list[str]]:
    """{condition: restorer class} of all installed packages, by name, and a sentence for each
    package whose restorer cannot be used.

    taken : names that no plug-in can have
    """
    found: dict[str, type[Restorer]] = {}
    problems = []
    for entry in sorted(importlib.metadata.entry_points(group=GROUP), key=lambda one: one.name):
        try:
            if entry.name in taken or entry.name in found or not SLUG.fullmatch(entry.name):
                raise ValueError(f"the name “{entry.name}” is taken or not allowed")
            cls = entry.load()
            check_class(cls)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # whatever other people's code raises, SystemExit included
            package = entry.dist.name if entry.dist else entry.value
            problems.append(
                f"The restorer “{entry.name}” of the package {package} cannot be used: "
                f"{_reason(error)}."
            )
        else:
            found[entry.name] = cls
    return found, problems


def _reason(error: BaseException) -> str:
    """The end of a sentence, on one line."""
    said = str(error) if isinstance(error, ValueError) else ""
    return " ".join((said or repr(error)).split()).rstrip(".")


def check_class(cls: Any) -> None:
    """Raises ValueError, with the end of a sentence, for what is no restorer class."""
    _check_dataclass(cls)
    for name in ("title", "short_title"):
        if not isinstance(getattr(cls, name, None), str) or not getattr(cls, name).strip():
            raise ValueError(f"{cls.__name__} has no {name}")
    if not callable(getattr(cls, "restore", None)):
        raise ValueError(f"{cls.__name__} cannot restore")
    for field in dataclasses.fields(cls):
        if field.name in RESERVED:
            raise ValueError(f"“{field.name}” cannot be the name of a parameter")
        if not {"title", "help"} <= set(field.metadata):
            raise ValueError(
                f"the field {field.name} of {cls.__name__} was not made by `parameter`"
            )
    check_declarations(parameters_of(cls))
    if cls() != cls():
        raise ValueError(f"two {cls.__name__} with equal settings are not equal")
    hash(cls())


def _check_dataclass(cls: Any) -> None:
    if not isinstance(cls, type) or not dataclasses.is_dataclass(cls):
        raise ValueError(f"{cls!r} is not a dataclass")
    if not cls.__dataclass_params__.frozen:  # type: ignore[attr-defined] # every dataclass has it
        raise ValueError(f"{cls.__name__} is not frozen")


@functools.cache
def package_of(cls: type) -> str:
    """Name and version of the installed package that a class comes from; "" for ours."""
    top = cls.__module__.partition(".")[0]
    if top == OURS:
        return ""
    for entry in importlib.metadata.entry_points(group=GROUP):  # a look into all files takes long
        if entry.dist and entry.module.partition(".")[0] == top:
            return f"{entry.dist.name} {entry.dist.version}"
    packages = importlib.metadata.packages_distributions().get(top, [])
    if not packages:
        return top
    return f"{packages[0]} {importlib.metadata.version(packages[0])}"
