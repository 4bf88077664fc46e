"""The clips on disk: one folder each, holding `original.wav` and `clip.json`."""

import dataclasses
import hashlib
import re
import secrets
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import soundfile
from pydantic import ConfigDict

from audio.blocks import blocks_between
from audio.clip import AudioClip
from audio.files import FLOAT, wav_bytes
from audio.sound_file import FileSound, check_sound, wav_subtype, writing
from generation.generator import Generator
from generation.prompt import Prompt
from storage.files import FileState, file_state, replace_text, write_folder
from storage.records import record_from_json, record_json

SCHEMA_VERSION = 2
OLDEST_VERSION = 1  # mono, 32-bit float
AUDIO_NAME = "original.wav"
RECORD_NAME = "clip.json"
UPLOAD = "upload"
WAV = "WAV"
WAV_FORMATS = (WAV, "WAVEX")
UPLOADED: dict[str, Any] = {
    "generator": UPLOAD, "is_synthetic": False, "prompt": None, "provenance": {},
}  # fmt: skip
SYNTHETIC_LABEL = "synthetic music, not MusicGen"
MAX_TITLE_LENGTH = 200
OLD_S = 600.0  # a folder written to more recently may still be in the making
_CLIP_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{8}")
_UNFINISHED = re.compile(r"\." + _CLIP_ID.pattern + r"\.unfinished")


class ClipStoreError(Exception):
    """A clip that is not in the library or cannot be read; the text is meant for the user."""


@dataclass(frozen=True)
class ClipRecord:
    """Everything known about a clip besides its samples.

    generator : model id or folder, "synthetic", or "upload"
    prompt : None for an upload
    provenance : what else is needed to make the clip again (revision, device, versions)
    n_samples : in each channel
    sha256 : of the WAV file
    subtype : of its samples, as libsndfile names it
    """

    __pydantic_config__: ClassVar = ConfigDict(extra="forbid")  # renaming would lose it

    clip_id: str
    created_at: str
    title: str
    generator: str
    is_synthetic: bool
    prompt: Prompt | None
    provenance: dict
    sample_rate_hz: int
    n_samples: int
    sha256: str
    n_channels: int = 1
    subtype: str = FLOAT

    def __post_init__(self) -> None:
        datetime.fromisoformat(self.created_at)
        if min(self.sample_rate_hz, self.n_samples) < 1 or self.n_channels not in (1, 2):
            raise ValueError("a clip has a rate, one or two channels and at least one sample")

    @property
    def label(self) -> str:
        """One line that tells the clip from others."""
        return f"{self.title} · {self.origin}"

    @property
    def origin(self) -> str:
        """What made it and when, and how long it is; says so if it is synthetic."""
        source = SYNTHETIC_LABEL if self.is_synthetic else self.generator
        made = datetime.fromisoformat(self.created_at).strftime("%Y-%m-%d %H:%M")
        seed = f" · seed {self.prompt.seed}" if self.prompt else ""
        duration_s = self.n_samples / self.sample_rate_hz
        return f"{source}{seed} · {duration_s:.1f} s · {made}"


@dataclass(frozen=True)
class LibraryContents:
    """All clips that can be used, newest first, and one sentence for each folder that cannot."""

    records: tuple[ClipRecord, ...]
    problems: tuple[str, ...]


