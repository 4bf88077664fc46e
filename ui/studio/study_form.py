"""The settings of a study as controls, and back."""

from dataclasses import dataclass

import gradio as gr

from listening.plan import AGAINST_ORIGINAL, ALL_PAIRS, TrialDesign
from listening.questionnaire import Part
from listening.study import State, Study, StudyRules, StudyTexts
from listening.trial import ABX, MULTI, PAIR, Question
from ui.studio.questionnaire_form import (
    build_questionnaire_form,
    questionnaire_from,
    questionnaire_values,
)
from ui.studio.recruitment_form import build_recruitment_form, recruitment_from, recruitment_values

DESIGNS = (
    ("All versions in one trial, each rated 0–100", MULTI),
    ("Pairs: which of two is preferred", PAIR),
    ("ABX: can a difference be heard at all", ABX),
)
PAIRS = (
    ("each restoration against the original", AGAINST_ORIGINAL),
    ("every version against every other", ALL_PAIRS),
)
QUESTIONS = (
    ("overall preference", Question.PREFERENCE),
    ("how annoying the hiss is", Question.ANNOYANCE),
    ("how natural it sounds", Question.NATURALNESS),
)
LANGUAGE_NAMES = {"en": "English", "it": "Italian"}


@dataclass(frozen=True)
class StudyForm:
    """controls : in the order of the arguments of `settings_from`; additions : events that change
    them without anybody typing"""

    controls: tuple
    additions: tuple

    def values(self, study: Study | None) -> dict:
        """{control: update} that makes them show a study; only those of a draft can be moved."""
        shown = study or Study("", "", State.DRAFT, "", 0)
        is_open_to_change = study is not None and study.is_draft
        design, rules, texts = shown.design, shown.rules, shown.texts
        values = (
            design.design,
            design.pairs,
            list(design.questions),
            shown.has_anchors,
            design.has_training,
            design.n_repeats,
            design.n_catches,
            design.trials_per_listener,
            rules.min_listening_s,
            rules.needs_headphones,
            rules.shows_conditions,
            *(texts.consent.get(language, "") for language in LANGUAGE_NAMES),
            *(texts.instructions.get(language, "") for language in LANGUAGE_NAMES),
            *questionnaire_values(shown.questionnaire),
            *recruitment_values(shown.recruitment),
        )
        return {
            control: gr.update(value=value, interactive=is_open_to_change)
            for control, value in zip(self.controls, values, strict=True)
        }


def build_study_form() -> StudyForm:
    with gr.Row():
        with gr.Column(min_width=320):
            design = gr.Radio(
                list(DESIGNS), value=MULTI, label="Test design", elem_id="study-design"
            )
            pairs = gr.Radio(
                list(PAIRS),
                value=ALL_PAIRS,
                label="Pairings",
                info="For pairs and ABX.",
                elem_id="study-pairs",
            )
            questions = gr.CheckboxGroup(
                list(QUESTIONS),
                value=[Question.PREFERENCE],
                label="Questions",
                info="Each question is a pass of its own through all trials. ABX has only one.",
                elem_id="study-questions",
            )
            anchors = gr.Checkbox(
                label="Low-pass anchors at 3.5 and 7 kHz",
                info="Versions that everybody should find worse (ITU-R BS.1534).",
                elem_id="study-anchors",
            )
        with gr.Column(min_width=320):
            training = gr.Checkbox(value=True, label="Training trial", elem_id="study-training")
            repeats = gr.Number(
                value=0,
                precision=0,
                minimum=0,
                label="Hidden repeats",
                info="Trials repeated in another order: are listeners consistent?",
                elem_id="study-repeats",
            )
            catches = gr.Number(
                value=0,
                precision=0,
                minimum=0,
                label="Catch trials",
                info="A version against itself, in a study of pairs.",
                elem_id="study-catches",
            )
            most = gr.Number(
                value=None,
                precision=0,
                minimum=1,
                label="Trials for each listener and question",
                info="Empty: all. Fewer are balanced over listeners.",
                elem_id="study-most",
            )
    with gr.Row():
        with gr.Column(min_width=240):
            listening = gr.Slider(
                0,
                30,
                value=2,
                step=0.5,
                buttons=[],
                label="Minimum listening time for each version (s)",
                elem_id="study-listening",
            )
        with gr.Column(min_width=240):
            headphones = gr.Checkbox(
                label="Require headphones",
                info="Otherwise the check is recorded and everybody continues.",
                elem_id="study-headphones",
            )
        with gr.Column(min_width=240):
            shows = gr.Checkbox(
                label="Reveal conditions at end",
                info="Only if nobody takes part twice.",
                elem_id="study-shows",
            )
    with gr.Accordion("Consent and instructions in your own words", open=False):
        texts = [
            gr.Textbox(
                label=f"{what}, {name}",
                info="Empty: the page's own words.",
                lines=3,
                elem_id=f"study-{what.lower()}-{language}",
            )
            for what in ("Consent", "Instructions")
            for language, name in LANGUAGE_NAMES.items()
        ]
    controls = (design, pairs, questions, anchors, training, repeats, catches, most)
    questionnaire = build_questionnaire_form()
    further = (*questionnaire.controls, *build_recruitment_form())
    return StudyForm(
        (*controls, listening, headphones, shows, *texts, *further), questionnaire.additions
    )


def settings_from(values) -> dict:
    """What StudyStore.change takes, from the values of the form.

    Raises ValueError for settings that do not go together.
    """
    design, pairs, questions, anchors, training, repeats, catches, most = values[:8]
    listening, headphones, shows, *rest = values[8:]
    n_texts = len(LANGUAGE_NAMES)
    consent, instructions = rest[:n_texts], rest[n_texts : 2 * n_texts]
    in_order = tuple(question for _, question in QUESTIONS if question in questions)
    return {
        "design": TrialDesign(
            design=design,
            pairs=pairs,
            n_repeats=int(repeats or 0),
            n_catches=int(catches or 0),
            has_training=training,
            trials_per_listener=None if most is None else int(most),
            questions=in_order,
        ),
        "has_anchors": anchors,
        "rules": StudyRules(listening, headphones, shows),
        "texts": StudyTexts(_by_language(consent), _by_language(instructions)),
        "questionnaire": questionnaire_from(rest[2 * n_texts :][: len(Part)]),
        "recruitment": recruitment_from(rest[2 * n_texts + len(Part) :]),
    }


def _by_language(texts) -> dict[str, str]:
    pairs = zip(LANGUAGE_NAMES, texts, strict=True)
    return {language: text.strip() for language, text in pairs if text.strip()}
