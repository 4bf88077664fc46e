"""Studies on disk: a folder each, of `study.json` and `sounds/<clip>/<condition>.wav`.

A study is put together as a draft; opening it freezes it, and from then on only its state changes.
"""

import dataclasses
import hashlib
import re
import secrets
import shutil
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import soundfile

from audio.clip import AudioClip
from audio.files import wav_bytes
from audio.loudness import matching_gains_db, measure_level
from listening.anchors import ANCHOR_CUTOFFS_HZ, ANCHOR_TITLES, low_pass_anchor
from listening.stimuli import check_duration
from listening.study import FrozenVersion, State, Study, StudyClip, StudyError, is_study_id
from listening.trial import ORIGINAL, ClipFacts, VersionFacts
from metrics.scores import MetricSettings, measure, score
from storage.files import file_state, make_folder, replace_bytes, replace_text
from storage.locks import SharedLock
from storage.records import record_from_json, record_json
from storage.result_cache import ResultCache

SCHEMA_VERSION = 4
OLDEST_VERSION = 1  # mono only; version 2 had no titles, 3 no recruitment and no questionnaire
KEPT_SOUNDS = 64  # of ten seconds at 16 kHz: 40 MB
KEPT_STUDIES = 32  # in memory, as long as their files stay as they are
STUDY_NAME = "study.json"
LOCK_NAME = "studies.lock"
MAX_NAME_LENGTH = 80
MAX_SEED = 2**31


@dataclass(frozen=True)
class Studies:
    """All studies that can be read, newest first, and one sentence for each that cannot."""

    studies: tuple[Study, ...]
    problems: tuple[str, ...]