class ClipStore:
    """Clips in a folder; several processes may share it."""

    def __init__(self, folder: Path | str):
        self.folder = Path(folder)

    def add_generated(self, clip: AudioClip, prompt: Prompt, generator: Generator) -> ClipRecord:
        return self._add(
            clip,
            title=prompt.text,
            generator=generator.name,
            is_synthetic=generator.is_synthetic,
            prompt=prompt,
            provenance=generator.provenance(),
        )

    def add_file(self, path: Path, *, title: str) -> ClipRecord:
        """An upload at the quality that it has: a WAV file is copied with its tags, others become
        WAV files that keep every sample.

        Raises AudioFileError if it cannot be used, ClipStoreError if it cannot be kept.
        """
        with FileSound(path) as sound:
            check_sound(sound)
            subtype = wav_subtype(sound.info.subtype)
            is_kept = sound.info.format in WAV_FORMATS and sound.info.subtype == subtype

            def write(target: Path) -> None:
                if is_kept:
                    shutil.copyfile(path, target)
                    return
                with writing(
                    target, sound, file_format=WAV, subtype=subtype, tags=sound.tags
                ) as writer:
                    for block in blocks_between(0, sound.n_samples):
                        writer.write(sound.read(*block))

            return self._add_written(
                write,
                sample_rate_hz=sound.sample_rate_hz,
                n_channels=sound.n_channels,
                n_samples=sound.n_samples,
                subtype=subtype,
                **UPLOADED,
                title=title,
            )

    def add_cut(self, clip: AudioClip, source: ClipRecord, *, start_s: float) -> ClipRecord:
        """A part of a clip as a clip of its own; start_s : where it begins in `source`."""
        end_s = start_s + clip.duration_s
        return self.add_derived(
            clip,
            source,
            suffix=f" ({start_s:.2f}–{end_s:.2f} s)",
            provenance={"cut_from": source.clip_id, "cut_start_s": start_s},
        )

    def add_derived(
        self,
        clip: AudioClip,
        source: ClipRecord,
        *,
        suffix: str,
        provenance: dict,
        subtype: str | None = None,
    ) -> ClipRecord:
        """What was made of a clip as a clip of its own.

        suffix : of its title; provenance : how it was made, besides how `source` was
        subtype : of its samples; by default that of `source`
        """
        return self._add(
            clip,
            subtype=subtype or source.subtype,
            title=source.title[: MAX_TITLE_LENGTH - len(suffix)] + suffix,
            generator=source.generator,
            is_synthetic=source.is_synthetic,
            prompt=source.prompt,
            provenance={**source.provenance, **provenance},
        )

    def contents(self) -> LibraryContents:
        """Everything in the folder; what is damaged or half written is reported and left out."""
        records, problems = [], []
        for folder in sorted(self.folder.iterdir()) if self.folder.is_dir() else []:
            if _CLIP_ID.fullmatch(folder.name):
                try:
                    records.append(self.record(folder.name))
                except ClipStoreError as error:
                    problems.append(str(error))
            elif _UNFINISHED.fullmatch(folder.name) and _is_old(folder):
                problems.append(
                    f"{folder.name} is a clip that a crash left incomplete; "
                    "the folder can be deleted."
                )
        records.sort(key=lambda record: record.created_at, reverse=True)
        return LibraryContents(tuple(records), tuple(problems))

    def record(self, clip_id: str) -> ClipRecord:
        """Raises ClipStoreError if there is no such clip or its record is damaged."""
        path = self.folder_of(clip_id) / RECORD_NAME
        try:
            text = path.read_text(encoding="utf-8")
            record = record_from_json(
                ClipRecord, text, schema_version=SCHEMA_VERSION, oldest=OLDEST_VERSION
            )
            if record.clip_id != clip_id:
                raise ValueError(f"it names clip {record.clip_id}")
            if not path.with_name(AUDIO_NAME).is_file():
                raise ValueError("its sound is missing")
        except (OSError, ValueError) as error:
            raise ClipStoreError(f"Clip {clip_id} is missing or damaged.") from error
        return record

    def audio(self, clip_id: str) -> AudioClip:
        """The clip at the rate it was made at; raises ClipStoreError if it cannot be read."""
        path = self.folder_of(clip_id) / AUDIO_NAME
        try:
            samples, rate = soundfile.read(str(path), dtype="float32", always_2d=True)
            return AudioClip(samples.T, rate)
        except Exception as error:  # libsndfile's errors are many; all mean a damaged file
            raise ClipStoreError(f"The sound of clip {clip_id} is missing or damaged.") from error

    def sound(self, clip_id: str) -> FileSound:
        """The clip to be read in parts, and closed in the end; raises ClipStoreError."""
        try:
            return FileSound(self.folder_of(clip_id) / AUDIO_NAME)
        except (OSError, ValueError, RuntimeError) as error:
            raise ClipStoreError(f"The sound of clip {clip_id} is missing or damaged.") from error

    def sound_state(self, clip_id: str) -> FileState:
        """What changes whenever the clip's WAV file does; raises ClipStoreError if it is not there.

        Cheap: nothing is read.
        """
        try:
            return file_state(self.folder_of(clip_id) / AUDIO_NAME)
        except OSError as error:
            raise ClipStoreError(f"The sound of clip {clip_id} is missing or damaged.") from error

    def wav(self, clip_id: str) -> bytes:
        """The clip's WAV file as it was written; raises ClipStoreError if it cannot be read."""
        try:
            return (self.folder_of(clip_id) / AUDIO_NAME).read_bytes()
        except OSError as error:
            raise ClipStoreError(f"The sound of clip {clip_id} is missing or damaged.") from error

    def rename(self, clip_id: str, title: str) -> ClipRecord:
        """Give a clip another title; everything else about it stays."""
        title = " ".join(title.split())
        if not title or len(title) > MAX_TITLE_LENGTH or not title.isprintable():
            raise ClipStoreError(f"A clip needs a title of 1 to {MAX_TITLE_LENGTH} characters.")
        record = dataclasses.replace(self.record(clip_id), title=title)
        path = self.folder_of(clip_id) / RECORD_NAME
        try:
            replace_text(path, record_json(record, schema_version=SCHEMA_VERSION))
        except OSError as error:
            raise ClipStoreError(
                f"The clip could not be renamed: {error.strerror or error}."
            ) from error
        return record

    def delete(self, clip_id: str) -> None:
        """Remove a clip for good; one already gone is no error."""
        folder = self.folder_of(clip_id)
        gone = folder.with_name(f".{clip_id}.unfinished")  # a crash half way leaves no clip
        try:
            folder.rename(gone)
            shutil.rmtree(gone)
        except FileNotFoundError:
            return
        except OSError as error:
            raise ClipStoreError(
                f"The clip could not be deleted: {error.strerror or error}."
            ) from error

    def folder_of(self, clip_id: str) -> Path:
        """Of one clip; raises ClipStoreError for what is no clip's id."""
        if not _CLIP_ID.fullmatch(clip_id):
            raise ClipStoreError(f"{clip_id!r} is not a clip ID.")
        return self.folder / clip_id

    def _add(self, clip: AudioClip, *, subtype: str = FLOAT, **facts: Any) -> ClipRecord:
        audio = wav_bytes(clip, subtype=subtype)
        return self._add_written(
            lambda target: target.write_bytes(audio),
            sample_rate_hz=clip.sample_rate_hz,
            n_channels=clip.n_channels,
            n_samples=clip.n_samples,
            subtype=subtype,
            **facts,
        )

    def _add_written(self, write: Callable[[Path], object], **facts: Any) -> ClipRecord:
        """write : puts the WAV file at the path that it is given; facts : ClipRecord's others"""
        created_at = datetime.now(UTC)
        clip_id = f"{created_at:%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"
        records = []

        def write_audio(target: Path) -> None:
            write(target)
            with target.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            made_at = created_at.isoformat(timespec="milliseconds")
            records.append(ClipRecord(clip_id, made_at, sha256=sha256, **facts))

        def write_record(target: Path) -> None:
            target.write_text(record_json(records[0], schema_version=SCHEMA_VERSION), "utf-8")

        try:
            write_folder(
                self.folder / clip_id, {AUDIO_NAME: write_audio, RECORD_NAME: write_record}
            )
        except OSError as error:
            raise ClipStoreError(
                f"The clip could not be saved to the library: {error.strerror or error}."
            ) from error
        return records[0]


def _is_old(folder: Path) -> bool:
    """Whether nobody can still be writing it."""
    try:
        return time.time() - folder.stat().st_mtime > OLD_S
    except OSError:  # finished just now
        return False
