"""The record: a vote becomes rows of votes.csv, on disk before anyone is told it is saved."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from listening.ballot import Ballot
from listening.refusal import Refusal
from listening.trial import Stimulus, Trial
from storage.csv_log import CsvLog, CsvLogError, read_csv_log

SCHEMA_VERSION = 3
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
    "trial_kind",
    "question",
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
    "n_channels",
)
ADDED = {"n_channels": "1"}  # since version 2, which knew mono only


class VoteNotSaved(Refusal):
    """A vote that is not on disk; the text says why, for the listener."""


@dataclass(frozen=True)
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
    """The vote of this moment; its id is the ballot's, so that sending it twice is one vote."""
    return Vote(ballot.vote_id, datetime.now(UTC), trial, ballot, app_version)


def rows_of(vote: Vote) -> list[dict]:
    """One row for each stimulus, in the order of the screen; keys are COLUMNS."""
    return [_row(vote, stimulus) for stimulus in vote.trial.stimuli]


def _row(vote: Vote, stimulus: Stimulus) -> dict:
    trial, ballot, scores = vote.trial, vote.ballot, stimulus.version.scores
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
        "trial_kind": trial.kind,
        "question": trial.question,
        "clip_id": trial.clip.clip_id,
        "prompt": trial.clip.prompt,
        "generator": trial.clip.generator,
        "generation_seed": trial.clip.generation_seed,
        "sample_rate_hz": trial.clip.sample_rate_hz,
        "condition": stimulus.condition,
        "label": label,
        "position": stimulus.position,
        "params": json.dumps(stimulus.version.params, sort_keys=True),
        "preferred": int(ballot.preferred == label),
        "rating": ballot.ratings.get(label),
        "comment": ballot.comment,
        "listened_s": ballot.listened_s[label],
        "switches": ballot.switches[label],
        "response_time_s": round(vote.response_time_s, 3),
        "gain_db": stimulus.gain_db,
        "loudness_lufs": stimulus.version.level.loudness_lufs,
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
        "n_channels": trial.clip.n_channels,
    }


class VoteLog:
    """votes.csv: rows are only ever added, whole votes at a time, each trial once."""

    def __init__(self, path):
        self._table = CsvLog(path, COLUMNS, added=ADDED)
        self._vote_of_trial: dict[str, str] = {}

    @property
    def path(self) -> Path:
        return self._table.path

    def append(self, vote: Vote) -> None:
        """Write a vote and flush it to the disk; when this returns, it is there.

        The same vote again changes nothing. Raises VoteNotSaved if its trial has another vote,
        the file is not what this version writes, or the disk refuses; nothing of the vote is in
        the file then.
        """
        try:
            with self._table.opened() as table:
                self._learn(table.rows_added())
                known = self._vote_of_trial.get(vote.trial.trial_id)
                if known == vote.vote_id:
                    return
                if known is not None:
                    raise VoteNotSaved("already_voted")
                table.write(rows_of(vote))
        except CsvLogError as error:
            raise _not_saved(error) from error

    def vote_of(self, trial_id: str) -> str | None:
        """The id of the vote on a trial, None if there is none; raises VoteNotSaved."""
        if trial_id not in self._vote_of_trial:
            try:
                with self._table.opened() as table:
                    self._learn(table.rows_added())
            except CsvLogError as error:
                raise _not_saved(error) from error
        return self._vote_of_trial.get(trial_id)

    def recover(self) -> list[Path]:
        """Set aside what a crash left half written; the files in which it is, mostly none.

        None of it was acknowledged. Warns of damaged rows. Raises VoteNotSaved if the file cannot
        be used.
        """
        try:
            aside = self._table.recover()
            if self.path.exists():
                with self._table.opened() as table:
                    self._learn(table.rows_added())
            return aside
        except CsvLogError as error:
            raise _not_saved(error) from error

    def remove_session(self, session_id: str) -> int:
        """Delete the votes of a session for good; how many rows there were. Raises CsvLogError."""
        return self._table.remove("session_id", session_id)

    def _learn(self, rows: list[dict[str, str]]) -> None:
        for row in rows:
            self._vote_of_trial[row["trial_id"]] = row["vote_id"]


def read_votes(path) -> list[dict[str, str]]:
    """All rows of a votes.csv as the text they were written from; no file is no votes.

    Raises ValueError if the file has other columns.
    """
    return read_csv_log(path, COLUMNS, added=ADDED)


def _not_saved(error: CsvLogError) -> VoteNotSaved:
    return VoteNotSaved("vote_not_saved", reason=error)
