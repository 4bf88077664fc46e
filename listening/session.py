"""One listener's way through a study."""

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from listening.questionnaire import Part
from listening.recruitment import Outcome
from listening.refusal import Refusal
from listening.trial import Listener

_SESSION_ID = re.compile(r"[0-9a-f]{16}")


class SessionError(Refusal):
    """A session that cannot be begun, found or kept; the text is meant for the listener."""


class SessionNotKept(SessionError):
    """The disk refused; the same step can be tried again."""


class NotLetIn(Exception):
    """Somebody whom a study takes no part of, though nothing is wrong."""

    def __init__(self, outcome: Outcome):
        self.outcome = outcome
        super().__init__(f"not let in: {outcome}")


class Event(StrEnum):
    """What a row of sessions.csv tells."""

    STARTED = "started"  # the listener has consented
    SCREENED = "screened"  # the headphone check is over
    COMPLETED = "completed"
    ENDED = "ended"  # in another way, as `outcome` says


@dataclass(frozen=True)
class Session:
    """One listener in one study.

    listener_number : 0 for the study's first, then counting up; decides all orders
    device : what the browser says of itself, shortened
    headphones_correct : of `headphones_asked`; None until the check is over
    trials_answered : how many trials of the plan are done
    open_trial_id, open_trial_since : of the trial on screen, None between trials
    participant_id, link : as of Participant
    more_tokens_sha256 : of other browsers in which the same participant went on
    place_until : until when the session counts as under way, None without a quota
    ended_as : how it ended before its last trial, None if it did not
    parts_answered : of the questionnaire
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
    participant_id: str = ""
    link: dict[str, str] = field(default_factory=dict)
    more_tokens_sha256: tuple[str, ...] = ()
    place_until: str | None = None
    ended_as: Outcome | None = None
    parts_answered: tuple[Part, ...] = ()

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
        found = sha256_of(secret).encode()
        known = (self.token_sha256, *self.more_tokens_sha256)
        matches = [hmac.compare_digest(one.encode(), found) for one in known]
        return any(matches) and session_id == self.session_id

    def is_of_another(self, participant_id: str) -> bool:
        """Whether somebody is named, and not who this session is of."""
        return participant_id not in ("", self.participant_id)

    @property
    def outcome(self) -> Outcome | None:
        """None while it is under way."""
        return Outcome.COMPLETED if self.completed_at else self.ended_as

    def has_place(self, moment: datetime) -> bool:
        """Whether it counts towards the quota: it is completed, or under way."""
        if self.outcome is not None or self.place_until is None:
            return self.outcome == Outcome.COMPLETED
        return moment < datetime.fromisoformat(self.place_until)

    @property
    def listener(self) -> Listener:
        return Listener(self.study_id, self.session_id, self.listener_id)


def is_session_id(text: str) -> bool:
    return _SESSION_ID.fullmatch(text) is not None


def sha256_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def event_between(before: Session, after: Session) -> Event | None:
    """What sessions.csv is told of a change; None: nothing."""
    if after.outcome != before.outcome:
        return Event.COMPLETED if after.completed_at else Event.ENDED
    if after.headphones_correct is not None and before.headphones_correct is None:
        return Event.SCREENED
    return None
