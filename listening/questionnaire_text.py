"""Questions as their owner writes them, in TOML, and the ready-made ones."""

import json
import tomllib
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any

from listening.questionnaire import AnswerKind, Choice, SurveyQuestion
from messages import LANGUAGES

_KEYS = {"id", "kind", "required", "choices", "low", "high", "low_text", "high_text", *LANGUAGES}
_CHOICE_KEYS = {"screens_out", *LANGUAGES}


def read_questions(text: str) -> tuple[SurveyQuestion, ...]:
    """The [[question]] tables of a text; raises ValueError, with a sentence, for anything else."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"The questions are not valid TOML: {error}.") from error
    except RecursionError as error:
        raise ValueError("The questions are nested too deeply.") from error
    tables = content.pop("question", [])
    if content or not isinstance(tables, list):
        name = next(iter(content), "question")
        raise ValueError(f"Each question begins with [[question]]; “{name}” stands outside of one.")
    return tuple(_question(table, number) for number, table in enumerate(tables, start=1))


def questions_text(questions: Iterable[SurveyQuestion]) -> str:
    """The inverse of `read_questions`."""
    return "\n\n".join(_table(question) for question in questions)


def ready_made() -> dict[str, SurveyQuestion]:
    """{id: question}: age, hearing, experience, equipment, room, in both languages."""
    text = files("listening").joinpath("ready_made_questions.toml").read_text(encoding="utf-8")
    return {question.question_id: question for question in read_questions(text)}


def _question(table: object, number: int) -> SurveyQuestion:
    where = f"Question {number}"
    if not isinstance(table, dict):
        raise ValueError(f"{where} must be a table: begin it with [[question]].")
    unknown = sorted(set(table) - _KEYS)
    if unknown:
        raise ValueError(f"{where} has no “{unknown[0]}”; it has {', '.join(sorted(_KEYS))}.")
    if table.get("kind") not in list(AnswerKind):
        raise ValueError(f"{where} needs a kind: {', '.join(AnswerKind)}.")
    return SurveyQuestion(
        question_id=_of_type(table, "id", str, where, ""),
        kind=AnswerKind(table["kind"]),
        text=_texts(table, where),
        is_required=_of_type(table, "required", bool, where, True),
        choices=tuple(
            _choice(choice, where) for choice in _of_type(table, "choices", list, where, [])
        ),
        low=_number(table, "low", where),
        high=_number(table, "high", where),
        low_text=_texts(_of_type(table, "low_text", dict, where, {}), where),
        high_text=_texts(_of_type(table, "high_text", dict, where, {}), where),
    )


def _choice(given: object, where: str) -> Choice:
    """A table of texts, or one text for all languages."""
    if isinstance(given, str):
        return Choice(dict.fromkeys(LANGUAGES, given))
    if not isinstance(given, dict) or set(given) - _CHOICE_KEYS:
        raise ValueError(f'{where}: a choice is a text or {{ en = "…", screens_out = true }}.')
    return Choice(_texts(given, where), _of_type(given, "screens_out", bool, where, False))


def _texts(table: Mapping[str, Any], where: str) -> dict[str, str]:
    return {name: _of_type(table, name, str, where, "") for name in LANGUAGES if name in table}


def _number(table: Mapping[str, Any], name: str, where: str) -> float | None:
    value = table.get(name)
    if value is None:
        return None
    if type(value) not in (int, float):
        raise ValueError(f"{where}: {name} must be a number.")
    try:
        return float(value)
    except OverflowError as error:
        raise ValueError(f"{where}: {name} is too large.") from error


def _of_type(table: Mapping[str, Any], name: str, kind: type, where: str, default: Any) -> Any:
    value = table.get(name, default)
    if type(value) is not kind:
        words = {str: "a text", bool: "true or false", list: "a list", dict: "a table of texts"}
        raise ValueError(f"{where}: {name} must be {words[kind]}.")
    return value


def _table(question: SurveyQuestion) -> str:
    lines = ["[[question]]", f"id = {_toml(question.question_id)}", f'kind = "{question.kind}"']
    if not question.is_required:
        lines.append("required = false")
    lines += [f"{language} = {_toml(text)}" for language, text in question.text.items()]
    if question.choices:
        lines += ["choices = [", *(f"  {_choice_toml(one)}," for one in question.choices), "]"]
    ends = (("low", question.low), ("high", question.high))
    lines += [f"{name} = {_number_toml(value)}" for name, value in ends if value is not None]
    texts = (("low_text", question.low_text), ("high_text", question.high_text))
    lines += [f"{name} = {_inline(text)}" for name, text in texts if text]
    return "\n".join(lines)


def _choice_toml(choice: Choice) -> str:
    texts = set(choice.text.values())
    if len(texts) == 1 and set(choice.text) == set(LANGUAGES) and not choice.screens_out:
        return _toml(texts.pop())
    return _inline(choice.text, *(["screens_out = true"] if choice.screens_out else []))


def _number_toml(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def _inline(texts: Mapping[str, str], *more: str) -> str:
    parts = [f"{language} = {_toml(text)}" for language, text in texts.items()]
    return f"{{ {', '.join([*parts, *more])} }}"


def _toml(text: str) -> str:
    """A basic string: JSON's, but for the one character that TOML wants escaped too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