class StudyStore:
    """Studies in a folder; several threads and processes may share it.

    What is changed is read, changed and written while nobody else can.
    """

    def __init__(self, folder):
        self.folder = Path(folder)
        self._lock = SharedLock(self.folder / LOCK_NAME)
        self._read = ResultCache(KEPT_STUDIES)
        self._heard = ResultCache(KEPT_SOUNDS)

    def create(self, name: str, **settings) -> Study:
        """A new draft; `settings` are Study's fields from `design` to `questionnaire`."""
        name = " ".join(name.split())
        if not name or len(name) > MAX_NAME_LENGTH or not name.isprintable():
            raise StudyError(f"A study needs a name of 1 to {MAX_NAME_LENGTH} characters.")
        study = Study(
            study_id=f"{_slug(name)}-{secrets.token_hex(4)}",
            name=name,
            state=State.DRAFT,
            created_at=_now(),
            seed=secrets.randbelow(MAX_SEED),
            **settings,
        )
        with self._locked():
            return self._write(study)

    def contents(self) -> Studies:
        studies, problems = [], []
        for folder in sorted(self.folder.iterdir()) if self.folder.is_dir() else []:
            if is_study_id(folder.name):
                try:
                    studies.append(self.get(folder.name))
                except StudyError as error:
                    problems.append(str(error))
        studies.sort(key=lambda study: study.created_at, reverse=True)
        return Studies(tuple(studies), tuple(problems))

    def get(self, study_id: str) -> Study:
        """Raises StudyError if there is no such study or its record is damaged."""
        if not is_study_id(study_id):
            raise StudyError("There is no such study.")
        path = self.folder / study_id / STUDY_NAME
        try:
            study = self._read.get(file_state(path), lambda: _study_from(path))
            if study.study_id != study_id:
                raise ValueError(f"it names study {study.study_id}")
        except FileNotFoundError as error:
            raise StudyError("There is no such study.") from error
        except (OSError, ValueError) as error:
            raise StudyError(f"The record of study {study_id} is damaged.") from error
        return study

    def change(self, study_id: str, **settings) -> Study:
        """Other settings for a draft: Study's fields from `design` to `questionnaire`."""
        return self._change_draft(study_id, lambda draft: dataclasses.replace(draft, **settings))

    def add_clip(
        self,
        study_id: str,
        facts: ClipFacts,
        versions: Sequence[VersionFacts],
        sounds: Mapping[str, AudioClip],
    ) -> Study:
        """Freeze a clip's versions into a draft, in place of an earlier state of the same clip.

        sounds : by condition, one for every version
        Raises StudyError if the clip is too long, its versions differ in length, rate or channels,
        or one of them is too quiet to be matched in loudness.
        """

        def with_clip(draft: Study) -> Study:
            others = tuple(clip for clip in draft.clips if clip.facts.clip_id != facts.clip_id)
            _check_sounds(versions, sounds)
            frozen = {
                version.condition: self._freeze(
                    study_id, facts.clip_id, version, sounds[version.condition]
                )
                for version in versions
            }
            return dataclasses.replace(draft, clips=(*others, StudyClip(facts, frozen)))

        return self._change_draft(study_id, with_clip)

    def remove_clip(self, study_id: str, clip_id: str) -> Study:
        """Take a clip out of a draft."""

        def without_clip(draft: Study) -> Study:
            kept = tuple(clip for clip in draft.clips if clip.facts.clip_id != clip_id)
            return dataclasses.replace(draft, clips=kept)

        study = self._change_draft(study_id, without_clip)
        shutil.rmtree(self.folder / study_id / "sounds" / clip_id, ignore_errors=True)
        return study

    def open(self, study_id: str, **settings) -> Study:
        """Freeze a draft, with these settings (as `change`), and let listeners in.

        The anchors are made now.
        Raises StudyError if the study's design cannot be carried out with its clips.
        """

        def opened(draft: Study) -> Study:
            study = dataclasses.replace(draft, **settings)
            if study.has_anchors:
                if not all(ORIGINAL in clip.versions for clip in study.clips):
                    raise StudyError("Anchors are made of the original: add it to every clip.")
                clips = tuple(self._with_anchors(study, clip) for clip in study.clips)
                study = dataclasses.replace(study, clips=clips)
            try:
                study.plan(0)
            except ValueError as error:
                raise StudyError(str(error)) from error
            return dataclasses.replace(study, state=State.OPEN, opened_at=_now())

        return self._change_draft(study_id, opened)

    def close(self, study_id: str) -> Study:
        """Let nobody begin any more; sessions that have begun may go on."""
        with self._locked():
            study = self.get(study_id)
            if study.state != State.OPEN:
                raise StudyError(f"“{study.name}” is not recruiting.")
            return self._write(dataclasses.replace(study, state=State.CLOSED, closed_at=_now()))

    def take_copy(self, other: "StudyStore", study_id: str) -> Study:
        """A draft like a study of another store, under an id and with orders of its own.

        Raises StudyError if there is no such study or the disk refuses.
        """
        study = other.get(study_id)
        copy = dataclasses.replace(
            study,
            study_id=f"preview-{secrets.token_hex(16)}-{secrets.token_hex(4)}",
            seed=secrets.randbelow(MAX_SEED),
            state=State.DRAFT,
            recruitment=study.recruitment.without_limits(),
        )
        try:
            shutil.copytree(other.folder / study_id, self.folder / copy.study_id)
        except (OSError, shutil.Error) as error:
            raise StudyError(f"The study could not be copied: {error}.") from error
        with self._locked():
            return self._write(copy)

    def sound(self, study: Study, clip_id: str, condition: str) -> AudioClip:
        """One version of a clip as it was frozen; raises StudyError if it has changed since."""
        frozen = study.clip(clip_id).versions[condition]
        path = self._sound_path(study.study_id, clip_id, condition)
        try:
            state = (frozen.sha256, file_state(path))
            return self._heard.get(state, lambda: _read_sound(path, frozen.sha256))
        except (OSError, RuntimeError) as error:
            raise StudyError(f"An audio file of “{study.name}” is missing or damaged.") from error
        except ValueError as error:
            raise StudyError(
                f"An audio file of “{study.name}” has changed since the study was published."
            ) from error

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Nobody else changes a study meanwhile; raises StudyError if the disk refuses."""
        try:
            make_folder(self.folder)
            with self._lock:
                yield
        except OSError as error:
            raise StudyError(f"The study could not be saved: {error.strerror or error}.") from error

    def _change_draft(self, study_id: str, change: Callable[[Study], Study]) -> Study:
        """Write what `change` makes of a draft as it is now."""
        with self._locked():
            study = self.get(study_id)
            if not study.is_draft:
                raise StudyError(f"“{study.name}” is {study.state}: it can no longer be changed.")
            return self._write(change(study))

    def _with_anchors(self, study: Study, clip: StudyClip) -> StudyClip:
        clip_id = clip.facts.clip_id
        original = self.sound(study, clip_id, ORIGINAL)
        settings = MetricSettings()
        measured = measure(original, settings)
        anchors = {}
        for condition, cutoff_hz in ANCHOR_CUTOFFS_HZ.items():
            sound = low_pass_anchor(original, cutoff_hz)
            scores = score(measured, measure(sound, settings))
            params = {"cutoff_hz": cutoff_hz}
            version = VersionFacts(
                condition, params, scores, measure_level(sound), ANCHOR_TITLES[condition]
            )
            anchors[condition] = self._freeze(study.study_id, clip_id, version, sound)
        return dataclasses.replace(clip, versions=clip.versions | anchors)

    def _freeze(
        self, study_id: str, clip_id: str, version: VersionFacts, sound: AudioClip
    ) -> FrozenVersion:
        data = wav_bytes(sound, subtype="FLOAT")
        path = self._sound_path(study_id, clip_id, version.condition)
        make_folder(path.parent)
        replace_bytes(path, data)
        return FrozenVersion(version, hashlib.sha256(data).hexdigest())

    def _sound_path(self, study_id: str, clip_id: str, condition: str) -> Path:
        return self.folder / study_id / "sounds" / clip_id / f"{condition}.wav"

    def _write(self, study: Study) -> Study:
        path = self.folder / study.study_id / STUDY_NAME
        make_folder(path.parent)
        replace_text(path, record_json(study, schema_version=SCHEMA_VERSION))
        return study


def _check_sounds(versions: Sequence[VersionFacts], sounds: Mapping[str, AudioClip]) -> None:
    if len({clip.shape for clip in sounds.values()}) > 1:
        raise StudyError(
            "All versions of a clip must have the same length, sample rate and channel count."
        )
    try:
        check_duration(*sounds.values())
        matching_gains_db({version.condition: version.level for version in versions})
    except ValueError as error:
        raise StudyError(f"This clip cannot be used: {error}.") from error


def _study_from(path: Path) -> Study:
    """Raises ValueError for what is no study, or one that is open and cannot be carried out."""
    text = path.read_text(encoding="utf-8")
    study = record_from_json(Study, text, schema_version=SCHEMA_VERSION, oldest=OLDEST_VERSION)
    if not study.is_draft:
        study.plan(0)
    return study


def _read_sound(path: Path, sha256: str) -> AudioClip:
    """Raises ValueError if the file has another hash."""
    samples, rate = soundfile.read(str(path), dtype="float32", always_2d=True)
    if hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
        raise ValueError(f"{path} has changed")
    return AudioClip(samples.T, rate)


def _slug(name: str) -> str:
    """The name in the letters that stand in every address; "study" if it has none of them."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or "study"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
