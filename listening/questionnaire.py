"""Questions to a listener before and after the trials, and the answers to them."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from listening.free_text import FreeTextError, clean_text
from listening.refusal import Refusal
from messages import LANGUAGES

MAX_QUESTIONS, MAX_CHOICES = 50, 50
MAX_SCALE_POINTS = 11
LARGEST_NUMBER = 1e15
MAX_QUESTION_LENGTH, MAX_CHOICE_LENGTH, MAX_ANSWER_LENGTH = 1000, 200, 2000
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")


class AnswerError(Refusal):
    """An answer that cannot be kept; the text tells the listener what to do."""


class AnswerKind(StrEnum):
    SINGLE = "single"  # one of the choices
    MULTIPLE = "multiple"  # any of them
    SCALE = "scale"  # a whole number from low to high, as buttons
    NUMBER = "number"
    TEXT = "text"


class Part(StrEnum):
    """When a questionnaire is asked."""

    BEFORE = "before"  # all else but consent
    AFTER = "after"  # the last trial


@dataclass(frozen=True)
class Choice:
    """What can be chosen, by language; screens_out : who chooses it may not take part"""

    text: dict[str, str]
    screens_out: bool = False


@dataclass(frozen=True)
class SurveyQuestion:
    """One question of a questionnaire.

    text : by language; where a listener's is missing, the first is shown
    choices : of SINGLE and MULTIPLE
    low, high : of SCALE, whole numbers, and of NUMBER, where either may be None
    low_text, high_text : what the ends of a SCALE mean, by language
    """

    question_id: str
    kind: AnswerKind
    text: dict[str, str]
    is_required: bool = True
    choices: tuple[Choice, ...] = ()
    low: float | None = None
    high: float | None = None
    low_text: dict[str, str] = field(default_factory=dict)
    high_text: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.question_id):
            raise ValueError(
                f"“{self.question_id}” cannot be a question's id: up to 40 letters, digits, _ and "
                "-, beginning with a letter."
            )
        self._check_texts()
        has_choices = self.kind in (AnswerKind.SINGLE, AnswerKind.MULTIPLE)
        if has_choices != bool(self.choices):
            needs = "needs choices" if has_choices else "has no choices"
            raise self._wrong(f"a question of the kind {self.kind} {needs}")
        if len(self.choices) == 1 and self.kind == AnswerKind.SINGLE:
            raise self._wrong("one choice is none")
        if len(self.choices) > MAX_CHOICES:
            raise self._wrong(f"there can be up to {MAX_CHOICES} choices")
        self._check_range()

    def _check_texts(self) -> None:
        texts = [(self.text, MAX_QUESTION_LENGTH)]
        texts += [(choice.text, MAX_CHOICE_LENGTH) for choice in self.choices]
        for text, longest in texts:
            if not text or not all(one.strip() for one in text.values()):
                raise self._wrong("it, and each of its choices, needs a text")
            if any(len(one) > longest for one in text.values()):
                raise self._wrong(f"a text can have up to {longest} characters")
        for language in LANGUAGES:
            shown = [in_language(choice.text, language) for choice in self.choices]
            if len(set(shown)) < len(shown) or any("\n" in one for one in shown):
                raise self._wrong("its choices must differ, each on one line")
        for text in (self.text, self.low_text, self.high_text, *(c.text for c in self.choices)):
            unknown = sorted(set(text) - set(LANGUAGES))
            if unknown:
                raise self._wrong(f"texts can be in {' or '.join(LANGUAGES)}, got {unknown[0]}")

    def _check_range(self) -> None:
        low, high = self.low, self.high
        if self.kind not in (AnswerKind.SCALE, AnswerKind.NUMBER):
            if (low, high) != (None, None):
                raise self._wrong(f"a question of the kind {self.kind} has no low and high")
            return
        if any(end is not None and not math.isfinite(end) for end in (low, high)):
            raise self._wrong("its ends must be numbers")
        if low is not None and high is not None and low >= high:
            raise self._wrong("its low end must lie below its high end")
        if self.kind == AnswerKind.SCALE:
            if low is None or high is None or int(low) != low or int(high) != high:
                raise self._wrong("a scale needs whole numbers as low and high")
            if high - low >= MAX_SCALE_POINTS or max(abs(low), abs(high)) > LARGEST_NUMBER:
                raise self._wrong(f"a scale can have up to {MAX_SCALE_POINTS} points")

    def _wrong(self, why: str) -> ValueError:
        return ValueError(f"Question “{self.question_id}”: {why}.")

    def text_in(self, language: str) -> str:
        return in_language(self.text, language)


@dataclass(frozen=True)
class Questionnaire:
    """Questions before and after the trials, each in its order."""

    before: tuple[SurveyQuestion, ...] = ()
    after: tuple[SurveyQuestion, ...] = ()

    def __post_init__(self) -> None:
        ids = [question.question_id for question in (*self.before, *self.after)]
        if len(ids) > MAX_QUESTIONS:
            raise ValueError(f"A study can ask up to {MAX_QUESTIONS} questions, got {len(ids)}.")
        twice = next((one for one in ids if ids.count(one) > 1), None)
        if twice:
            raise ValueError(f"Two questions have the id “{twice}”.")
        if any(choice.screens_out for question in self.after for choice in question.choices):
            raise ValueError("A question after the trials cannot screen out: all is done by then.")

    def of(self, part: Part) -> tuple[SurveyQuestion, ...]:
        return self.before if part == Part.BEFORE else self.after


@dataclass(frozen=True)
class SurveyAnswer:
    """What was answered to one question.

    value : a text, or the chosen texts in the question's first language, each on a line; empty if
        nothing was answered
    number : of SCALE and NUMBER, None if nothing was answered
    chosen : places of the choices, from 0
    """

    question: SurveyQuestion
    value: str = ""
    chosen: tuple[int, ...] = ()
    number: float | None = None

    @property
    def screens_out(self) -> bool:
        return any(self.question.choices[place].screens_out for place in self.chosen)


def in_language(text: Mapping[str, str], language: str) -> str:
    """The text in that language, else in the first there is; empty if there is none."""
    return text.get(language) or next(iter(text.values()), "")


def read_answers(
    questions: Sequence[SurveyQuestion], given: object, language: str
) -> tuple[SurveyAnswer, ...]:
    """The answers in what a browser sent, in the order of the questions.

    given : {question_id: answer}: the place of a choice, a list of such places, a number or a text;
        None, or nothing, where a question was passed over
    language : of the listener, for what is told to them
    Raises AnswerError for an answer that is missing, or none to its question.
    """
    if not isinstance(given, dict):
        raise AnswerError("answer_unreadable")
    return tuple(_answer(one, given.get(one.question_id), language) for one in questions)


def _answer(question: SurveyQuestion, given: object, language: str) -> SurveyAnswer:
    if given is None or given in ("", []):
        if question.is_required:
            raise AnswerError("question_unanswered", question=question.text_in(language))
        return SurveyAnswer(question)
    if question.kind == AnswerKind.TEXT:
        return SurveyAnswer(question, _text(question, given, language))
    if question.kind in (AnswerKind.SCALE, AnswerKind.NUMBER):
        return SurveyAnswer(question, number=_number(question, given, language))
    chosen = given if question.kind == AnswerKind.MULTIPLE else [given]
    places = set(range(len(question.choices)))
    if (
        not isinstance(chosen, list)
        or any(type(place) is not int for place in chosen)
        or not set(chosen) <= places
    ):
        raise AnswerError("answer_not_a_choice", question=question.text_in(language))
    in_order = tuple(sorted(set(chosen)))
    texts = [in_language(question.choices[place].text, "") for place in in_order]
    return SurveyAnswer(question, "\n".join(texts), in_order)


def _text(question: SurveyQuestion, given: object, language: str) -> str:
    try:
        text = clean_text(given, MAX_ANSWER_LENGTH)
    except FreeTextError as error:
        code = f"answer_text_{error.reason}"
        raise AnswerError(
            code, question=question.text_in(language), max=MAX_ANSWER_LENGTH
        ) from error
    if question.is_required and not text:
        raise AnswerError("question_unanswered", question=question.text_in(language))
    return text


def _number(question: SurveyQuestion, given: Any, language: str) -> float:
    """Raises AnswerError for what is no number in the question's range, or on its scale."""
    low = -LARGEST_NUMBER if question.low is None else question.low
    high = LARGEST_NUMBER if question.high is None else question.high
    is_number = type(given) is int or (type(given) is float and math.isfinite(given))
    if not is_number or not low <= given <= high:
        raise AnswerError("answer_out_of_range", question=question.text_in(language))
    if question.kind == AnswerKind.SCALE and type(given) is not int:
        raise AnswerError("answer_out_of_range", question=question.text_in(language))
    return given + 0  # no minus before a zero
