"""A study: clips under frozen conditions, a design, and what its listeners are told.

A study is a folder: `study.json`, for people to read, and `sounds/<clip>/<condition>.wav`. It is
put together as a draft; opening it freezes it, and from then on only its state changes.
"""

import dataclasses
import hashlib
import json
import re
import secrets
import shutil
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from pathlib import Path

import soundfile

from audio.clip import AudioClip
from audio.files import wav_bytes
from audio.loudness import Level, matching_gains_db, measure_level
from audio.memory import Memory
from audio.storage import replace_text
from listening.anchors import ANCHOR_CUTOFFS_HZ, low_pass_anchor
from listening.design import ORIGINAL, ClipFacts, Treatment
from listening.schedule import PlannedTrial, TrialDesign, plan_session
from metrics.criteria import CriteriaFlags
from metrics.scores import MetricSettings, Scores, measure, score

SCHEMA_VERSION = 1
KEPT_SOUNDS = 64  # of ten seconds at 16 kHz: 40 MB
KEPT_STUDIES = 32  # in memory, as long as their files stay as they are
STUDY_NAME = "study.json"
MAX_NAME_LENGTH = 80
MAX_TEXT_LENGTH = 10_000
LANGUAGES = ("en", "it")
MAX_SEED = 2**31
_STUDY_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*-[0-9a-f]{8}")


class StudyError(Exception):
    """A study that cannot be used or changed; the text is meant for its owner."""


class State(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True)
class StudyRules:
    """How the listeners' page behaves.

    min_listening_s : each stimulus must sound for so long before the answer can be sent
    needs_headphones : a listener who fails the headphone check may not go on
    shows_conditions : the end page says what was heard
    """

    min_listening_s: float = 2.0
    needs_headphones: bool = False
    shows_conditions: bool = False

    def __post_init__(self):
        if not 0 <= self.min_listening_s <= 60:
            raise ValueError(
                f"The least listening time is 0 to 60 s, got {self.min_listening_s:g} s."
            )


@dataclass(frozen=True)
class StudyTexts:
    """The owner's words by language; a language without them gets the page's own."""

    consent: dict[str, str] = field(default_factory=dict)
    instructions: dict[str, str] = field(default_factory=dict)

    def __post_init__(self):
        for texts in (self.consent, self.instructions):
            unknown = sorted(set(texts) - set(LANGUAGES))
            if unknown:
                raise ValueError(f"Texts are in {' or '.join(LANGUAGES)}, got {unknown[0]}.")
            if any(len(text) > MAX_TEXT_LENGTH for text in texts.values()):
                raise ValueError(f"A text may have at most {MAX_TEXT_LENGTH} characters.")


@dataclass(frozen=True)
class StudyCondition:
    """A frozen version of a clip, and the SHA-256 of the file that holds its sound."""

    treatment: Treatment
    sha256: str


@dataclass(frozen=True)
class StudyClip:
    """A clip under all its conditions."""

    facts: ClipFacts
    conditions: dict[str, StudyCondition]


@dataclass(frozen=True)
class Study:
    """Everything about a study but its sounds and its votes.

    seed : of all orders; has_anchors : opening adds the low-pass anchors to every clip
    """

    study_id: str
    name: str
    state: str
    created_at: str
    seed: int
    design: TrialDesign = TrialDesign()
    has_anchors: bool = False
    rules: StudyRules = StudyRules()
    texts: StudyTexts = field(default_factory=StudyTexts)
    clips: tuple[StudyClip, ...] = ()
    opened_at: str | None = None
    closed_at: str | None = None

    @property
    def is_draft(self) -> bool:
        return self.state == State.DRAFT

    def clip(self, clip_id: str) -> StudyClip:
        [found] = [clip for clip in self.clips if clip.facts.clip_id == clip_id]
        return found

    def treatment(self, clip_id: str, condition: str) -> Treatment:
        return self.clip(clip_id).conditions[condition].treatment

    @cached_property
    def trials_per_session(self) -> int:
        return len(self.plan(0))

    def plan(self, listener_number: int) -> tuple[PlannedTrial, ...]:
        """The trials of one listener; raises ValueError if the study has nothing to compare."""
        conditions = {clip.facts.clip_id: tuple(clip.conditions) for clip in self.clips}
        return plan_session(
            self.design, conditions, seed=self.seed, listener_number=listener_number
        )


