"""The record: a vote becomes rows of votes.csv, on disk before anyone is told it is saved."""

import csv
import io
import json
import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

from listening.ballot import Ballot
from listening.design import Stimulus, Trial

SCHEMA_VERSION = 1
COLUMNS = (
    "schema_version",
    "vote_id",
    "submitted_at",
    "study_id",
    "session_id",
    "listener_id",
    "trial_id",
    "trial_index",
    "design",
    "clip_id",
    "prompt",
    "generator",
    "generation_seed",
    "sample_rate_hz",
    "condition",
    "label",
    "position",
    "params",
    "preferred",
    "rating",
    "comment",
    "listened_s",
    "switches",
    "response_time_s",
    "gain_db",
    "loudness_lufs",
    "hf_band_db",
    "delta_hf_band_db",
    "hpss_ratio",
    "delta_hpss_ratio",
    "log_mel_distance",
    "OK_HFband",
    "OK_HPSS",
    "OK_LogMel",
    "OK_count",
    "Verdetto",
    "app_version",
)
_HEADER = dict(zip(COLUMNS, COLUMNS, strict=True))
LOCK_TIMEOUT_S = 10
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "'")


class VoteNotSaved(Exception):
    """A vote that is not on disk; the text says why, for the listener."""


@dataclass(frozen=True, eq=False)
class Vote:
    """A ballot on a trial, with the moment it was cast."""

    vote_id: str
    submitted_at: datetime
    trial: Trial
    ballot: Ballot
    app_version: str

    @property
    def response_time_s(self) -> float:
        return (self.submitted_at - self.trial.opened_at).total_seconds()


def cast_vote(trial: Trial, ballot: Ballot, *, app_version: str) -> Vote:
    """The vote of this moment."""
    return Vote(secrets.token_hex(8), datetime.now(UTC), trial, ballot, app_version)


def rows_of(vote: Vote) -> list[dict]:
    """One row for each stimulus, in the order of the screen; keys are COLUMNS."""
    return [_row(vote, stimulus) for stimulus in vote.trial.stimuli]


def _row(vote: Vote, stimulus: Stimulus) -> dict:
    trial, ballot, scores = vote.trial, vote.ballot, stimulus.treatment.scores
    flags, label = scores.flags, stimulus.label
    return {
        "schema_version": SCHEMA_VERSION,
        "vote_id": vote.vote_id,
        "submitted_at": vote.submitted_at.isoformat(timespec="milliseconds"),
        "study_id": trial.listener.study_id,
        "session_id": trial.listener.session_id,
        "listener_id": trial.listener.listener_id,
        "trial_id": trial.trial_id,
        "trial_index": trial.trial_index,
        "design": trial.design,
        "clip_id": trial.clip.clip_id,
        "prompt": trial.clip.prompt,
        "generator": trial.clip.generator,
        "generation_seed": trial.clip.generation_seed,
        "sample_rate_hz": trial.clip.sample_rate_hz,
        "condition": stimulus.condition,
        "label": label,
        "position": stimulus.position,
        "params": json.dumps(stimulus.treatment.params, sort_keys=True),
        "preferred": int(ballot.preferred == label),
        "rating": ballot.ratings[label],
        "comment": ballot.comment,
        "listened_s": ballot.listened_s[label],
        "switches": ballot.switches[label],
        "response_time_s": round(vote.response_time_s, 3),
        "gain_db": stimulus.gain_db,
        "loudness_lufs": stimulus.loudness_lufs,
        "hf_band_db": scores.hf_band_db,
        "delta_hf_band_db": scores.delta_hf_band_db,
        "hpss_ratio": scores.hpss_ratio,
        "delta_hpss_ratio": scores.delta_hpss_ratio,
        "log_mel_distance": scores.log_mel_distance,
        "OK_HFband": flags and flags.ok_hf_band,
        "OK_HPSS": flags and flags.ok_hpss,
        "OK_LogMel": flags and flags.ok_log_mel,
        "OK_count": flags and flags.ok_count,
        "Verdetto": flags and flags.verdict,
        "app_version": vote.app_version,
    }


class VoteLog:
    """votes.csv: rows are only ever added, whole votes at a time, each trial once.

    Several threads and processes may write the same file.
    """

    def __init__(self, path):
        self.path = Path(path)
        self._lock = FileLock(f"{self.path}.lock", timeout=LOCK_TIMEOUT_S)
        self._voted_trials: set[str] = set()
        self._read_up_to = 0

    def append(self, vote: Vote) -> None:
        """Write a vote and flush it to the disk; when this returns, it is there.

        Raises VoteNotSaved if its trial was voted on before, the file is not what this version
        writes, or the disk refuses; nothing of the vote is in the file then.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self._lock, self.path.open("a+b") as file:
                if file.tell() == 0:
                    _write_whole(file, _csv_bytes([_HEADER]))
                self._catch_up(file)
                if vote.trial.trial_id in self._voted_trials:
                    raise VoteNotSaved("This trial has been voted on already; it counts once.")
                _write_whole(file, _csv_bytes(rows_of(vote)))
                self._catch_up(file)
        except (OSError, TimeoutError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else error
            raise VoteNotSaved(
                f"The vote could not be written ({reason}); your answers are still here, "
                "please try again."
            ) from error

    def _catch_up(self, file) -> None:
        """Learn the trials of all rows added since the last look, by whichever process."""
        size = file.seek(0, os.SEEK_END)
        if size < self._read_up_to:
            self._read_up_to = 0  # not the file we knew
        file.seek(0)
        if file.readline() != _csv_bytes([_HEADER]):
            raise VoteNotSaved(
                f"{self.path.name} was written by another version of this app; "
                "please move it elsewhere, a new one will be begun."
            )
        file.seek(size - 1)
        if file.read() != b"\n":
            raise VoteNotSaved(
                f"{self.path.name} ends in the middle of a row, as after a crash; "
                "please remove its last line or move the file elsewhere."
            )
        file.seek(self._read_up_to)
        added = file.read()
        for row in csv.reader(io.StringIO(added.decode(), newline="")):
            if len(row) != len(COLUMNS):
                raise VoteNotSaved(
                    f"{self.path.name} holds a row that this app did not write; "
                    "please move it elsewhere, a new one will be begun."
                )
            self._voted_trials.add(row[COLUMNS.index("trial_id")])
        self._read_up_to = file.tell()


def read_votes(path) -> list[dict[str, str]]:
    """All rows of a votes.csv as the text they were written from; no file is no votes.

    Raises ValueError if the file has other columns.
    """
    path = Path(path)
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise ValueError(f"{path} does not have the columns of schema {SCHEMA_VERSION}")
        return [{name: _plain(cell) for name, cell in row.items()} for row in reader]


def _write_whole(file, data: bytes) -> None:
    """Append and flush to disk, or leave the file as it was."""
    size_before = file.seek(0, os.SEEK_END)
    try:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    except OSError:
        os.ftruncate(file.fileno(), size_before)
        raise


def _csv_bytes(rows: list[dict]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, COLUMNS, lineterminator="\n")
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return buffer.getvalue().encode()


def _cell(value):
    """A value as it stands in the file; text that a spreadsheet would run gets an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return "'" + value
    return value


def _plain(cell: str) -> str:
    """The inverse of _cell for text."""
    return cell.removeprefix("'")
