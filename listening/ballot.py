"""What a listener answered, checked before it is believed."""

import math
import re
from dataclasses import dataclass

from listening.free_text import FreeTextError, clean_text
from listening.refusal import Refusal
from listening.trial import ABX, MULTI, Question, Trial

MAX_COMMENT_LENGTH = 2000
RATING_MIN, RATING_MAX = 0, 100
MAX_LISTENED_S = 7 * 86_400  # a page left open for a week
MAX_SWITCHES = 1_000_000
NO_PREFERENCE = "none"
_VOTE_ID = re.compile(r"[0-9a-f]{16,64}")


class BallotError(Refusal, ValueError):
    """An answer that cannot be counted; the text tells the listener what to do."""


@dataclass(frozen=True)
class Ballot:
    """The answers to one trial, by label.

    vote_id : made by the browser, once for all attempts to send these answers
    ratings : 0 to 100 for each label under "multi", else empty
    preferred : a label, or None for no preference or where none was asked for; under "abx" the
        label that was said to be X
    listened_s : how long each label sounded; switches : how often it was chosen
    """

    vote_id: str
    ratings: dict[str, float]
    preferred: str | None
    comment: str
    listened_s: dict[str, float]
    switches: dict[str, int]


def read_ballot(answers, trial: Trial, *, min_listening_s: float = 0.0) -> Ballot:
    """The ballot in what a browser sent.

    answers : {"trial": trial_id, "vote": 16 to 64 hexadecimal digits,
        "ratings": {label: number}, "preferred": label or "none", "comment": text,
        "listened_s": {label: number}, "switches": {label: count}}; ratings under "multi" only,
        preferred where `asks_for_choice`
    min_listening_s : how long each stimulus must have sounded
    Raises BallotError for anything missing, out of range or of the wrong kind.
    """
    if not isinstance(answers, dict):
        raise BallotError("answer_unreadable")
    if answers.get("trial") != trial.trial_id:
        raise BallotError("trial_not_open")
    vote_id = answers.get("vote")
    if not isinstance(vote_id, str) or not _VOTE_ID.fullmatch(vote_id):
        raise BallotError("vote_id_invalid")
    comment = _comment(answers.get("comment", ""))
    listened_s = _by_label(answers, "listened_s", trial, "listened", 0, MAX_LISTENED_S)
    switches = _by_label(answers, "switches", trial, "switches", 0, MAX_SWITCHES)
    unheard = [label for label, seconds in listened_s.items() if seconds < min_listening_s]
    if unheard:
        seconds = f"{min_listening_s:g}"
        raise BallotError("listen_longer", labels=", ".join(unheard), seconds=seconds)
    return Ballot(
        vote_id=vote_id,
        ratings=_ratings(answers, trial) if trial.design == MULTI else {},
        preferred=_choice(answers, trial) if asks_for_choice(trial) else None,
        comment=comment,
        listened_s=listened_s,
        switches={label: int(count) for label, count in switches.items()},
    )


def asks_for_choice(trial: Trial) -> bool:
    """Whether one of the stimuli is to be chosen: always, but for a "multi" rated on its own."""
    return trial.design != MULTI or trial.question == Question.PREFERENCE


def _ratings(answers: dict, trial: Trial) -> dict[str, float]:
    return _by_label(answers, "ratings", trial, "ratings", RATING_MIN, RATING_MAX)


def _choice(answers: dict, trial: Trial) -> str | None:
    chosen = answers.get("preferred")
    if trial.design == ABX:
        if chosen not in trial.choices:
            raise BallotError("x_missing", labels=" / ".join(trial.choices))
        return chosen
    if chosen not in (*trial.choices, NO_PREFERENCE):
        raise BallotError("choice_missing")
    return None if chosen == NO_PREFERENCE else chosen


def _by_label(
    answers: dict, field: str, trial: Trial, code: str, low: float, high: float
) -> dict[str, float]:
    """Exactly one number from `low` to `high` for each label, in the trial's order."""
    given = answers.get(field)
    values = given if isinstance(given, dict) else {}
    missing = [label for label in trial.labels if not _is_number(values.get(label))]
    if missing:
        raise BallotError(f"{code}_missing", labels=", ".join(missing))
    for label in trial.labels:
        if not low <= values[label] <= high:
            raise BallotError(f"{code}_out_of_range", label=label, low=low, high=high)
    return {label: values[label] for label in trial.labels}


def _is_number(value: object) -> bool:
    """Whether it is a finite number; an integer may be larger than any float."""
    if isinstance(value, bool):
        return False
    return isinstance(value, int) or (isinstance(value, float) and math.isfinite(value))


def _comment(given: object) -> str:
    try:
        return clean_text(given, MAX_COMMENT_LENGTH)
    except FreeTextError as error:
        raise BallotError(f"comment_{error.reason}", max=MAX_COMMENT_LENGTH) from error
