"""What a page is told of a question: not what screens out."""

from listening.questionnaire import (
    MAX_ANSWER_LENGTH,
    AnswerKind,
    SurveyQuestion,
    in_language,
)


def question_json(question: SurveyQuestion, language: str) -> dict[str, object]:
    """The question in the listener's language."""
    shown: dict[str, object] = {
        "id": question.question_id,
        "kind": question.kind,
        "text": question.text_in(language),
        "is_required": question.is_required,
    }
    if question.choices:
        shown["choices"] = [in_language(choice.text, language) for choice in question.choices]
    if question.kind in (AnswerKind.SCALE, AnswerKind.NUMBER):
        shown |= {"low": question.low, "high": question.high}
    if question.kind == AnswerKind.SCALE:
        shown |= {
            "low_text": in_language(question.low_text, language),
            "high_text": in_language(question.high_text, language),
        }
    if question.kind == AnswerKind.TEXT:
        shown["max_length"] = MAX_ANSWER_LENGTH
    return shown
