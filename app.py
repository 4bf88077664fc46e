"""MusicGen Restoration Lab: start the app. `python app.py --help` explains every option."""

import argparse
import ipaddress
import logging
import os
import secrets
import socket
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # before gradio is imported: it never calls home

import psutil
import uvicorn

from audio.working import REPORT_RATE_HZ, at_working_rate
from comparison import Comparison
from experiment.running.experiment_store import ExperimentStore
from generation import ClipStore, MusicGen, Prompt, SyntheticMusic
from generation.musicgen import AUTO, DEFAULT_MODEL, PRECISIONS
from listening import VoteLog, VoteNotSaved
from listening.session_flow import SessionFlow
from listening.session_store import SessionNotKept, SessionStore
from listening.study_store import StudyStore
from restorers import RESTORERS, PresetStore
from ui.media import MediaStore
from ui.server import STUDIO_USER, build_app
from ui.services import Services
from version import __version__

GRACE_S = 3  # for what is under way when the app is ended; an open page never ends by itself
KEEP_ALIVE_S = 75  # a listener's next request finds the connection still open
WARM_UP_AFTER_S = 4  # the first page is quicker to come up when nothing else computes
SWITCH_INTERVAL_S = 0.0005  # else a thread back from the disk waits 5 ms for one that computes
HERE = Path(__file__).parent

log = logging.getLogger("app")


def parse_options(arguments=None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python app.py",
        description="Generate music, remove its hiss in three ways, compare, and vote blind.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
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
    parser.add_argument(
        "--library",
        type=Path,
        default=HERE / "library",
        help="folder in which generated and uploaded clips, and presets, are kept",
    )
    parser.add_argument(
        "--results",
        type=Path,
        default=HERE / "listening_results",
        help="folder whose votes.csv collects the blind votes",
    )
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        help="address to listen on; other than this machine's own, the Studio asks for a password",
    )
    parser.add_argument(
        "--password",
        default=None,
        help=f"password of the Studio, asked for with the name {STUDIO_USER}; where it is needed "
        "and not given, one is made up and printed",
    )
    parser.add_argument(
        "--port", type=int, default=7860, help="port to listen on; 0 takes any free one"
    )
    parser.add_argument("--version", action="version", version=__version__)
    return parser.parse_args(arguments)


def build_services(options: argparse.Namespace) -> Services:
    votes = VoteLog(options.results / "votes.csv")
    scratch = TemporaryDirectory(prefix="restoration-lab-")
    previews = Path(scratch.name)
    return Services(
        musicgen=MusicGen(options.model, device=options.device, precision=options.precision),
        synthetic=SyntheticMusic(),
        clips=ClipStore(options.library),
        presets=PresetStore(options.library / "presets.json", RESTORERS),
        votes=votes,
        flow=session_flow_in(options.results, votes),
        previews=session_flow_in(previews, VoteLog(previews / "votes.csv")),
        experiments=ExperimentStore(options.results / "experiments"),
        media=MediaStore(),
        scratch=scratch,
        app_version=__version__,
    )


def session_flow_in(folder: Path, votes: VoteLog) -> SessionFlow:
    return SessionFlow(
        studies=StudyStore(folder / "studies"),
        sessions=SessionStore(folder),
        votes=votes,
        app_version=__version__,
    )


def main() -> None:
    options = parse_options()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    listening_socket = _bind(options.host, options.port)
    services = build_services(options)
    for record in (services.votes, services.flow.sessions):
        report_torn_rows(record)
    password = password_for(options)
    app = build_app(services, password=password)
    host, port = listening_socket.getsockname()[:2]
    warming = threading.Timer(WARM_UP_AFTER_S, warm_up)
    warming.daemon = True
    warming.start()
    took_s = time.time() - psutil.Process().create_time()
    print(
        f"MusicGen Restoration Lab: http://{host}:{port}  "
        f"(ready after {took_s:.1f} s; Ctrl-C ends it)",
        flush=True,
    )
    if password and not options.password:
        print(f"The Studio asks for a name and a password: {STUDIO_USER} {password}", flush=True)
    config = uvicorn.Config(
        app,
        log_level="warning",
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACE_S,
    )
    with services.scratch, suppress(KeyboardInterrupt):
        _Server(config).run(sockets=[listening_socket])


class _Server(uvicorn.Server):
    async def shutdown(self, sockets=None) -> None:
        # Pages that are still open are cut off here; each would be told with a traceback.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets)


def password_for(options: argparse.Namespace) -> str | None:
    """The password asked for; a random one if others can reach the app and none was chosen."""
    if options.password is not None or _is_own_machine(options.host):
        return options.password
    return secrets.token_urlsafe(12)


def _is_own_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name
        return host == "localhost"


def report_torn_rows(record: VoteLog | SessionStore) -> None:
    """Say where the rows are that a crash left half written; the app starts all the same."""
    try:
        for aside in record.recover():
            log.warning("half-written rows of %s were set aside in %s", record.path, aside)
    except (VoteNotSaved, SessionNotKept) as error:
        log.warning("%s", error)


def warm_up() -> None:
    """Load what the first comparison needs while the visitor still reads the page."""
    clip = SyntheticMusic().generate(Prompt("warm-up", duration_s=1.0))
    comparison = Comparison(at_working_rate(clip, REPORT_RATE_HZ))
    for restorer in RESTORERS.values():
        comparison.scores(restorer())
        comparison.level(restorer())


def _bind(host: str, port: int) -> socket.socket:
    """Take the port before anything slow is done; ends the program in one sentence if it cannot."""
    try:
        bound = socket.create_server((host, port))
    except (OSError, OverflowError) as error:
        sys.exit(f"Cannot listen on {host}:{port} ({error}); choose another with --port.")
    # asyncio sends small answers at once (TCP_NODELAY) only over a socket that says it is TCP;
    # over any other each answer waits 40 ms for the browser's delayed acknowledgement.
    return socket.socket(bound.family, bound.type, socket.IPPROTO_TCP, fileno=bound.detach())


if __name__ == "__main__":
    main()
