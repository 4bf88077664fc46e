"""All restorers there are: the built-in ones, those of installed packages, and commands."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from restorers.built_in import RESTORERS
from restorers.commands.command_restorer import CommandRestorer, command_class
from restorers.commands.spec import RestorersFileError, read_restorers_file
from restorers.parameters import params_of
from restorers.plug_ins import find_plug_ins, package_of
from restorers.restorer import Restorer

FILE_NAME = "restorers.toml"
HOME = Path(__file__).parents[1]
# What versions and settings are called that are no restorers.
TAKEN = frozenset(
    {"original", "metrics", "anchor35", "anchor70", "reference", "ref", "hidden_reference",
     "hidden_ref", "residual"}
)  # fmt: skip


@dataclass(frozen=True)
class Catalogue:
    """classes : {condition: restorer class}, in the order of pages and tables
    files : the restorers files that were read
    problems : one sentence for each package whose restorer cannot be used
    """

    classes: Mapping[str, type[Restorer]] = field(default_factory=lambda: dict(RESTORERS))
    files: tuple[Path, ...] = ()
    problems: tuple[str, ...] = ()

    def defaults(self) -> dict[str, Restorer]:
        """Each with its default parameters."""
        return {slug: cls() for slug, cls in self.classes.items()}


def load_catalogue(files: Sequence[Path] | None = None) -> Catalogue:
    """Everything that is installed, and the commands of restorers files.

    files : None for `restorers.toml` beside the program, if there is one
    Raises RestorersFileError for a file that cannot be used; a package that cannot be is a problem.
    """
    if files is None:
        standard = HOME / FILE_NAME
        files = [standard] if standard.exists() else []
    plug_ins, problems = find_plug_ins(TAKEN | set(RESTORERS))
    classes = {**RESTORERS, **plug_ins}
    for path in files:
        for spec in read_restorers_file(path):
            if spec.name in TAKEN or spec.name in classes:
                raise RestorersFileError(f"{path}: the name “{spec.name}” is taken.")
            classes[spec.name] = command_class(spec)
    return Catalogue(classes, tuple(files), tuple(problems))


def add_restorers_file_option(parser: argparse.ArgumentParser) -> None:
    """`restorers_file` of the parsed options is what `load_catalogue` takes."""
    parser.add_argument(
        "--restorers-file",
        type=Path,
        action="append",
        metavar="FILE",
        help="TOML file of restorers that are command lines; repeatable; without it, "
        f"{FILE_NAME} beside the program, if there is one",
    )


def takes_long(restorer: Restorer | type[Restorer]) -> bool:
    """Whether a page had better not wait for it: it is a program of its own."""
    cls = restorer if isinstance(restorer, type) else type(restorer)
    return issubclass(cls, CommandRestorer)


def note_of(restorer: type[Restorer]) -> str:
    """What a user has to know of it besides its title, such as a licence; mostly empty."""
    return restorer.spec.note if issubclass(restorer, CommandRestorer) else ""


def source_of(restorer: Restorer) -> dict[str, str]:
    """Where a version comes from that this program does not make itself; else empty."""
    source = getattr(restorer, "source", None)
    if isinstance(source, dict):
        return source
    package = package_of(type(restorer))
    return {"package": package} if package else {}


def written_params(restorer: Restorer) -> dict[str, Any]:
    """What votes.csv and tables say of a restorer: where it comes from, and its parameters."""
    return {**source_of(restorer), **params_of(restorer)}
