"""The listeners' page by keyboard, on a phone and in Italian."""

import pytest

from listening import read_votes
from listening.plan import AGAINST_ORIGINAL, TrialDesign
from listening.session_table import read_sessions
from tests.browser.conftest import screenshot
from tests.support.browser import listener

ONE_PAIR = TrialDesign("pair", has_training=False, trials_per_listener=1)


def votes_of(results, study) -> list[dict]:
    return [row for row in read_votes(results / "votes.csv") if row["study_id"] == study.study_id]


@pytest.mark.parametrize("design", ["multi", "pair", "abx"])
def test_by_keyboard_alone(make_study, open_link, results, design):
    study = make_study(
        design=TrialDesign(
            design, has_training=False, trials_per_listener=1, pairs=AGAINST_ORIGINAL
        )
    )
    page = open_link(study)
    focused = "() => document.activeElement"

    def tab_to(selector):
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("(s) => document.activeElement.matches(s)", selector):
                return
        raise AssertionError(f"Tab never reaches {selector}: {page.evaluate(focused)}")

    tab_to(".lab-submit")
    page.keyboard.press("Enter")
    page.locator(".lab-play:enabled").wait_for()
    tab_to(".lab-play")
    page.keyboard.press("Enter")
    tab_to(".lab-submit")
    page.keyboard.press("Enter")
    for number in range(1, 7):
        page.get_by_text(f"{number} of 6").wait_for()
        page.locator(".lab-play:enabled").wait_for()
        tab_to(".lab-play")
        page.keyboard.press("Enter")
        tab_to(".lab-choice input")
        page.keyboard.press("Space")
        page.locator(".lab-submit:enabled").wait_for()
        tab_to(".lab-submit")
        page.keyboard.press("Enter")
    listener.trial_on(page)
    n_stimuli = page.locator(".lab-choose").count()
    page.keyboard.press("Space")
    for number in range(n_stimuli):
        page.keyboard.press(str(number + 1))
        page.locator(".lab-choose").nth(number).locator(".lab-heard:not([hidden])").wait_for()
    if design == "multi":
        for _ in range(n_stimuli):
            tab_to(".lab-scale input")
            page.keyboard.press("ArrowRight")
    tab_to(".lab-prefer input")
    page.keyboard.press("Space")
    tab_to(".lab-submit")
    page.keyboard.press("Enter")
    page.get_by_text("Thank you").wait_for()
    rows = votes_of(results, study)
    assert len(rows) == n_stimuli
    assert {row["rating"] for row in rows} == ({"51"} if design == "multi" else {""})


def test_in_italian_on_a_phone(make_study, open_link, results):
    study = make_study(design=TrialDesign(has_training=False, questions=("annoyance",)))
    page = open_link(study, locale="it-IT", viewport={"width": 390, "height": 800}, has_touch=True)
    assert page.evaluate("document.documentElement.lang") == "it"
    page.get_by_role("button", name="English").tap()
    assert "Before you begin" in page.inner_text("main")
    page.get_by_role("button", name="Italiano").tap()
    listener.to_first_trial(page)
    assert "Quanto è fastidioso il fruscio" in page.inner_text("main")
    assert page.locator(".lab-prefer").count() == 0  # a question of ratings only
    for button in page.locator(".lab-choose").all():
        button.tap()
        button.locator(".lab-heard:not([hidden])").wait_for()
    for slider in page.locator(".lab-scale input").all():
        slider.fill("10")
    screenshot(page, "27-phone-italian")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    listener.send(page)
    assert "Grazie!" in page.inner_text("main")
    rows = votes_of(results, study)
    assert {(row["question"], row["rating"]) for row in rows} == {("annoyance", "10")}
    sessions = read_sessions(results / "sessions.csv")
    assert [r["language"] for r in sessions if r["study_id"] == study.study_id] == ["it"]
