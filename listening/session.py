"""One listener's way through a study."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from listening.refusal import Refusal
from listening.trial import Listener


class SessionError(Refusal):
    """A session that cannot be begun, found or kept; the text is meant for the listener."""


class SessionNotKept(SessionError):
    """The disk refused; the same step can be tried again."""


class Event(StrEnum):
    """What a row of sessions.csv tells."""

    STARTED = "started"  # the listener has consented
    SCREENED = "screened"  # the headphone check is over
    COMPLETED = "completed"


@dataclass(frozen=True)
class Session:
    """One listener in one study.

    listener_number : 0 for the study's first, then counting up; decides all orders
    device : what the browser says of itself, shortened
    headphones_correct : of `headphones_asked`; None until the check is over
    trials_answered : how many trials of the plan are done
    open_trial_id, open_trial_since : of the trial on screen, None between trials
    """

    session_id: str
    study_id: str
    listener_id: str
    listener_number: int
    token_sha256: str
    language: str
    device: str
    started_at: str
    has_set_volume: bool = False
    headphones_correct: int | None = None
    headphones_asked: int | None = None
    trials_planned: int = 0
    trials_answered: int = 0
    open_trial_id: str | None = None
    open_trial_since: str | None = None
    completed_at: str | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.trials_answered <= self.trials_planned:
            raise ValueError("a session answers from none to all of its trials")
        if (self.open_trial_id is None) != (self.open_trial_since is None):
            raise ValueError("an open trial has a beginning")
        since = self.open_trial_since
        if since is not None and datetime.fromisoformat(since).tzinfo is None:
            raise ValueError("the beginning of a trial has a time zone")

    def is_opened_by(self, token: str) -> bool:
        """Whether this is the token with which the session began."""
        session_id, _, secret = token.partition(".")
        is_secret = hmac.compare_digest(self.token_sha256.encode(), sha256_of(secret).encode())
        return is_secret and session_id == self.session_id

    @property
    def listener(self) -> Listener:
        return Listener(self.study_id, self.session_id, self.listener_id)


def sha256_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def event_between(before: Session, after: Session) -> Event | None:
    """What sessions.csv is told of a change; None: nothing."""
    if after.completed_at and not before.completed_at:
        return Event.COMPLETED
    if after.headphones_correct is not None and before.headphones_correct is None:
        return Event.SCREENED
    return None
