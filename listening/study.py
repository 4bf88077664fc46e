"""A study: clips in frozen versions, a design, and what its listeners are told."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Annotated

from pydantic import Field

from listening.condition_titles import condition_title
from listening.plan import PlannedTrial, TrialDesign, plan_session
from listening.questionnaire import Questionnaire
from listening.recruitment import Recruitment
from listening.trial import ClipFacts, VersionFacts
from messages import LANGUAGES

MAX_TEXT_LENGTH = 10_000
MAX_ID_LENGTH = 120
_STUDY_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*-[0-9a-f]{8}")


class StudyError(Exception):
    """A study that cannot be used or changed; the text is meant for its owner."""


def is_study_id(text: str) -> bool:
    return len(text) <= MAX_ID_LENGTH and _STUDY_ID.fullmatch(text) is not None


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
                "The minimum listening time must lie between 0 and 60 s, "
                f"got {self.min_listening_s:g} s."
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
                raise ValueError(f"Texts can be in {' or '.join(LANGUAGES)}, got {unknown[0]}.")
            if any(len(text) > MAX_TEXT_LENGTH for text in texts.values()):
                raise ValueError(f"A text can have up to {MAX_TEXT_LENGTH} characters.")


@dataclass(frozen=True)
class FrozenVersion:
    """A version of a clip as it was frozen, and the SHA-256 of the file that holds its sound."""

    facts: Annotated[VersionFacts, Field(alias="treatment")]
    sha256: str


@dataclass(frozen=True)
class StudyClip:
    """A clip in all its versions, by condition."""

    facts: ClipFacts
    versions: Annotated[dict[str, FrozenVersion], Field(alias="conditions")]


@dataclass(frozen=True)
class Study:
    """Everything about a study but its sounds and its votes.

    seed : of all orders; has_anchors : opening adds the low-pass anchors to every clip
    """

    study_id: str
    name: str
    state: State
    created_at: str
    seed: int
    design: TrialDesign = TrialDesign()
    has_anchors: bool = False
    rules: StudyRules = StudyRules()
    texts: StudyTexts = field(default_factory=StudyTexts)
    recruitment: Recruitment = field(default_factory=Recruitment)
    questionnaire: Questionnaire = field(default_factory=Questionnaire)
    clips: tuple[StudyClip, ...] = ()
    opened_at: str | None = None
    closed_at: str | None = None

    @property
    def is_draft(self) -> bool:
        return self.state == State.DRAFT

    @property
    def titles(self) -> dict[str, str]:
        """{condition: what the owner reads}, of all versions of all clips."""
        return {
            condition: condition_title(condition, version.facts.title)
            for clip in self.clips
            for condition, version in clip.versions.items()
        }

    def clip(self, clip_id: str) -> StudyClip:
        [clip] = [clip for clip in self.clips if clip.facts.clip_id == clip_id]
        return clip

    def version(self, clip_id: str, condition: str) -> VersionFacts:
        return self.clip(clip_id).versions[condition].facts

    @cached_property
    def trials_per_session(self) -> int:
        return len(self.plan(0))

    def plan(self, listener_number: int) -> tuple[PlannedTrial, ...]:
        """The trials of one listener; raises ValueError if the study has nothing to compare."""
        conditions = {clip.facts.clip_id: tuple(clip.versions) for clip in self.clips}
        return plan_session(
            self.design, conditions, seed=self.seed, listener_number=listener_number
        )
