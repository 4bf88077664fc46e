"""Who hears what under which label: decided before anything is shown, and immutable after."""

import secrets
import string
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import numpy as np

from audio.loudness import Level, matching_gains_db
from metrics.scores import Scores

MULTI = "multi"  # all conditions on one screen, without a given reference (ITU-R BS.2132)
PAIR = "pair"  # A or B
ABX = "abx"  # X is A or B: which?
DESIGNS = (MULTI, PAIR, ABX)
ORIGINAL = "original"
X_LABEL = "X"


class Question(StrEnum):
    """What is asked about the stimuli of a trial."""

    PREFERENCE = "preference"
    ANNOYANCE = "annoyance"  # of the hiss
    NATURALNESS = "naturalness"


class Kind(StrEnum):
    """Why a trial is there; a listener is told of training only."""

    TRAINING = "training"
    MAIN = "main"
    REPEAT = "repeat"  # a main trial once more, in another order
    CATCH = "catch"  # one condition against itself


@dataclass(frozen=True)
class Listener:
    """One person in one sitting."""

    study_id: str
    session_id: str
    listener_id: str


@dataclass(frozen=True)
class ClipFacts:
    """What a vote says about the clip it was cast on; prompt and seed are empty for an upload."""

    clip_id: str
    prompt: str
    generator: str
    generation_seed: int | None
    sample_rate_hz: int
    n_channels: int = 1


@dataclass(frozen=True)
class VersionFacts:
    """What is known of one condition of a clip; its sound is kept apart.

    params : of its restorer, and where it comes from if this program did not make it
    title : what its owner reads
    """

    condition: str
    params: dict
    scores: Scores
    level: Level
    title: str = ""


@dataclass(frozen=True)
class Stimulus:
    """A version as presented: its label and place on the screen, and the gain it plays at."""

    label: str
    position: int
    version: VersionFacts
    gain_db: float

    @property
    def condition(self) -> str:
        return self.version.condition


@dataclass(frozen=True)
class Trial:
    """One screen of a listening test. Holds the answer key: it never leaves the server whole."""

    trial_id: str
    trial_index: int
    design: str
    kind: str
    question: str
    listener: Listener
    clip: ClipFacts
    stimuli: tuple[Stimulus, ...]
    opened_at: datetime

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(stimulus.label for stimulus in self.stimuli)

    @property
    def choices(self) -> tuple[str, ...]:
        """The labels of which one may be preferred, or said to be X."""
        return tuple(label for label in self.labels if label != X_LABEL)


def labels_for(design: str, n_stimuli: int) -> tuple[str, ...]:
    """A, B, ... in the order of the screen; the last one is X if the design is "abx"."""
    letters = string.ascii_uppercase[:n_stimuli]
    return (*letters[:-1], X_LABEL) if design == ABX else tuple(letters)


def arrange_trial(
    listener: Listener,
    clip: ClipFacts,
    versions: Sequence[VersionFacts],
    *,
    trial_index: int,
    design: str = MULTI,
    kind: str = Kind.MAIN,
    question: str = Question.PREFERENCE,
    trial_id: str | None = None,
    opened_at: datetime | None = None,
) -> Trial:
    """A trial of versions in the order of their labels, matched in loudness.

    Without `trial_id` and `opened_at` the trial is a new one, opened now.
    Raises ValueError if a version is too quiet to match.
    """
    gains_db = matching_gains_db({item.condition: item.level for item in versions})
    labels = labels_for(design, len(versions))
    stimuli = tuple(
        Stimulus(
            label=label,
            position=place,
            version=version,
            gain_db=gains_db[version.condition],
        )
        for place, (label, version) in enumerate(zip(labels, versions, strict=True), start=1)
    )
    return Trial(
        trial_id=trial_id or secrets.token_hex(8),
        trial_index=trial_index,
        design=design,
        kind=kind,
        question=question,
        listener=listener,
        clip=clip,
        stimuli=stimuli,
        opened_at=opened_at or datetime.now(UTC),
    )


def draw_trial(
    listener: Listener,
    clip: ClipFacts,
    versions: Sequence[VersionFacts],
    *,
    trial_index: int,
    rng: np.random.Generator,
) -> Trial:
    """A "multi" trial of all versions in a random order; raises as `arrange_trial`."""
    shuffled = [versions[index] for index in rng.permutation(len(versions))]
    return arrange_trial(listener, clip, shuffled, trial_index=trial_index)
