"""Who hears what under which label: decided before anything is shown, and immutable after."""

import secrets
import string
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import numpy as np

from audio.clip import AudioClip
from audio.loudness import matching_gains_db, measure_level
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


@dataclass(frozen=True, eq=False)
class Treatment:
    """One condition of a clip before it is made anonymous: its sound, settings and scores."""

    condition: str
    clip: AudioClip
    params: dict
    scores: Scores


@dataclass(frozen=True, eq=False)
class Stimulus:
    """A treatment as presented: its label and place on the screen, and the gain it plays at.

    loudness_lufs : of the treatment before the gain
    """

    label: str
    position: int
    treatment: Treatment
    loudness_lufs: float
    gain_db: float

    @property
    def condition(self) -> str:
        return self.treatment.condition


@dataclass(frozen=True, eq=False)
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


def arrange_trial(
    listener: Listener,
    clip: ClipFacts,
    treatments: Sequence[Treatment],
    *,
    trial_index: int,
    design: str = MULTI,
    kind: str = Kind.MAIN,
    question: str = Question.PREFERENCE,
    trial_id: str | None = None,
    opened_at: datetime | None = None,
) -> Trial:
    """A trial of treatments in the order of their labels A, B, ..., matched in loudness.

    The last one is labelled X if the design is "abx". Without `trial_id` and `opened_at` the
    trial is a new one, opened now.
    Raises ValueError if the treatments differ in length or rate, or one is too quiet to match.
    """
    shapes = {(item.clip.n_samples, item.clip.sample_rate_hz) for item in treatments}
    if len(shapes) != 1:
        raise ValueError(f"all stimuli of a trial need one length and rate, got {sorted(shapes)}")
    levels = {item.condition: measure_level(item.clip) for item in treatments}
    gains_db = matching_gains_db(levels)
    labels = list(string.ascii_uppercase[: len(treatments)])
    if design == ABX:
        labels[-1] = X_LABEL
    stimuli = tuple(
        Stimulus(
            label=label,
            position=place,
            treatment=treatment,
            loudness_lufs=levels[treatment.condition].loudness_lufs,
            gain_db=gains_db[treatment.condition],
        )
        for place, (label, treatment) in enumerate(zip(labels, treatments, strict=True), start=1)
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
    treatments: Sequence[Treatment],
    *,
    trial_index: int,
    rng: np.random.Generator,
) -> Trial:
    """A "multi" trial of all treatments in a random order; raises as `arrange_trial`."""
    shuffled = [treatments[index] for index in rng.permutation(len(treatments))]
    return arrange_trial(listener, clip, shuffled, trial_index=trial_index)
