"""Questions to listeners as controls, and back."""

from dataclasses import dataclass

import gradio as gr
from gradio.events import Dependency

from listening.questionnaire import Part, Questionnaire, SurveyQuestion
from listening.questionnaire_text import questions_text, read_questions, ready_made

HELP = (
    "Each question is a `[[question]]` of an `id`, a `kind` (`single`, `multiple`, `scale`, "
    "`number`, `text`), texts (`en`, `it`) and, by its kind, `choices` or `low` and `high` "
    "(in TOML; add a ready-made one to see how). `required = false` lets listeners "
    "pass it over. A choice with `screens_out = true` ends the session of whoever chooses it."
)
LABELS = {Part.BEFORE: "Questions before the trials", Part.AFTER: "Questions after the trials"}


@dataclass(frozen=True)
class QuestionnaireForm:
    """controls : in the order of `questionnaire_from`; additions : events that change them"""

    controls: tuple[gr.Textbox, ...]
    additions: tuple[Dependency, ...]


def build_questionnaire_form() -> QuestionnaireForm:
    offered = [(question.text_in("en"), name) for name, question in ready_made().items()]
    with gr.Accordion("Questionnaire", open=False):
        gr.Markdown(HELP)
        with gr.Row():
            controls, additions = zip(
                *(_part_controls(part, offered) for part in Part), strict=True
            )
    return QuestionnaireForm(controls, additions)


def _part_controls(part: Part, offered: list[tuple[str, str]]) -> tuple[gr.Textbox, Dependency]:
    with gr.Column(min_width=320):
        box = gr.Textbox(
            label=LABELS[part], lines=8, max_lines=30, elem_id=f"study-questions-{part}"
        )
        choice = gr.Dropdown(
            choices=offered,
            value=None,
            label="Add a ready-made question",
            elem_id=f"study-ready-made-{part}",
        )
        addition = choice.input(
            with_ready_made, [box, choice], [box, choice], show_progress="hidden", queue=False
        )
    return box, addition


def with_ready_made(text: str, name: str | None):
    """The text with a ready-made question at its end, and nothing chosen."""
    if name is None:
        return gr.skip()
    added = questions_text([ready_made()[name]])
    return f"{text.rstrip()}\n\n{added}".lstrip(), None


def questionnaire_values(questionnaire: Questionnaire) -> tuple[str, ...]:
    """What the controls show, in their order."""
    return tuple(questions_text(questionnaire.of(part)) for part in Part)


def questionnaire_from(values) -> Questionnaire:
    """From the values of the controls; raises ValueError for what is no question."""
    before, after = (_questions(part, text) for part, text in zip(Part, values, strict=True))
    return Questionnaire(before, after)


def _questions(part: Part, text: str) -> tuple[SurveyQuestion, ...]:
    try:
        return read_questions(text)
    except ValueError as error:
        raise ValueError(f"{LABELS[part]}: {error}") from error
