"""Trials and ballots for the tests of listening."""

import dataclasses
import secrets

import numpy as np

from audio.clip import AudioClip
from audio.loudness import measure_level
from listening import ClipFacts, Listener, Trial, VersionFacts, arrange_trial, draw_trial
from listening.answer_log import AnswerLog
from listening.condition_titles import condition_title
from listening.session_flow import SessionFlow
from listening.session_store import SessionStore
from listening.study_store import StudyStore
from listening.votes import VoteLog
from metrics.criteria import CriteriaFlags
from metrics.scores import Scores
from tests.support.signals import music_with_hiss

LISTENER = Listener("study", "session", "listener")
FACTS = ClipFacts("20260101-000000-00000000", "a song", "synthetic", 7, 16_000)
CONDITIONS = ("original", "noisereduce", "hbss", "mcra")


def sounds(duration_s=1.0) -> dict[str, AudioClip]:
    """Four versions of one clip, told apart by their level."""
    clip = music_with_hiss(duration_s=duration_s)
    return {
        condition: clip.with_samples(clip.samples * (1 + i))
        for i, condition in enumerate(CONDITIONS)
    }


def versions() -> list[VersionFacts]:
    made = []
    for i, (condition, sound) in enumerate(sounds().items()):
        flags = CriteriaFlags(True, True, False) if i else None
        scores = Scores(30.0 - i, -1.0 * i, 5.0, 0.5 * i, 0.1 * i, flags)
        made.append(
            VersionFacts(
                condition, {"alpha": i}, scores, measure_level(sound), condition_title(condition)
            )
        )
    return made


def open_study(
    store, *, name="a study", n_clips=1, conditions=CONDITIONS, duration_s=1.0, **settings
):
    """A study that takes listeners; all of its clips sound alike."""
    study = store.create(name, **settings)
    chosen = [item for item in versions() if item.condition in conditions]
    heard = {name: clip for name, clip in sounds(duration_s).items() if name in conditions}
    for number in range(n_clips):
        facts = dataclasses.replace(FACTS, clip_id=f"20260101-{number:06d}-00000000")
        store.add_clip(study.study_id, facts, chosen, heard)
    return store.open(study.study_id)


def session_flow(results, studies=None) -> SessionFlow:
    """Listeners on their way, with everything kept in the folder `results`."""
    return SessionFlow(
        StudyStore(studies or results / "studies"),
        SessionStore(results),
        VoteLog(results / "votes.csv"),
        AnswerLog(results / "answers.csv"),
        "0.0",
    )


def begin(book: SessionStore, study, **changes):
    """A new session and its token."""
    facts = {"listener_id": "someone", "language": "en", "device": "A browser"}
    facts |= {"token": new_token()} | changes
    return book.begin(study, **facts), facts["token"]


def new_token() -> str:
    """What a browser makes for a session: its id and a secret of 128 bits."""
    return f"{secrets.token_hex(8)}.{secrets.token_hex(16)}"


def trial(seed=0, *, trial_index=1) -> Trial:
    return draw_trial(
        LISTENER, FACTS, versions(), trial_index=trial_index, rng=np.random.default_rng(seed)
    )


def arranged(conditions, **options) -> Trial:
    """A trial of these conditions in this order."""
    by_condition = {item.condition: item for item in versions()}
    chosen = [by_condition[condition] for condition in conditions]
    return arrange_trial(LISTENER, FACTS, chosen, trial_index=1, **options)


def answers(drawn: Trial, **changes) -> dict:
    """What a browser sends for a trial, in good order."""
    labels = drawn.labels
    return {
        "trial": drawn.trial_id,
        "vote": drawn.trial_id[::-1],
        "ratings": {label: 20 * i for i, label in enumerate(labels)},
        "preferred": labels[-1],
        "comment": "the last one is calmer",
        "listened_s": dict.fromkeys(labels, 2.5),
        "switches": dict.fromkeys(labels, 3),
        **changes,
    }
