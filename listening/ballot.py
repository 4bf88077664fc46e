"""What a listener answered, checked before it is believed."""

import math
import re
from dataclasses import dataclass

from listening.trial import ABX, MULTI, Question, Trial

MAX_COMMENT_LENGTH = 2000
RATING_MIN, RATING_MAX = 0, 100
NO_PREFERENCE = "none"
_VOTE_ID = re.compile(r"[0-9a-f]{16,64}")


class BallotError(ValueError):
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
        raise BallotError("The answer could not be read; please reload the page and vote again.")
    if answers.get("trial") != trial.trial_id:
        raise BallotError("This trial is no longer open; please start another vote.")
    vote_id = answers.get("vote")
    if not isinstance(vote_id, str) or not _VOTE_ID.fullmatch(vote_id):
        raise BallotError("The answer has no valid number; please reload the page and vote again.")
    comment = answers.get("comment", "")
    if not isinstance(comment, str) or len(comment) > MAX_COMMENT_LENGTH:
        raise BallotError(f"The comment may have at most {MAX_COMMENT_LENGTH} characters.")
    if not _can_be_written(comment):
        raise BallotError("The comment holds half a character; please type it again.")
    listened_s = _by_label(answers.get("listened_s"), trial, "a listening time")
    switches = _by_label(answers.get("switches"), trial, "a number of switches")
    if min(*listened_s.values(), *switches.values()) < 0:
        raise BallotError("Listening times and switches cannot be negative.")
    unheard = [label for label, seconds in listened_s.items() if seconds < min_listening_s]
    if unheard:
        raise BallotError(
            f"Please listen to {' and '.join(unheard)} for at least {min_listening_s:g} s."
        )
    return Ballot(
        vote_id=vote_id,
        ratings=_ratings(answers, trial) if trial.design == MULTI else {},
        preferred=_choice(answers, trial) if asks_for_choice(trial) else None,
        comment=comment.strip(),
        listened_s=listened_s,
        switches={label: int(count) for label, count in switches.items()},
    )


def asks_for_choice(trial: Trial) -> bool:
    """Whether one of the stimuli is to be chosen: always, but for a "multi" rated on its own."""
    return trial.design != MULTI or trial.question == Question.PREFERENCE


def _ratings(answers: dict, trial: Trial) -> dict[str, float]:
    ratings = _by_label(answers.get("ratings"), trial, "a rating")
    for label, rating in ratings.items():
        if not RATING_MIN <= rating <= RATING_MAX:
            raise BallotError(
                f"The rating of {label} must lie between {RATING_MIN} and {RATING_MAX}."
            )
    return ratings


def _choice(answers: dict, trial: Trial) -> str | None:
    chosen = answers.get("preferred")
    if trial.design == ABX:
        if chosen not in trial.choices:
            raise BallotError(f"Please say whether X is {' or '.join(trial.choices)}.")
        return chosen
    if chosen not in (*trial.choices, NO_PREFERENCE):
        raise BallotError("Please say which one you prefer, or choose “No preference”.")
    return None if chosen == NO_PREFERENCE else chosen


def _by_label(values, trial: Trial, what: str) -> dict[str, float]:
    """Exactly one finite number for each label, in the trial's order."""
    values = values if isinstance(values, dict) else {}
    missing = [label for label in trial.labels if not _is_number(values.get(label))]
    if missing:
        raise BallotError(f"Please give {what} to {' and '.join(missing)}.")
    return {label: values[label] for label in trial.labels}


def _is_number(value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _can_be_written(text: str) -> bool:
    """Whether the text has no lone surrogates, which JSON can carry and no file can hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
