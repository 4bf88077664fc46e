"""Questionnaires, as a listener fills them in and their owner writes them."""

from dataclasses import replace

from listening.answer_log import read_answers_csv
from listening.plan import TrialDesign
from listening.questionnaire import AnswerKind, Questionnaire, SurveyQuestion
from listening.questionnaire_text import ready_made
from listening.study_store import StudyStore
from tests.browser.conftest import screenshot
from tests.browser.test_studies import make_study as make_in_studio
from tests.support.browser import listener
from tests.support.browser.boxes import outside

ONE_PAIR = TrialDesign("pair", has_training=False, trials_per_listener=1)
READY_MADE = tuple(ready_made().values())
YEARS = SurveyQuestion("years", AnswerKind.NUMBER, {"en": "Years?"}, low=0, high=90)
WORDS = SurveyQuestion("words", AnswerKind.TEXT, {"en": "Anything else?"}, is_required=False)
PHONE = {"viewport": {"width": 390, "height": 844}}


def answers_of(results, study) -> dict[str, str]:
    rows = read_answers_csv(results / "answers.csv")
    return {row["question_id"]: row["answer"] for row in rows if row["study_id"] == study.study_id}


def test_before_and_after_the_trials(make_study, open_link, results, tolerated):
    tolerated.append("status of 400")  # a number out of its range
    study = make_study(
        design=ONE_PAIR,
        questionnaire=Questionnaire(before=READY_MADE, after=(YEARS, WORDS)),
    )
    page = open_link(study, **PHONE)
    listener.next_button(page).click()
    page.get_by_role("heading", name="A few questions first").wait_for()
    assert outside(page) == []
    screenshot(page, "questionnaire-phone")
    page.get_by_label("25–34").check()
    listener.next_button(page).click()
    page.get_by_text("Please answer: Do you have a hearing impairment").wait_for()
    page.reload()
    page.get_by_role("heading", name="A few questions first").wait_for()
    assert page.get_by_label("25–34").is_checked()
    page.get_by_label("no", exact=True).check()
    page.get_by_label("I play an instrument or sing").check()
    page.get_by_label("I record, mix or produce music").check()
    page.get_by_label("in-ear headphones").check()
    page.get_by_label("4", exact=True).check()
    listener.next_button(page).click()
    page.locator(".lab-play:enabled").wait_for()
    listener.set_volume(page)
    listener.check_headphones(page)
    listener.fill(page)
    listener.next_button(page).click()
    page.get_by_role("heading", name="A few last questions").wait_for()
    page.get_by_label("Years?").fill("200")
    page.get_by_label("Anything else?").fill("<b>Thanks</b>")
    listener.next_button(page).click()
    page.get_by_text("Please enter a number in the range: Years?").wait_for()
    screenshot(page, "questionnaire-after-phone")
    page.get_by_label("Years?").fill("12")
    listener.next_button(page).click()
    page.get_by_role("heading", name="Thank you!").wait_for()
    assert answers_of(results, study) == {
        "age": "25–34",
        "hearing": "no",
        "experience": "I play an instrument or sing\nI record, mix or produce music",
        "equipment": "in-ear headphones",
        "room": "4",
        "years": "12",
        "words": "<b>Thanks</b>",
    }


def test_a_session_ends_where_an_answer_screens_out(make_study, open_link):
    study = make_study(design=ONE_PAIR, questionnaire=Questionnaire(before=READY_MADE[:1]))
    page = open_link(study, locale="it-IT")
    listener.next_button(page).click()
    page.get_by_role("heading", name="Prima, qualche domanda").wait_for()
    assert "screens_out" not in page.content()
    page.get_by_label("meno di 18").check()
    listener.next_button(page).click()
    page.get_by_text("Dalle sue risposte risulta").wait_for()
    page.reload()
    page.get_by_text("Dalle sue risposte risulta").wait_for()


def test_its_owner_adds_questions_and_is_told_what_is_wrong(open_any, address, results):
    page = open_any(address, "/studies")
    page.locator("#study-name textarea").wait_for()
    make_in_studio(page, "Quince")
    page.get_by_role("button", name="Questionnaire").click()
    page.locator("#study-ready-made-before input").click()
    page.get_by_role("option", name="How old are you?").click()
    box = page.locator("#study-questions-before textarea")
    page.wait_for_function(
        "() => document.querySelector('#study-questions-before textarea').value.includes('age')"
    )
    page.wait_for_timeout(500)
    store = StudyStore(results / "studies")
    [study] = [one for one in store.contents().studies if one.name == "Quince"]
    assert study.questionnaire == Questionnaire(before=READY_MADE[:1])
    box.fill(box.input_value() + '\n[[question]]\nid = "age"\nkind = "text"\nen = "Again?"')
    box.blur()
    page.get_by_text("Two questions have the id “age”.").wait_for()
    screenshot(page, "study-questionnaire")
    page.set_viewport_size(PHONE["viewport"])
    assert outside(page) == []


def test_any_id_will_do_and_what_is_no_number_is_not_dropped(make_study, open_link, tolerated):
    tolerated.append("status of 400")
    several = replace(READY_MADE[2], question_id="constructor")
    text = SurveyQuestion("toString", AnswerKind.TEXT, {"en": "Else?"}, is_required=False)
    optional = replace(YEARS, is_required=False)
    study = make_study(
        design=ONE_PAIR, questionnaire=Questionnaire(before=(several, text, optional))
    )
    page = open_link(study)
    listener.next_button(page).click()
    page.get_by_label("I play an instrument or sing").check()
    assert page.get_by_label("Else?").input_value() == ""
    page.get_by_text("from 0 to 90").wait_for()
    page.get_by_label("Years?").press_sequentially("20-25")
    listener.next_button(page).click()
    page.get_by_text("Please enter a number in the range: Years?").wait_for()
    page.get_by_label("Years?").fill("20")
    listener.next_button(page).click()
    page.get_by_text("Set your volume").wait_for()
