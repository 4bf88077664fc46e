"""Experiments kept in one folder: begun, stopped, gone on with, looked at again."""

import dataclasses
import json
import re
import secrets
import shutil
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from audio.sound_file import AUDIO_SUFFIXES
from experiment.protocol import Protocol
from experiment.running.output import CLIPS_FOLDER, REPORT_NAME, WORK_FOLDER, OutputFolder
from experiment.running.run import ExperimentError, begin, protocol_of, run_experiment
from experiment.running.sources import find_clips
from experiment.running.workers import LocalProcesses, n_cores
from jobs.progress import Cancelled, OnProgress, Stage, ignore_progress, never_cancelled
from messages import LANGUAGES, Messages
from restorers import Catalogue
from storage.archive import zip_bytes
from storage.files import replace_text
from storage.records import facts_from_json, record_from_facts

REQUEST_NAME = "request.json"
MAX_NAME_LENGTH = 60
WAIT_FOR_TURN_S = 0.5
_EXPERIMENT_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{8}")


@dataclass(frozen=True)
class ExperimentRecord:
    """One experiment; is_finished : its report is there"""

    experiment_id: str
    created_at: datetime
    n_clips: int
    is_finished: bool

    @property
    def label(self) -> str:
        clips = "1 clip" if self.n_clips == 1 else f"{self.n_clips} clips"
        state = "" if self.is_finished else " · not finished"
        return f"{self.created_at:%Y-%m-%d %H:%M:%S} · {clips}{state}"


@dataclass(frozen=True)
class Experiments:
    """All experiments that can be read, newest first, and one sentence for each that cannot."""

    records: tuple[ExperimentRecord, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True)
class Request:
    """request.json: what was asked for besides clips and protocol.

    created_at : UTC, ISO 8601; n_synthetic : how many clips are synthetic music
    """

    created_at: str
    language: str
    n_synthetic: int

    def __post_init__(self) -> None:
        if datetime.fromisoformat(self.created_at).tzinfo is None:
            raise ValueError("the moment has no time zone")
        if self.language not in LANGUAGES:
            raise ValueError(f"language must be one of {sorted(LANGUAGES)}, got {self.language!r}")


