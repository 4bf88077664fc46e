"""Who may take part in a study, until when, and where each participant goes afterwards."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from urllib.parse import quote, urlsplit

from listening.refusal import Refusal

# What recruiting services put into a link: Prolific, Mechanical Turk, and anybody.
LINK_NAMES = (
    "PROLIFIC_PID", "STUDY_ID", "SESSION_ID", "workerId", "assignmentId", "hitId", "participant",
)  # fmt: skip
PERSON_NAMES = ("PROLIFIC_PID", "workerId", "participant")
MAX_VALUE_LENGTH = 128
MAX_ENDING_LENGTH = 500
MAX_QUOTA = 100_000
LEAST_HOLD_MIN, MOST_HOLD_MIN = 5.0, 7 * 24 * 60.0
LANGUAGE_NAME = "lang"
NOT_FILLED_IN = ("ASSIGNMENT_ID_NOT_AVAILABLE",)  # Mechanical Turk, before a task is accepted
# A host name or an IP address, and perhaps a port: nothing that is filled in stands there.
_ADDRESS = re.compile(
    r"https?://([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(:\d+)?([/?#]|$)", re.I
)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")
_VALUE = re.compile(rf"[\w.@:+=~|-]{{1,{MAX_VALUE_LENGTH}}}")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class LinkError(Refusal):
    """A link that does not say who takes part; the text is meant for the listener."""


class Outcome(StrEnum):
    """How a participant's part in a study ends."""

    COMPLETED = "completed"
    SCREENED_OUT = "screened_out"
    OVER_QUOTA = "over_quota"  # no place is left, or it is too late
    DECLINED = "declined"


@dataclass(frozen=True)
class Ending:
    """Where a participant goes afterwards: a code to hand in, or an address to follow."""

    code: str | None = None
    address: str | None = None


@dataclass(frozen=True)
class Participant:
    """Who opened the link.

    participant_id : what tells one person from another; empty if the link names nobody
    link : {name: value}, all that was read from the link
    """

    participant_id: str = ""
    link: dict[str, str] = field(default_factory=dict)


NOBODY = Participant()


@dataclass(frozen=True)
class Recruitment:
    """How participants come and go.

    link_names : names to read from the link beside LINK_NAMES; the first of them names the person
        where none of PERSON_NAMES is in the link
    needs_participant : a link that names nobody is refused
    endings : by outcome, a code or an address (http or https); {name} in an address stands for what
        the link said
    quota : after so many completed sessions nobody is let in; None: no limit
    hold_min : minutes after which a place is given to another, counted from the latest answer
    begin_by, finish_by : moments after which nobody may begin or go on, ISO 8601 with a time zone
    """

    link_names: tuple[str, ...] = ()
    needs_participant: bool = False
    endings: dict[Outcome, str] = field(default_factory=dict)
    quota: int | None = None
    hold_min: float = 60.0
    begin_by: str | None = None
    finish_by: str | None = None

    def __post_init__(self) -> None:
        for name in self.link_names:
            if name == LANGUAGE_NAME:
                raise ValueError(f"“{LANGUAGE_NAME}” in a link chooses the page's language.")
            if not _NAME.fullmatch(name):
                raise ValueError(
                    f"“{name}” cannot stand in a link: names have up to 40 letters, digits and "
                    "underscores, and begin with a letter."
                )
        for text in self.endings.values():
            self._check_ending(text)
        if self.quota is not None and not 1 <= self.quota <= MAX_QUOTA:
            raise ValueError(f"The quota must lie between 1 and {MAX_QUOTA:,}, got {self.quota}.")
        if not LEAST_HOLD_MIN <= self.hold_min <= MOST_HOLD_MIN:
            raise ValueError(
                f"A place can be held for {LEAST_HOLD_MIN:g} to {MOST_HOLD_MIN:,.0f} minutes, "
                f"got {self.hold_min:g}."
            )
        begin_by, finish_by = _moment(self.begin_by), _moment(self.finish_by)
        if begin_by and finish_by and finish_by < begin_by:
            raise ValueError("Listeners must be able to finish after they can last begin.")

    @property
    def names(self) -> tuple[str, ...]:
        """All names that are read from the link."""
        return tuple(dict.fromkeys((*LINK_NAMES, *self.link_names)))

    def participant(self, given: Mapping[str, object]) -> Participant:
        """What is read of a link.

        given : {name: value} of the link, as its page tells; other names are left out
        Raises LinkError for a value that no service gives, e.g. a placeholder that was not filled
        in, and for a link without a person where one is needed.
        """
        link = {}
        for name in self.names:
            value = given.get(name, "")
            if value == "":
                continue
            if not isinstance(value, str) or not _VALUE.fullmatch(value) or value in NOT_FILLED_IN:
                raise LinkError("link_unreadable", name=name)
            link[name] = value
        persons = (*PERSON_NAMES, *self.link_names[:1])
        person = next((link[name] for name in persons if name in link), "")
        if self.needs_participant and not person:
            raise LinkError("link_names_nobody")
        return Participant(person, link)

    def ending(self, outcome: Outcome, link: Mapping[str, str]) -> Ending | None:
        """Where a participant with that link goes; None if the owner has not said."""
        text = self.endings.get(outcome)
        if not text:
            return None
        if not _is_address(text):
            return Ending(code=text)
        return Ending(address=_PLACEHOLDER.sub(lambda m: quote(link.get(m[1], ""), safe=""), text))

    def without_limits(self) -> "Recruitment":
        """The same for whoever comes, whenever."""
        return replace(self, needs_participant=False, quota=None, begin_by=None, finish_by=None)

    def is_begun_in_time(self) -> bool:
        return _is_before(self.begin_by) and self.is_finished_in_time()

    def is_finished_in_time(self) -> bool:
        return _is_before(self.finish_by)

    def _check_ending(self, text: str) -> None:
        if not text or len(text) > MAX_ENDING_LENGTH or not text.isprintable():
            raise ValueError(f"A code or address has 1 to {MAX_ENDING_LENGTH} characters.")
        if not _is_address(text):
            if "://" in text or text.lower().startswith(("javascript:", "data:")):
                raise ValueError(f"“{text}” is no address: it must begin with https:// or http://.")
            return
        if not _ADDRESS.match(text) or not _has_port(text):
            raise ValueError(f"“{text}” is no address: it names no host that a browser can find.")
        unknown = [name for name in _PLACEHOLDER.findall(text) if name not in self.names]
        if unknown:
            raise ValueError(
                f"The address asks for {{{unknown[0]}}}, which is not read from the link."
            )


def _is_address(text: str) -> bool:
    return text.lower().startswith(("https://", "http://"))


def _has_port(address: str) -> bool:
    """Whether the port, if there is one, is a port."""
    try:
        return urlsplit(address).port != 0
    except ValueError:
        return False


def _moment(text: str | None) -> datetime | None:
    """Raises ValueError for what is no moment with a time zone."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"“{text}” is no date and time.") from error
    if moment.tzinfo is None:
        raise ValueError(f"“{text}” lacks a time zone.")
    return moment


def _is_before(limit: str | None) -> bool:
    moment = _moment(limit)
    return moment is None or datetime.now(UTC) < moment
