"""MusicGen Restoration Lab: start the app. `python app.py --help` explains every option."""

import argparse
import asyncio
import logging
import os
import socket
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # before gradio is imported: it never calls home

import numpy as np
import psutil
import uvicorn
from scipy.signal import resample_poly
from scipy.stats import friedmanchisquare

from audio.kernel_cache import choose_kernel_cache
from audio.working import WorkingFormat, in_working_format
from comparison import Comparison
from experiment.running.experiment_store import ExperimentStore
from generation import ClipStore, MusicGen, Prompt, SyntheticMusic
from listening import VoteLog, VoteNotSaved
from listening.answer_log import AnswerLog
from listening.previews import Previews
from listening.session_flow import SessionFlow
from listening.session_store import SessionStore
from listening.study_store import StudyStore
from restorers import Catalogue, PresetStore, RestorersFileError, load_catalogue
from restorers.catalogue import TAKEN
from storage.csv_log import CsvLogError
from storage.files import remove_unfinished
from storage.second_place import SecondPlace
from ui.access.connections import PatientProtocol, allow_many_files
from ui.access.login import STUDIO_USER
from ui.media import MediaStore
from ui.options import (
    OptionsError,
    check_folders,
    chosen_password,
    parse_options,
    password_for,
    proxies_of,
    root_path_of,
    second_place_of,
)
from ui.server import build_app
from ui.services import Services
from version import __version__
from versions.version_store import VersionStore

GRACE_S = 3  # for what is under way when the app is ended; an open page never ends by itself
KEEP_ALIVE_S = 75  # a listener's next request finds the connection still open
WARM_UP_AFTER_S = 4  # the first page is quicker to come up when nothing else computes
SWITCH_INTERVAL_S = 0.0005  # else a thread back from the disk waits 5 ms for one that computes

log = logging.getLogger("app")


def main() -> None:
    options = parse_options()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    try:
        password, root_path = password_for(options), root_path_of(options)
        proxies = proxies_of(options)
        check_folders(options)
        second_place = second_place_of(options)
    except OptionsError as error:
        sys.exit(str(error))
    listening_socket = bind(options.host, options.port)
    allow_many_files()
    if notice := choose_kernel_cache():
        log.warning("%s", notice)
    try:
        services = build_services(options)
    except RestorersFileError as error:
        sys.exit(str(error))
    for problem in services.catalogue.problems:
        log.warning("%s", problem)
    tidy_up(options, services)
    app = build_app(services, password=password, root_path=root_path, proxies=proxies)
    settle_array_types()
    host, port = listening_socket.getsockname()[:2]
    warming = threading.Timer(WARM_UP_AFTER_S, warm_up)
    warming.daemon = True
    warming.start()
    took_s = time.time() - psutil.Process().create_time()
    print(
        f"MusicGen Restoration Lab: http://{f'[{host}]' if ':' in host else host}:{port}  "
        f"(ready after {took_s:.1f} s; Ctrl-C ends it)",
        flush=True,
    )
    if password and chosen_password(options) is None:
        print(f"The Studio asks for a name and a password: {STUDIO_USER} {password}", flush=True)
    if second_place:
        second_place.follow()
    with services.scratch, suppress(KeyboardInterrupt):
        _Server(server_config(app), second_place).run(sockets=[listening_socket])


def build_services(options: argparse.Namespace) -> Services:
    """Raises RestorersFileError."""
    catalogue = load_catalogue(options.restorers_file)
    votes = VoteLog(options.results / "votes.csv")
    flow = session_flow_in(options.results, votes)
    scratch = TemporaryDirectory(prefix="restoration-lab-")
    previews = Path(scratch.name)
    clips = ClipStore(options.library)
    return Services(
        musicgen=MusicGen(options.model, device=options.device, precision=options.precision),
        synthetic=SyntheticMusic(),
        clips=clips,
        versions=VersionStore(clips, taken=TAKEN | set(catalogue.classes)),
        catalogue=catalogue,
        presets=PresetStore(options.library / "presets.json", catalogue.classes),
        votes=votes,
        flow=flow,
        previews=Previews(flow.studies, session_flow_in(previews, VoteLog(previews / "votes.csv"))),
        experiments=ExperimentStore(options.results / "experiments", catalogue),
        media=MediaStore(),
        scratch=scratch,
        app_version=__version__,
    )


def session_flow_in(folder: Path, votes: VoteLog) -> SessionFlow:
    return SessionFlow(
        studies=StudyStore(folder / "studies"),
        sessions=SessionStore(folder),
        votes=votes,
        answers=AnswerLog(folder / "answers.csv"),
        app_version=__version__,
    )


def server_config(app) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=PatientProtocol,
        proxy_headers=False,  # ui.access.forwarded reads them
        log_level="warning",
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACE_S,
    )


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, second_place: SecondPlace | None):
        super().__init__(config)
        self._second_place = second_place

    async def shutdown(self, sockets=None) -> None:
        # Pages that are still open are cut off here; each would be told with a traceback.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets)
        if self._second_place:  # here, because a SIGTERM ends the program once this returns
            await asyncio.to_thread(self._second_place.end)


def tidy_up(options: argparse.Namespace, services: Services) -> None:
    """Put aside or delete what a crash left half written; the app starts all the same."""
    for record in (services.votes, services.flow.sessions, services.flow.answers):
        report_torn_rows(record)
    for folder in (options.library, options.results):
        for path in remove_unfinished(folder):
            log.warning("%s was never finished and has been deleted", path)


def report_torn_rows(record: VoteLog | SessionStore | AnswerLog) -> None:
    """Say where the rows are that a crash left half written."""
    try:
        for aside in record.recover():
            log.warning("half-written rows of %s were set aside in %s", record.path, aside)
    except (VoteNotSaved, CsvLogError) as error:
        log.warning("%s", error)


def settle_array_types() -> None:
    """Let scipy find out which of its arguments are tensors before a thread imports torch.

    It looks for `torch.Tensor` in a module that may be only half imported, and fails; what it has
    found out of a type it remembers.
    """
    samples = np.arange(8.0)
    resample_poly(samples, 2, 1)
    friedmanchisquare(samples, samples[::-1], samples)


def warm_up() -> None:
    """Load what the first comparison needs while the visitor still reads the page."""
    clip = SyntheticMusic().generate(Prompt("warm-up", duration_s=1.0))
    comparison = Comparison(in_working_format(clip, WorkingFormat.REPORT))
    for restorer in Catalogue().defaults().values():
        comparison.scores(restorer)
        comparison.level(restorer)


def bind(host: str, port: int) -> socket.socket:
    """Take the port before anything slow is done; ends the program in one sentence if it cannot."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        bound = socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        sys.exit(f"Cannot listen on {host}:{port} ({error}); choose another with --port.")
    # asyncio sends small answers at once (TCP_NODELAY) only over a socket that says it is TCP;
    # over any other each answer waits 40 ms for the browser's delayed acknowledgement.
    return socket.socket(bound.family, bound.type, socket.IPPROTO_TCP, fileno=bound.detach())


if __name__ == "__main__":
    main()