class ExperimentStore:
    """Experiments by id; they run one after the other, on all cores but one.

    Each has a folder with a copy of its clips, so that it can go on after the clips it was made
    from are gone.
    """

    def __init__(self, folder, catalogue: Catalogue):
        """catalogue : the restorers with which experiments are begun and continued"""
        self._folder = Path(folder)
        self._catalogue = catalogue
        self._turn = threading.Lock()

    def add(
        self,
        clips: Iterable[tuple[str, str, bytes]],
        protocol: Protocol,
        language: str,
        *,
        n_synthetic: int = 0,
    ) -> str:
        """Put an experiment on the shelf; returns its id.

        clips : title, ending of the file's name, and content of each
        n_synthetic : how many of them are synthetic music; the report will say so
        """
        if language not in LANGUAGES:
            raise ValueError(f"language must be one of {sorted(LANGUAGES)}, got {language!r}")
        moment = datetime.now(UTC)
        experiment_id = f"{moment:%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"
        folder = self._folder / experiment_id
        try:
            (folder / CLIPS_FOLDER).mkdir(parents=True)
            taken: set[str] = set()
            for title, suffix, content in clips:
                name = _file_name(title, suffix, taken)
                (folder / CLIPS_FOLDER / name).write_bytes(content)
            if not taken:
                raise ExperimentError(
                    "An experiment needs at least one clip; choose or upload some."
                )
            begin(OutputFolder(str(folder)), protocol)
            request = Request(moment.isoformat(), language, n_synthetic)
            text = json.dumps(dataclasses.asdict(request), indent=2) + "\n"
            replace_text(folder / REQUEST_NAME, text)
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise ExperimentError(
                f"The experiment could not be saved: {error.strerror or error}."
            ) from error
        except ExperimentError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return experiment_id

    def contents(self) -> Experiments:
        """A folder that is none of ours is left out."""
        entries, problems = [], []
        for folder in sorted(self._folder.iterdir()) if self._folder.is_dir() else []:
            if _EXPERIMENT_ID.fullmatch(folder.name) and (folder / REQUEST_NAME).is_file():
                try:
                    entries.append(self.entry(folder.name))
                except ExperimentError as error:
                    problems.append(str(error))
        entries.sort(key=lambda entry: entry.created_at, reverse=True)
        return Experiments(tuple(entries), tuple(problems))

    def entry(self, experiment_id: str) -> ExperimentRecord:
        """Raises ExperimentError if there is no such experiment any more."""
        folder = self._folder_of(experiment_id)
        request = self._request(experiment_id)
        return ExperimentRecord(
            experiment_id,
            datetime.fromisoformat(request.created_at),
            sum(1 for _ in (folder / CLIPS_FOLDER).iterdir()),
            (folder / REPORT_NAME).is_file(),
        )

    def run(
        self,
        experiment_id: str,
        *,
        on_progress: OnProgress = ignore_progress,
        cancelled: Cancelled = never_cancelled,
    ) -> None:
        """Measure what is not measured yet and write tables, figures and report.

        Raises JobCancelled if asked to stop; what is done is kept.
        """
        from experiment.report.writing import write_results

        folder = self._folder_of(experiment_id)
        output = OutputFolder(str(folder))
        request = self._request(experiment_id)
        waiting = Stage("Waiting for the previous experiment", "", on_progress, cancelled)
        while not self._turn.acquire(timeout=WAIT_FOR_TURN_S):
            waiting.step()
        try:
            protocol = protocol_of(output, self._catalogue.classes)
            sources = find_clips([str(folder / CLIPS_FOLDER)])
            with LocalProcesses(min(max(1, n_cores() - 1), len(sources))) as workers:
                outcome = run_experiment(
                    sources,
                    protocol,
                    output,
                    workers,
                    on_progress=on_progress,
                    cancelled=cancelled,
                )
            Stage("Drawing the figures", "", on_progress, cancelled).step()
            outcome = dataclasses.replace(outcome, n_synthetic=request.n_synthetic)
            write_results(outcome, output, Messages("report", request.language))
        finally:
            self._turn.release()

    def report(self, experiment_id: str) -> bytes | None:
        """The report of an experiment as HTML; None if it is not finished."""
        return OutputFolder(str(self._folder_of(experiment_id))).read(REPORT_NAME)

    def archive(self, experiment_id: str) -> bytes:
        """All tables, figures and the report of an experiment as one ZIP."""
        folder = self._folder_of(experiment_id)
        paths = {str(path.relative_to(folder)): path for path in sorted(folder.rglob("*"))}
        return zip_bytes(
            {
                name: path.read_bytes()
                for name, path in paths.items()
                if path.is_file() and Path(name).parts[0] not in (CLIPS_FOLDER, WORK_FOLDER)
            }
        )

    def _request(self, experiment_id: str) -> Request:
        path = self._folder_of(experiment_id) / REQUEST_NAME
        try:
            return record_from_facts(Request, facts_from_json(path.read_bytes()))
        except (OSError, ValueError) as error:
            raise ExperimentError(f"Experiment {experiment_id} is missing or damaged.") from error

    def _folder_of(self, experiment_id: str) -> Path:
        if not _EXPERIMENT_ID.fullmatch(experiment_id):
            raise ExperimentError(f"{experiment_id!r} is not an experiment ID.")
        return self._folder / experiment_id


def _file_name(title: str, suffix: str, taken: set[str]) -> str:
    """A harmless name that says which clip it is, unlike all those taken; adds itself to them."""
    if suffix.lower() not in AUDIO_SUFFIXES:
        suffix = ".wav"  # it is read all the same, and if it is not audio the reader says so
    kept = "".join(c if c.isalnum() or c in " -_().," else " " for c in title)
    stem = " ".join(kept.split())[:MAX_NAME_LENGTH].strip(" .-") or "clip"
    number, name = 1, stem
    while name.casefold() in taken:
        number += 1
        name = f"{stem} ({number})"
    taken.add(name.casefold())
    return name + suffix.lower()
