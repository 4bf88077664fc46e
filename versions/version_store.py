"""Versions made elsewhere on disk: in the folder of their clip, as `versions/<slug>.wav` and
`versions/<slug>.json`."""

import hashlib
import itertools
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict

from audio.clip import AudioClip
from audio.files import FLOAT, read_clip, wav_bytes
from audio.sound_file import FileSound
from generation.clip_store import ClipStore, ClipStoreError
from storage.files import flush_folder, replace_bytes, replace_text
from storage.locks import SharedLock
from storage.records import record_from_json, record_json
from versions.alignment import Alignment, VersionError, align
from versions.names import condition_slug

SCHEMA_VERSION = 1
FOLDER = "versions"
LOCK_NAME = "versions.lock"
MAX_TITLE_LENGTH = 60
MAX_FILE_NAME_LENGTH = 120
MAX_VERSIONS = 12  # of one clip: as many sounds as a browser plays at once, and a few
ELSEWHERE = "-file"  # added to a condition that a restorer is called


@dataclass(frozen=True)
class VersionRecord:
    """What is known of a version besides its samples.

    slug : of its files; file_name, sha256 : of the file as it was given
    alignment : how it lay against the original, and what was corrected
    """

    __pydantic_config__: ClassVar = ConfigDict(extra="forbid")  # a change would lose it

    slug: str
    title: str
    created_at: str
    file_name: str
    sha256: str
    alignment: Alignment


@dataclass(frozen=True)
class Versions:
    """Those of one clip by condition, oldest first, and a sentence for each that is damaged."""

    records: dict[str, VersionRecord] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


class VersionStore:
    """Versions of the clips of a library; several threads and processes may share it.

    taken : conditions that mean something else, such as restorers
    """

    def __init__(self, clips: ClipStore, taken: Collection[str] = ()):
        self._clips = clips
        self._taken = frozenset(one.lower() for one in taken)

    def add(self, clip_id: str, path: Path, *, title: str, file_name: str) -> VersionRecord:
        """Align a file with a clip's original and keep it.

        title : its name on pages; file_name : what the file was called where it came from
        Raises AudioFileError or VersionError if it cannot be used, ClipStoreError if there is no
        such clip or the version cannot be kept.
        """
        title = " ".join(title.split())
        if not title or len(title) > MAX_TITLE_LENGTH or not title.isprintable():
            raise VersionError(f"A version needs a name of 1 to {MAX_TITLE_LENGTH} characters.")
        original = self._clips.audio(clip_id)
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        aligned, alignment = align(original, read_clip(path))
        shown_name = shown_file_name(file_name)
        moment = datetime.now(UTC).isoformat(timespec="milliseconds")
        with self._changing(clip_id, "saved"):
            slug, title = self._free_names(clip_id, title)
            record = VersionRecord(slug, title, moment, shown_name, sha256, alignment)
            self._write(clip_id, record, aligned)
        return record

    def add_part(self, clip_id: str, record: VersionRecord, part: AudioClip) -> None:
        """Keep for a clip that was cut out of another what it has of that one's version."""
        with self._changing(clip_id, "saved"):
            self._write(clip_id, record, part)

    def of_clip(self, clip_id: str) -> Versions:
        """Raises ClipStoreError for what is no clip's id."""
        records, problems = [], []
        for path in sorted(self._folder_of(clip_id).glob("*.json")):
            try:
                records.append(_record_from(path))
            except FileNotFoundError:  # deleted just now
                continue
            except (OSError, ValueError):
                problems.append(f"The version {path.stem} of clip {clip_id} is damaged.")
        records.sort(key=lambda record: record.created_at)
        by_condition = {self.condition_of(record): record for record in records}
        return Versions(by_condition, tuple(problems))

    def sound(self, clip_id: str, record: VersionRecord) -> FileSound:
        """To be read in parts, and closed in the end; raises ClipStoreError."""
        try:
            return FileSound(self._folder_of(clip_id) / f"{record.slug}.wav")
        except (OSError, ValueError, RuntimeError) as error:
            raise ClipStoreError(f"The version “{record.title}” is missing or damaged.") from error

    def delete(self, clip_id: str, condition: str) -> None:
        """Remove a version for good; one already gone is no error."""
        record = self.of_clip(clip_id).records.get(condition)
        if record is None:
            return
        folder = self._folder_of(clip_id)
        with self._changing(clip_id, "deleted"):
            for suffix in (".json", ".wav"):
                (folder / f"{record.slug}{suffix}").unlink(missing_ok=True)

    @contextmanager
    def _changing(self, clip_id: str, done: str) -> Iterator[None]:
        """Nobody else changes the clip's versions; ClipStoreError if they cannot be changed.

        done : what is being done, as in "saved"
        """
        try:
            with SharedLock(self._clips.folder_of(clip_id) / LOCK_NAME):
                yield
        except OSError as error:
            raise ClipStoreError(
                f"The version could not be {done}: {error.strerror or error}."
            ) from error

    def condition_of(self, record: VersionRecord) -> str:
        """What a version is called in studies and files: its slug, unless that is taken."""
        is_taken = record.slug.lower() in self._taken
        return f"{record.slug}{ELSEWHERE}" if is_taken else record.slug

    def _free_names(self, clip_id: str, title: str) -> tuple[str, str]:
        """Slug and title, numbered where another version of the clip is called the same."""
        taken = {path.stem.casefold() for path in self._folder_of(clip_id).glob("*.json")}
        if len(taken) >= MAX_VERSIONS:
            raise VersionError(f"A clip can have up to {MAX_VERSIONS} versions made elsewhere.")
        wanted = condition_slug(title)
        if wanted.casefold() not in taken:
            return wanted, title
        number = next(n for n in itertools.count(2) if f"{wanted}-{n}".casefold() not in taken)
        return f"{wanted}-{number}", f"{title} ({number})"

    def _write(self, clip_id: str, record: VersionRecord, aligned: AudioClip) -> None:
        """Raises OSError, also if the clip has been deleted meanwhile."""
        folder = self._folder_of(clip_id)
        folder.mkdir(exist_ok=True)
        flush_folder(folder.parent)
        replace_bytes(folder / f"{record.slug}.wav", wav_bytes(aligned, subtype=FLOAT))
        text = record_json(record, schema_version=SCHEMA_VERSION)
        replace_text(folder / f"{record.slug}.json", text)

    def _folder_of(self, clip_id: str) -> Path:
        return self._clips.folder_of(clip_id) / FOLDER


def shown_file_name(name: str) -> str:
    """What a file was called where it came from, harmless and short."""
    return "".join(c for c in name if c.isprintable())[:MAX_FILE_NAME_LENGTH]


def _record_from(path: Path) -> VersionRecord:
    record = record_from_json(
        VersionRecord, path.read_text(encoding="utf-8"), schema_version=SCHEMA_VERSION
    )
    if record.slug != path.stem or not path.with_suffix(".wav").is_file():
        raise ValueError(f"{path} does not belong to its sound")
    return record
