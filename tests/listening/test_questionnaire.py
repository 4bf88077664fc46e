"""Questions to listeners, and what counts as an answer."""

import pytest

from listening.answer_log import AnswerLog, read_answers_csv
from listening.plan import TrialDesign
from listening.questionnaire import (
    AnswerError,
    AnswerKind,
    Choice,
    Part,
    Questionnaire,
    SurveyQuestion,
    read_answers,
)
from listening.questionnaire_text import questions_text, read_questions, ready_made
from listening.recruitment import Outcome
from listening.session import SessionNotKept
from listening.session_flow import Step
from messages import LANGUAGES
from tests.support import trials
from tests.support.trials import new_token

AGE = SurveyQuestion(
    "age",
    AnswerKind.SINGLE,
    {"en": "How old?", "it": "Quanti anni?"},
    choices=(Choice({"en": "under 18"}, screens_out=True), Choice({"en": "older", "it": "di più"})),
)
TOOLS = SurveyQuestion(
    "tools",
    AnswerKind.MULTIPLE,
    {"it": "Che cosa usa?"},
    is_required=False,
    choices=(Choice({"it": "cuffie"}), Choice({"it": "casse"})),
)
QUIET = SurveyQuestion("quiet", AnswerKind.SCALE, {"en": "How quiet?"}, low=1, high=5)
YEARS = SurveyQuestion("years", AnswerKind.NUMBER, {"en": "Years of practice?"}, low=0)
WORDS = SurveyQuestion("words", AnswerKind.TEXT, {"en": "Anything else?"}, is_required=False)
ALL = (AGE, TOOLS, QUIET, YEARS, WORDS)
GOOD = {"age": 1, "tools": [1, 0], "quiet": 3, "years": 2.5, "words": " fine\r\nthanks\x00 "}


def values_of(given, language="en"):
    answers = read_answers(ALL, given, language)
    return [(one.value if one.number is None else one.number, one.chosen) for one in answers]


def test_answers_are_kept_as_a_table_has_them():
    assert values_of(GOOD) == [
        ("older", (1,)),
        ("cuffie\ncasse", (0, 1)),
        (3, ()),
        (2.5, ()),
        ("fine\nthanks", ()),
    ]
    passed_over = {"age": 0, "quiet": 1, "years": 0}
    assert values_of(passed_over) == [("under 18", (0,)), ("", ()), (1, ()), (0, ()), ("", ())]
    assert [one.screens_out for one in read_answers(ALL, passed_over, "en")] == [
        True, False, False, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("question", "answer", "sentence"),
    [
        ("age", None, "Please answer: How old?"),
        ("age", 2, "choose from what is there"),
        ("age", -1, "choose from what is there"),
        ("age", True, "choose from what is there"),
        ("age", "older", "choose from what is there"),
        ("age", 1.0, "choose from what is there"),
        ("tools", [0, 2], "choose from what is there"),
        ("tools", 0, "choose from what is there"),
        ("tools", [[0]], "choose from what is there"),
        ("quiet", 0, "a number in the range"),
        ("quiet", 2.5, "a number in the range"),
        ("quiet", True, "a number in the range"),
        ("years", -1, "a number in the range"),
        ("years", float("nan"), "a number in the range"),
        ("years", 10**400, "a number in the range"),
        ("years", "5", "a number in the range"),
        ("words", 5, "can have up to 2000 characters"),
        ("words", "x" * 2001, "can have up to 2000 characters"),
        ("words", "\ud800", "invalid character"),
    ],
)
def test_what_is_no_answer_is_refused_in_a_sentence(question, answer, sentence):
    with pytest.raises(AnswerError, match=sentence):
        read_answers(ALL, {**GOOD, question: answer}, "en")


def test_a_required_text_cannot_be_blank():
    required = SurveyQuestion("why", AnswerKind.TEXT, {"en": "Why?"})
    with pytest.raises(AnswerError, match="Please answer: Why"):
        read_answers([required], {"why": " \n "}, "en")


