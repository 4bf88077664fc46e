"""Every setting on every piece with every kind of hiss, held against the truth."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from audio.files import wav_bytes
from experiment.outcome import Outcome
from experiment.protocol import Protocol
from experiment.running.code import code_digest
from experiment.running.output import OutputFolder
from experiment.running.run import run_experiment
from experiment.running.sources import find_clips
from experiment.running.workers import LocalProcesses, n_cores
from experiment.trust import number
from findings.grid import all_settings
from findings.pieces import Piece, arrange
from jobs.progress import OnProgress
from known_hiss import AddedHiss, HissModel, HissShape

STEADY_DBFS = (-60.0, -50.0, -40.0)
FOLLOWING_DBFS = (-60.0, -50.0, -40.0)
OTHER_DBFS = -50.0


@dataclass(frozen=True)
class Codec:
    """Where the codec of a run lies, and whether its weights were random."""

    name: str
    is_random: bool


@dataclass(frozen=True)
class Kind:
    """One kind of hiss at one level.

    group : the kind whatever the level
    is_evidence : whether a setting may be chosen by it
    """

    group: str
    hiss: AddedHiss
    is_evidence: bool = True

    @property
    def title(self) -> str:
        return f"{self.group} {self.hiss.level_dbfs:g}".replace("-", "−")


def kinds(recording: Path, codec: Codec) -> list[Kind]:
    """Those of docs/findings.md."""
    coding = AddedHiss(OTHER_DBFS, model=HissModel.CODEC, codec=codec.name)
    title = "codec (random)" if codec.is_random else "codec"
    file = AddedHiss(OTHER_DBFS, model=HissModel.FILE, file=str(recording))
    return [
        *(Kind("steady", AddedHiss(level)) for level in STEADY_DBFS),
        *(Kind("following", AddedHiss(one, model=HissModel.FOLLOWING)) for one in FOLLOWING_DBFS),
        Kind("MusicGen shape", AddedHiss(OTHER_DBFS, shape=HissShape.MUSICGEN)),
        Kind("vinyl", file),
        Kind(title, coding, is_evidence=not codec.is_random),
    ]  # fmt: skip


def write_pieces(pieces: Sequence[Piece], samples: Path, folder: Path) -> Path:
    """Each piece as a file; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for piece in pieces:
        path = folder / f"{piece.name}.wav"
        if not path.exists():
            path.write_bytes(wav_bytes(arrange(piece, samples), subtype="PCM_24"))
    return folder


def measure(kind: Kind, pieces: Path, results: Path, on_progress: OnProgress) -> Outcome:
    """All settings on all pieces; what an interrupted run measured is kept below `results`."""
    sources = find_clips([str(pieces)])
    protocol = Protocol(restorers=all_settings(), added_hiss=kind.hiss)
    folder = results / f"{kind.title}-{code_digest()}"
    with LocalProcesses(min(n_cores(), len(sources))) as workers:
        output = OutputFolder(str(folder))
        return run_experiment(sources, protocol, output, workers, on_progress=on_progress)


def column(outcome: Outcome, settings: Sequence[str], part: str, name: str) -> np.ndarray:
    """One number of each setting on each piece; float64, shape (n_settings, n_pieces), NaN where
    there is none.

    part, name : as SettingResult and its parts name them, e.g. "truth" and "snr_gain_db"
    """
    return np.array(
        [
            [number(getattr(getattr(one, part), name)) for one in outcome.settings[setting]]
            for setting in settings
        ]
    )
