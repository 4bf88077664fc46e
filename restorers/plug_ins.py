"""Restorers that other packages bring along, by the entry point group GROUP."""

import dataclasses
import functools
import importlib.metadata
from collections.abc import Collection
from typing import Any

from restorers.commands.spec import SLUG
from restorers.parameters import parameters_of
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
        except Exception as error:  # whatever other people's code raises
            package = entry.dist.name if entry.dist else entry.value
            reason = str(error) if isinstance(error, ValueError) else repr(error)
            problems.append(
                f"The restorer “{entry.name}” of the package {package} cannot be used: {reason}."
            )
        else:
            found[entry.name] = cls
    return found, problems


def check_class(cls: Any) -> None:
    """Raises ValueError, with the end of a sentence, for what is no restorer class."""
    _check_dataclass(cls)
    for name in ("title", "short_title"):
        if not isinstance(getattr(cls, name, None), str) or not getattr(cls, name).strip():
            raise ValueError(f"{cls.__name__} has no {name}")
    if not callable(getattr(cls, "restore", None)):
        raise ValueError(f"{cls.__name__} cannot restore")
    try:
        parameters = parameters_of(cls)
    except TypeError as error:
        raise ValueError(f"a field of {cls.__name__} was not made by `parameter`") from error
    for item in parameters:
        if not item.choices and None in (item.low, item.high, item.step):
            raise ValueError(f"{item.name} needs low, high and step, or choices")
        item.check(item.default)
    if sum(item.strength != 0 for item in parameters) > 1:
        raise ValueError(f"{cls.__name__} has more than one parameter with a strength")
    cls()


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
    packages = importlib.metadata.packages_distributions().get(top, [])
    if not packages:
        return top
    return f"{packages[0]} {importlib.metadata.version(packages[0])}"
