"""The options of `python -m restorers`, and the files that they ask for."""

import argparse
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from restorers import Catalogue, PresetError, PresetStore, load_catalogue
from restorers.catalogue import add_restorers_file_option
from restorers.file_restoring import FileOptions, audio_files_below
from restorers.restorer import Restorer
from restorers.settings import split_setting, with_parameter

STREAM = "-"
LIBRARY = Path(__file__).parents[1] / "library"


class OptionsError(ValueError):
    """What was asked for cannot be done at all; the text is one sentence for the user."""


@dataclass(frozen=True)
class Task:
    """One file and where its restoration goes; None where there is none, as with --check."""

    source: Path
    target: Path | None


def parse_options(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m restorers",
        description="Restore audio files of any length. Sample rate, channels, length, sample "
        "format and text tags are preserved.",
        epilog="exit status: 0 all done, 1 some files skipped, 2 nothing could be done",
    )
    _add_files(parser)
    _add_restorer(parser)
    _add_output(parser)
    return parser.parse_args(arguments)


def _add_files(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="INPUT OUTPUT; or, with --out, any number of files and folders; "
        f"or {STREAM}, from standard input to standard output",
    )
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="folder for the restored files")
    parser.add_argument("--force", action="store_true", help="overwrite existing files")


def _add_restorer(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--method", metavar="NAME", help="restoration method, e.g. hbss")
    add_restorers_file_option(parser)
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="METHOD.PARAMETER=VALUE",
        dest="settings",
        help="set a parameter, e.g. hbss.alpha=1.5; repeatable",
    )
    parser.add_argument("--preset", metavar="NAME", help="settings saved in the Studio")
    parser.add_argument(
        "--library",
        type=Path,
        default=LIBRARY,
        metavar="FOLDER",
        help="the Studio's library folder, where presets are saved (default %(default)s)",
    )


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--format",
        type=str.upper,
        metavar="NAME",
        dest="file_format",
        help="wav, flac, ogg, mp3, aiff, ... (default: from OUTPUT's extension, else as the input)",
    )
    parser.add_argument(
        "--subtype",
        type=str.upper,
        metavar="NAME",
        help="sample format: PCM_16, PCM_24, FLOAT, ... (default: as the input)",
    )
    parser.add_argument(
        "--residual", action="store_true", help="write the residual (what was removed) instead"
    )
    parser.add_argument("--check", action="store_true", help="only check for hiss; write nothing")


def file_options_from(options: argparse.Namespace) -> FileOptions:
    """Raises OptionsError for a format that is not known."""
    try:
        return FileOptions(options.file_format, options.subtype, options.residual)
    except ValueError as error:
        raise OptionsError(str(error)) from error


def restorer_from(options: argparse.Namespace) -> Restorer:
    """The restorer with its settings: the preset's, or the defaults, changed by each --set.

    Raises OptionsError for settings that do not exist or cannot be.
    """
    try:
        catalogue = load_catalogue(options.restorers_file)
        _check_method(options.method, catalogue)
        restorers = catalogue.defaults()
        if options.preset is not None:
            presets = PresetStore(options.library / "presets.json", catalogue.classes)
            restorers = presets.get(options.preset)
        for setting in options.settings:
            target, parameter, value = split_setting(setting)
            if target != options.method:
                raise OptionsError(f"{setting} is not a setting of {options.method}.")
            restorers[target] = with_parameter(restorers[target], target, parameter, value)
    except (PresetError, ValueError) as error:
        raise OptionsError(str(error)) from error
    return restorers[options.method]


def _check_method(method: str | None, catalogue: Catalogue) -> None:
    names = ", ".join(catalogue.classes)
    if method is None:
        raise ValueError(f"Please choose a method: --method {names}.")
    if method not in catalogue.classes:
        raise ValueError(f"There is no method “{method}”; choose from {names}.")


def tasks_from(options: argparse.Namespace) -> list[Task]:
    """Every file that was asked for, with the place of its restoration.

    Raises OptionsError if places are missing, or two files would have the same.
    """
    if options.check:
        return [Task(source, None) for source, _ in _found(map(Path, options.files))]
    if options.out is None:
        return [_one_to_one(options.files)]
    suffix = f".{options.file_format.lower()}" if options.file_format else None
    results = options.out.resolve()
    tasks = [
        Task(source, options.out / (relative.with_suffix(suffix) if suffix else relative))
        for source, relative in _found(map(Path, options.files), leaving_out=results)
    ]
    taken: dict[Path | None, Path] = {}
    for task in tasks:
        if (other := taken.setdefault(task.target, task.source)) != task.source:
            raise OptionsError(f"{other} and {task.source} would both be written to {task.target}.")
    return tasks


def _one_to_one(files: list[str]) -> Task:
    if len(files) != 2:
        raise OptionsError("Please give INPUT and OUTPUT, or a folder for the results with --out.")
    if STREAM in files:
        raise OptionsError(
            f"{STREAM} stands alone: it reads standard input and writes standard output."
        )
    source, target = map(Path, files)
    if source.is_dir():
        raise OptionsError(f"{source} is a folder; choose where its files go with --out.")
    return Task(source, target)


def _found(paths: Iterable[Path], *, leaving_out: Path | None = None) -> list[tuple[Path, Path]]:
    """Files, and each one's path below the folder that was asked for.

    leaving_out : the folder of results, in which none is sought
    """
    found: dict[Path, Path] = {}
    for path in paths:
        if not path.is_dir():
            found.setdefault(path, Path(path.name))
            continue
        inside = [
            one
            for one in audio_files_below(path)
            if leaving_out is None or not one.resolve().is_relative_to(leaving_out)
        ]
        if not inside:
            raise OptionsError(f"No audio files in {path}.")
        for one in inside:
            found.setdefault(one, one.relative_to(path))
    return list(found.items())
