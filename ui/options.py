"""The app's command line, and what is refused before anything starts."""

import argparse
import os
import secrets
import tempfile
from pathlib import Path

from generation.musicgen import AUTO, DEFAULT_MODEL, PRECISIONS
from listening.export import result_records
from restorers.catalogue import add_restorers_file_option
from storage.second_place import SecondPlace, SecondPlaceError
from ui.access.forwarded import checked_proxies
from ui.access.login import STUDIO_USER
from ui.access.root_path import checked_root
from ui.access.routes import is_loopback
from version import __version__

HOME = Path(__file__).parents[1]
PASSWORD_VARIABLE = "LAB_PASSWORD"


class OptionsError(ValueError):
    """Options that the app cannot start with; the text is one sentence for the user."""


def parse_options(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python app.py",
        description="Generate music, remove its hiss in three ways, compare, and vote blind.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    _add_model_options(parser)
    _add_place_options(parser)
    _add_network_options(parser)
    add_restorers_file_option(parser)
    parser.add_argument("--version", action="version", version=__version__)
    return parser.parse_args(arguments)


def _add_model_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--model",
        default=DEFAULT_MODEL,
        help="MusicGen checkpoint: a Hugging Face id (downloaded once, on first use) or a folder",
    )
    parser.add_argument(
        "--device",
        default=AUTO,
        help="where MusicGen computes: auto (CUDA if there is one), cpu, cuda, cuda:1, ...",
    )
    parser.add_argument(
        "--precision",
        default=AUTO,
        choices=PRECISIONS,
        help="what MusicGen computes in: auto (float16 on CUDA, else float32); bfloat16 is faster "
        "on recent processors, and a little less exact",
    )


def _add_place_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--library",
        type=Path,
        default=HOME / "library",
        help="folder in which generated and uploaded clips, and presets, are kept",
    )
    parser.add_argument(
        "--results",
        type=Path,
        default=HOME / "listening_results",
        help="folder whose votes.csv collects the blind votes",
    )

    parser.add_argument(
        "--copy-results",
        default=os.environ.get("COPY_RESULTS", ""),
        metavar="URL",
        help="second place for votes.csv, sessions.csv, answers.csv and every study.json, kept up "
        "to date: an fsspec URL such as s3://bucket/folder, hf://datasets/me/votes or file:///folder",
    )


def _add_network_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--host",
        default=os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1"),
        help="address to listen on; other than this machine's own, the Studio asks for a password",
    )
    parser.add_argument(
        "--port",
        type=int,
        default=os.environ.get("GRADIO_SERVER_PORT", "7860"),
        help="port to listen on; 0 takes any free one",
    )
    parser.add_argument(
        "--root-path",
        default=os.environ.get("GRADIO_ROOT_PATH", ""),
        help="path under which a proxy publishes the app, such as /lab",
    )
    parser.add_argument(
        "--trusted-proxies",
        default=os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1"),
        metavar="ADDRESSES",
        help="proxies whose X-Forwarded headers are believed: addresses or networks, separated by "
        "commas, or * for any, where nothing but the proxy can reach the app",
    )
    parser.add_argument(
        "--password",
        default=None,  # the help shows defaults: LAB_PASSWORD is read later
        help=f"password of the Studio, asked for with the name {STUDIO_USER}; where it is needed "
        f"and not given, one is made up and printed; {PASSWORD_VARIABLE} in the environment does "
        "the same and keeps it out of the list of processes",
    )


def password_for(options: argparse.Namespace) -> str | None:
    """The password asked for; a random one if others can reach the app and none was chosen.

    Raises OptionsError for an empty one, which would open the Studio to everybody.
    """
    given = chosen_password(options)
    if given == "":
        raise OptionsError(
            f"An empty password would open the Studio to everybody; leave --password and "
            f"{PASSWORD_VARIABLE} out to have one made up."
        )
    if given is not None or is_loopback(options.host):
        return given
    return secrets.token_urlsafe(12)


def chosen_password(options: argparse.Namespace) -> str | None:
    """The password that was given, None if there was none."""
    if options.password is not None:
        return options.password
    return os.environ.get(PASSWORD_VARIABLE)


def root_path_of(options: argparse.Namespace) -> str:
    """ "/lab" or ""; raises OptionsError."""
    try:
        return checked_root(options.root_path)
    except ValueError as error:
        raise OptionsError(str(error)) from error


def proxies_of(options: argparse.Namespace) -> tuple[str, ...]:
    """The proxies that are believed; raises OptionsError."""
    try:
        return checked_proxies(options.trusted_proxies)
    except ValueError as error:
        raise OptionsError(str(error)) from error


def second_place_of(options: argparse.Namespace) -> SecondPlace | None:
    """Where the results are copied to, None for nowhere; raises OptionsError."""
    if not options.copy_results:
        return None
    try:
        return SecondPlace(options.results, result_records, options.copy_results)
    except SecondPlaceError as error:
        raise OptionsError(str(error)) from error


def check_folders(options: argparse.Namespace) -> None:
    """Raises OptionsError if clips or votes could not be written."""
    for option, folder in (("--library", options.library), ("--results", options.results)):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            reason = error.strerror or error
            raise OptionsError(
                f"Nothing can be written to {folder} ({reason}); choose another with {option}."
            ) from error
