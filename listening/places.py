"""Places in a study with a quota: who has one, and until when."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from listening.recruitment import Outcome, Recruitment
from listening.session import Session

RENEWED_S = 10.0  # a place is held anew after so many seconds at the earliest


def has_room(quota: int, sessions: Iterable[Session]) -> bool:
    """Whether fewer sessions than the quota are completed or under way."""
    now = datetime.now(UTC)
    return sum(session.has_place(now) for session in sessions) < quota


def place_until(recruitment: Recruitment) -> str | None:
    """Until when a place that is taken now is held; None where there is no quota."""
    if recruitment.quota is None:
        return None
    until = datetime.now(UTC) + timedelta(minutes=recruitment.hold_min)
    return until.isoformat(timespec="milliseconds")


def is_held_long(session: Session, recruitment: Recruitment) -> bool:
    """Whether the place need not be held anew yet, which saves a write."""
    lately = timedelta(minutes=recruitment.hold_min) - timedelta(seconds=RENEWED_S)
    return session.has_place(datetime.now(UTC) + lately)


def over_quota(latest: Session) -> dict:
    return {} if latest.outcome else {"ended_as": Outcome.OVER_QUOTA}