@dataclass(frozen=True)
class Studies:
    """All studies that can be read, newest first, and one sentence for each that cannot."""

    studies: tuple[Study, ...]
    problems: tuple[str, ...]


class StudyStore:
    """Studies in a folder."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self._read = Memory(KEPT_STUDIES)
        self._heard = Memory(KEPT_SOUNDS)

    def create(self, name: str, **settings) -> Study:
        """A new draft; `settings` are Study's fields from `design` to `texts`."""
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
        return self._write(study)

    def contents(self) -> Studies:
        studies, problems = [], []
        for folder in sorted(self.folder.iterdir()) if self.folder.is_dir() else []:
            if _STUDY_ID.fullmatch(folder.name):
                try:
                    studies.append(self.get(folder.name))
                except StudyError as error:
                    problems.append(str(error))
        studies.sort(key=lambda study: study.created_at, reverse=True)
        return Studies(tuple(studies), tuple(problems))

    def get(self, study_id: str) -> Study:
        """Raises StudyError if there is no such study or its record is damaged."""
        if not _STUDY_ID.fullmatch(study_id):
            raise StudyError("There is no such study.")
        path = self.folder / study_id / STUDY_NAME
        try:
            stat = path.stat()  # the file is only ever replaced whole, by this app or another
            state = (study_id, stat.st_ino, stat.st_mtime_ns, stat.st_size)
            study = self._read.get(state, lambda: _from_json(path.read_text(encoding="utf-8")))
            if study.study_id != study_id:
                raise ValueError(f"it names study {study.study_id}")
        except FileNotFoundError as error:
            raise StudyError("There is no such study.") from error
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StudyError(f"The record of study {study_id} is damaged.") from error
        return study

    def change(self, study_id: str, **settings) -> Study:
        """Other settings for a draft: Study's fields from `design` to `texts`."""
        return self._write(dataclasses.replace(self._draft(study_id), **settings))

    def add_clip(
        self,
        study_id: str,
        facts: ClipFacts,
        treatments: Sequence[Treatment],
        sounds: Mapping[str, AudioClip],
    ) -> Study:
        """Freeze a clip's versions into a draft, in place of an earlier state of the same clip.

        sounds : by condition, one for every treatment
        Raises StudyError if the clip's rate differs from that of the study's other clips, its
        versions differ in length, or one of them is too quiet to be matched in loudness.
        """
        study = self._draft(study_id)
        others = tuple(clip for clip in study.clips if clip.facts.clip_id != facts.clip_id)
        rates = {clip.facts.sample_rate_hz for clip in others}
        if len(rates | {clip.sample_rate_hz for clip in sounds.values()}) > 1:
            raise StudyError("All clips of a study need one working rate.")
        if len({clip.n_samples for clip in sounds.values()}) > 1:
            raise StudyError("All versions of a clip need one length.")
        try:
            matching_gains_db({item.condition: item.level for item in treatments})
        except ValueError as error:
            raise StudyError(f"This clip cannot be used: {error}.") from error
        conditions = {
            item.condition: self._keep(study_id, facts.clip_id, item, sounds[item.condition])
            for item in treatments
        }
        return self._write(
            dataclasses.replace(study, clips=(*others, StudyClip(facts, conditions)))
        )

    def remove_clip(self, study_id: str, clip_id: str) -> Study:
        """Take a clip out of a draft."""
        study = self._draft(study_id)
        kept = tuple(clip for clip in study.clips if clip.facts.clip_id != clip_id)
        shutil.rmtree(self.folder / study_id / "sounds" / clip_id, ignore_errors=True)
        return self._write(dataclasses.replace(study, clips=kept))

    def open(self, study_id: str) -> Study:
        """Freeze a draft and let listeners in; the anchors are made now.

        Raises StudyError if its design cannot be carried out with its clips.
        """
        study = self._draft(study_id)
        if study.has_anchors:
            clips = tuple(self._with_anchors(study, clip) for clip in study.clips)
            study = dataclasses.replace(study, clips=clips)
        try:
            study.plan(0)
        except ValueError as error:
            raise StudyError(str(error)) from error
        return self._write(dataclasses.replace(study, state=State.OPEN, opened_at=_now()))

    def close(self, study_id: str) -> Study:
        """Let nobody begin any more; sessions that have begun may go on."""
        study = self.get(study_id)
        if study.state != State.OPEN:
            raise StudyError(f"“{study.name}” is not open.")
        return self._write(dataclasses.replace(study, state=State.CLOSED, closed_at=_now()))

    def take_copy(self, other: "StudyStore", study_id: str) -> Study:
        """A draft of a study from another store, in place of an earlier copy of it.

        Raises StudyError if there is no such study or the disk refuses.
        """
        study = other.get(study_id)
        folder = self.folder / study_id
        try:
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(other.folder / study_id, folder)
        except (OSError, shutil.Error) as error:
            raise StudyError(f"The study could not be copied: {error}.") from error
        return self._write(dataclasses.replace(study, state=State.DRAFT))

    def sound(self, study: Study, clip_id: str, condition: str) -> AudioClip:
        """One version of a clip as it was frozen; raises StudyError if it has changed since."""
        frozen = study.clip(clip_id).conditions[condition]
        path = self._sound_path(study.study_id, clip_id, condition)
        try:
            stat = path.stat()
            state = (path, frozen.sha256, stat.st_ino, stat.st_mtime_ns, stat.st_size)
            return self._heard.get(state, lambda: _read_sound(path, frozen.sha256))
        except (OSError, RuntimeError) as error:
            raise StudyError(f"A sound of “{study.name}” is missing or damaged.") from error
        except ValueError as error:
            raise StudyError(
                f"A sound of “{study.name}” is not the one that was frozen."
            ) from error

    def _draft(self, study_id: str) -> Study:
        study = self.get(study_id)
        if not study.is_draft:
            raise StudyError(f"“{study.name}” is {study.state}: it can no longer be changed.")
        return study

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
            treatment = Treatment(condition, params, scores, measure_level(sound))
            anchors[condition] = self._keep(study.study_id, clip_id, treatment, sound)
        return dataclasses.replace(clip, conditions=clip.conditions | anchors)

    def _keep(
        self, study_id: str, clip_id: str, treatment: Treatment, sound: AudioClip
    ) -> StudyCondition:
        data = wav_bytes(sound, subtype="FLOAT")
        path = self._sound_path(study_id, clip_id, treatment.condition)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        except OSError as error:
            raise _not_saved(error) from error
        return StudyCondition(treatment, hashlib.sha256(data).hexdigest())

    def _sound_path(self, study_id: str, clip_id: str, condition: str) -> Path:
        return self.folder / study_id / "sounds" / clip_id / f"{condition}.wav"

    def _write(self, study: Study) -> Study:
        facts = {"schema_version": SCHEMA_VERSION, **dataclasses.asdict(study)}
        path = self.folder / study.study_id / STUDY_NAME
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_text(path, json.dumps(facts, indent=2, ensure_ascii=False) + "\n")
        except OSError as error:
            raise _not_saved(error) from error
        return study