@pytest.mark.parametrize("given", [None, [], "a", 5])
def test_what_is_no_set_of_answers_is_refused(given):
    with pytest.raises(AnswerError):
        read_answers(ALL, given, "en")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"question_id": "a b"}, "cannot be a question's id"),
        ({"text": {}}, "needs a text"),
        ({"text": {"en": " "}}, "needs a text"),
        ({"text": {"de": "Ja?"}}, "texts can be in"),
        ({"text": {"en": "x" * 1001}}, "up to 1000 characters"),
        ({"kind": AnswerKind.SINGLE}, "needs choices"),
        ({"choices": (Choice({"en": "a"}),)}, "has no choices"),
        ({"kind": AnswerKind.SINGLE, "choices": (Choice({"en": "a"}),)}, "one choice is none"),
        ({"kind": AnswerKind.MULTIPLE, "choices": (Choice({"en": ""}),)}, "needs a text"),
        ({"low": 1.0}, "has no low and high"),
        ({"kind": AnswerKind.SCALE, "low": 1.0}, "needs whole numbers"),
        ({"kind": AnswerKind.SCALE, "low": 1.0, "high": 2.5}, "needs whole numbers"),
        ({"kind": AnswerKind.SCALE, "low": 0.0, "high": 11.0}, "up to 11 points"),
        ({"kind": AnswerKind.NUMBER, "low": 2.0, "high": 1.0}, "must lie below"),
        ({"kind": AnswerKind.NUMBER, "low": float("inf")}, "must be numbers"),
        (
            {"kind": AnswerKind.SINGLE, "choices": (Choice({"en": "a"}), Choice({"en": "a"}))},
            "choices must differ",
        ),
        (
            {"kind": AnswerKind.SINGLE, "choices": (Choice({"en": "a\nb"}), Choice({"en": "c"}))},
            "each on one line",
        ),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(fields, sentence):
    usual = {"question_id": "q", "kind": AnswerKind.TEXT, "text": {"en": "Why?"}}
    with pytest.raises(ValueError, match=sentence):
        SurveyQuestion(**usual | fields)


def test_a_questionnaire_has_each_question_once_and_screens_out_before_only():
    with pytest.raises(ValueError, match="Two questions have the id “age”"):
        Questionnaire(before=(AGE,), after=(AGE,))
    with pytest.raises(ValueError, match="cannot screen out"):
        Questionnaire(after=(AGE,))


