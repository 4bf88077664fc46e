"""Who hears what under which label: decided before anything is shown, and immutable after."""

import secrets
import string
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from audio.clip import AudioClip
from audio.loudness import matching_gains_db, measure_level
from metrics.scores import Scores

MULTI = "multi"  # all conditions on one screen, without a given reference (ITU-R BS.2132)


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
    listener: Listener
    clip: ClipFacts
    stimuli: tuple[Stimulus, ...]
    opened_at: datetime

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(stimulus.label for stimulus in self.stimuli)


def draw_trial(
    listener: Listener,
    clip: ClipFacts,
    treatments: Sequence[Treatment],
    *,
    trial_index: int,
    rng: np.random.Generator,
) -> Trial:
    """A trial of all treatments in a random order, labelled A, B, ... and matched in loudness.

    Raises ValueError if the treatments differ in length or rate, or one is too quiet to match.
    """
    shapes = {(item.clip.n_samples, item.clip.sample_rate_hz) for item in treatments}
    if len(shapes) != 1:
        raise ValueError(f"all stimuli of a trial need one length and rate, got {sorted(shapes)}")
    levels = {item.condition: measure_level(item.clip) for item in treatments}
    gains_db = matching_gains_db(levels)
    order = rng.permutation(len(treatments))
    stimuli = tuple(
        Stimulus(
            label=string.ascii_uppercase[place],
            position=place + 1,
            treatment=treatments[index],
            loudness_lufs=levels[treatments[index].condition].loudness_lufs,
            gain_db=gains_db[treatments[index].condition],
        )
        for place, index in enumerate(order)
    )
    return Trial(
        trial_id=secrets.token_hex(8),
        trial_index=trial_index,
        design=MULTI,
        listener=listener,
        clip=clip,
        stimuli=stimuli,
        opened_at=datetime.now(UTC),
    )