def _read_sound(path: Path, sha256: str) -> AudioClip:
    """Raises ValueError if the file has another hash."""
    samples, rate = soundfile.read(str(path), dtype="float32")
    if hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
        raise ValueError(f"{path} has changed")
    return AudioClip(samples, rate)


def _from_json(text: str) -> Study:
    facts = json.loads(text)
    if facts.pop("schema_version") != SCHEMA_VERSION:
        raise ValueError("another schema version")
    design = facts.pop("design")
    design["questions"] = tuple(design["questions"])
    return Study(
        design=TrialDesign(**design),
        rules=StudyRules(**facts.pop("rules")),
        texts=StudyTexts(**facts.pop("texts")),
        clips=tuple(
            StudyClip(
                ClipFacts(**clip["facts"]),
                {slug: _condition(one) for slug, one in clip["conditions"].items()},
            )
            for clip in facts.pop("clips")
        ),
        **facts,
    )


def _condition(facts: dict) -> StudyCondition:
    treatment = facts["treatment"]
    scores = treatment.pop("scores")
    flags = scores.pop("flags")
    return StudyCondition(
        Treatment(
            scores=Scores(**scores, flags=CriteriaFlags(**flags) if flags else None),
            level=Level(**treatment.pop("level")),
            **treatment,
        ),
        facts["sha256"],
    )


def _slug(name: str) -> str:
    """The name in the letters that stand in every address; "study" if it has none of them."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or "study"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _not_saved(error: OSError) -> StudyError:
    return StudyError(f"The study could not be saved: {error.strerror or error}.")