def test_questions_are_written_and_read_back():
    odd = SurveyQuestion("odd", AnswerKind.TEXT, {"en": 'A "quote" \\ and\ta tab\x7f', "it": "è"})
    far = SurveyQuestion("far", AnswerKind.NUMBER, {"en": "Far?"}, low=-1234567.5, high=1e9)
    named = SurveyQuestion(
        "named", AnswerKind.SCALE, {"en": "Yes?"}, low=-2, high=2, low_text={"en": "no"},
        high_text={"en": "yes", "it": "sì"},
    )  # fmt: skip
    everything = (*ALL, odd, far, named, *ready_made().values())
    with pytest.raises(ValueError, match="Two questions"):
        Questionnaire(before=everything)
    assert read_questions(questions_text(everything)) == everything
    assert read_questions("") == ()
    assert questions_text(()) == ""


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[[question]", "not valid TOML"),
        ("question = 5", "Each question begins with"),
        ('id = "a"', "“id” stands outside"),
        ("[question]\nid = 'a'", "Each question begins with"),
        ("[[question]]\nid = 'a'", "Question 1 needs a kind: single, multiple"),
        ("[[question]]\nkind = 'text'\nen = 'A?'", "cannot be a question's id"),
        ("[[question]]\nid = 'a'\nkind = 'text'\ntext = 'A?'", "has no “text”"),
        ("[[question]]\nid = 'a'\nkind = 'text'\nen = 5", "en must be a text"),
        ("[[question]]\nid = 'a'\nkind = 'number'\nen = 'A?'\nlow = '1'", "low must be a number"),
        ("[[question]]\nid = 'a'\nkind = 'text'\nen = 'A?'\nrequired = 1", "true or false"),
        (
            f"[[question]]\nid = 'a'\nkind = 'number'\nen = 'A?'\nlow = 1{'0' * 400}",
            "is too large",
        ),
        ("[[question]]\nid = 'a'\nkind = 'single'\nen = 'A?'\nchoices = [1, 2]", "a choice is"),
        ("[[question]]\nid = 'a'\nkind = 'single'\nen = 'A?'\nchoices = 'a'", "must be a list"),
    ],
)
def test_a_text_that_holds_no_questions_is_refused_in_a_sentence(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_questions(text)


def test_ready_made_questions_are_in_all_languages():
    questions = ready_made()
    assert list(questions) == ["age", "hearing", "experience", "equipment", "room"]
    for question in questions.values():
        texts = [question.text, *(choice.text for choice in question.choices)]
        assert all(set(text) == set(LANGUAGES) for text in texts)


@pytest.fixture
def flow(tmp_path):
    return trials.session_flow(tmp_path / "results")


def entered(flow, questionnaire, language="en"):
    design = TrialDesign("pair", has_training=False, trials_per_listener=1)
    study = trials.open_study(flow.studies, design=design, questionnaire=questionnaire)
    return flow.enter(
        study.study_id, token=new_token(), listener_id="a" * 16, language=language, device="x"
    )


def test_questions_come_first_and_last_and_are_asked_once(flow):
    session = entered(flow, Questionnaire(before=(AGE, TOOLS), after=(WORDS,)))
    assert (flow.step(session), flow.open_part(session)) == (Step.QUESTIONS, Part.BEFORE)
    with pytest.raises(AnswerError):
        flow.answer_questions(session, "before", {})
    assert flow.answer_questions(session, "after", {"words": "early"}) == session
    assert flow.answer_questions(session, ["before"], GOOD) == session
    session = flow.answer_questions(session, "before", GOOD)
    assert flow.step(session) == Step.VOLUME
    assert flow.answer_questions(session, "before", GOOD | {"age": 0}) == session
    session = flow.check_headphones(flow.set_volume(session), correct=6, asked=6)
    session, trial = flow.open_trial(session)
    answers = {
        "trial": trial.trial_id, "vote": "ab" * 16, "preferred": "none", "comment": "",
        "listened_s": dict.fromkeys(trial.labels, 5), "switches": dict.fromkeys(trial.labels, 1),
    }  # fmt: skip
    session = flow.answer(session, answers)
    assert (flow.step(session), flow.open_part(session)) == (Step.QUESTIONS, Part.AFTER)
    assert session.outcome is None
    session = flow.answer_questions(session, "after", {})
    assert (flow.step(session), session.outcome) == (Step.DONE, Outcome.COMPLETED)
    rows = read_answers_csv(flow.answers.path)
    assert [(row["part"], row["question_id"], row["answer"]) for row in rows] == [
        ("before", "age", "older"), ("before", "tools", "cuffie\ncasse"), ("after", "words", ""),
    ]  # fmt: skip
    assert [row["choices"] for row in rows] == ["1", "0 1", ""]
    assert {row["session_id"] for row in rows} == {session.session_id}


def test_an_answer_can_screen_out(flow):
    session = entered(flow, Questionnaire(before=(AGE,)))
    session = flow.answer_questions(session, "before", {"age": 0})
    assert (flow.step(session), session.outcome) == (Step.SCREENED_OUT, Outcome.SCREENED_OUT)
    [row] = read_answers_csv(flow.answers.path)
    assert row["answer"] == "under 18"


def test_answers_that_were_saved_but_not_told_are_saved_once(flow):
    """A server that dies between the table and the session; another, which has not read it."""
    session = entered(flow, Questionnaire(before=(AGE,)))
    answers = read_answers([AGE], {"age": 1}, "en")
    flow.answers.append(session, Part.BEFORE, answers)
    AnswerLog(flow.answers.path).append(session, Part.BEFORE, answers)
    session = flow.answer_questions(session, "before", {"age": 1})
    assert flow.step(session) == Step.VOLUME
    assert len(read_answers_csv(flow.answers.path)) == 1


def test_what_is_on_disk_decides_who_is_screened_out(flow):
    """Two pages answer at once, or a server dies after the table: the first answers count."""
    for first, then, step in ((0, 1, Step.SCREENED_OUT), (1, 0, Step.VOLUME)):
        session = entered(flow, Questionnaire(before=(AGE,)))
        flow.answers.append(session, Part.BEFORE, read_answers([AGE], {"age": first}, "en"))
        session = flow.answer_questions(session, "before", {"age": then})
        assert flow.step(session) == step


def test_negative_numbers_stay_numbers(flow):
    scale = SurveyQuestion("change", AnswerKind.SCALE, {"en": "Better?"}, low=-3, high=3)
    zero = SurveyQuestion("zero", AnswerKind.NUMBER, {"en": "How much?"})
    session = entered(flow, Questionnaire(before=(scale, zero)))
    flow.answer_questions(session, "before", {"change": -2, "zero": -0.0})
    assert [row["answer"] for row in read_answers_csv(flow.answers.path)] == ["-2", "0.0"]
    assert b",-2," in flow.answers.path.read_bytes()


def test_a_session_that_is_over_stays_over(flow):
    session = entered(flow, Questionnaire(before=(AGE,)))
    session = flow.answer_questions(session, "before", {"age": 0})
    session = flow.check_headphones(flow.set_volume(session), correct=0, asked=6)
    assert session.headphones_correct is None
    assert session.outcome == Outcome.SCREENED_OUT


def test_answers_that_the_disk_refuses_are_not_acknowledged(flow):
    session = entered(flow, Questionnaire(before=(AGE,)))
    flow.answers.path.write_text("another,header\n")
    with pytest.raises(SessionNotKept, match="written by another version"):
        flow.answer_questions(session, "before", {"age": 1})
    assert flow.step(flow.sessions.change(session, lambda _: {})) == Step.QUESTIONS
