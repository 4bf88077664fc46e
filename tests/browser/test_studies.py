"""Studies as their owner makes and watches them in the Studio."""

import json

import pytest

from listening import read_votes
from listening.recruitment import Outcome, Recruitment
from listening.study_store import StudyStore
from tests.browser.conftest import screenshot
from tests.support.browser import listener, steps
from tests.support.browser.boxes import outside


@pytest.fixture
def page(open_page, address):
    page = open_page(address)
    steps.generate(page, synthetic=True, duration_s=2.0)
    steps.go_to(page, "Studies")
    return page


def make_study(page, name: str) -> None:
    page.locator("#study-name textarea").fill(name)
    page.click("#study-create")
    page.get_by_text(f"{name} is a draft").wait_for()


def add_clip(page) -> None:
    page.click("#study-add")
    page.locator("#study-summary table").wait_for()


def wait_for_summary(page, text: str) -> None:
    page.locator("#study-summary", has_text=text).wait_for()


def open_to_listeners(page) -> str:
    """Returns the link."""
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("#study-open")
    wait_for_summary(page, "is published")
    link = page.locator("#study-link textarea, #study-link input").first
    link.wait_for()
    return link.input_value()


def test_a_study_from_its_making_to_its_end(page, open_any, address, results):
    steps.go_to(page, "Studio")
    page.locator(".lab-player[data-ready]").wait_for()
    steps.choose(page, "hbss")
    steps.set_slider(page, "hbss-alpha", 2.5)
    steps.go_to(page, "Studies")
    make_study(page, "Garden")
    assert "HB-SS) alpha 2.5; all others are the report's" in page.inner_text("#study-settings")
    wait_for_summary(page, "nothing to compare")
    add_clip(page)
    page.get_by_label("ABX: can a difference be heard at all").check()
    wait_for_summary(page, "Each listener gets 7 trials")
    page.get_by_label("each restoration against the original").check()
    wait_for_summary(page, "Each listener gets 4 trials")
    page.get_by_label("Training trial").uncheck()
    page.locator("#study-most input").fill("1")
    wait_for_summary(page, "Each listener gets 1 trial: 1 to be counted")
    page.locator("#study-listening input[type=number]").fill("0.5")
    page.locator("#study-listening input[type=number]").press("Enter")
    page.get_by_role("button", name="Consent and instructions").click()
    screenshot(page, "30-study-draft")
    page.locator("#study-consent-en textarea").fill("You are in the garden.")
    page.wait_for_timeout(500)

    link = open_to_listeners(page)
    assert link.startswith(f"{address}/listen/garden-")
    assert "works on this machine only" in page.inner_text("#study-reach")
    for control in ("#study-add", "#study-remove", "#study-open"):
        assert page.locator(control).is_disabled()
    screenshot(page, "31-study-open")
    study = json.loads((results / "studies" / link.split("/")[-1] / "study.json").read_text())
    [clip] = study["clips"]
    assert clip["conditions"]["hbss"]["treatment"]["params"]["alpha"] == 2.5  # frozen as it stood
    assert study["rules"]["min_listening_s"] == 0.5
    assert study["texts"]["consent"] == {"en": "You are in the garden."}

    visitor = open_any(address, link.removeprefix(address), init_script=listener.HURRY)
    visitor.get_by_text("You are in the garden.").wait_for()
    listener.to_first_trial(visitor)
    wait_for_summary(page, "1 began, 0 finished")
    listener.fill(visitor)
    listener.send(visitor)
    wait_for_summary(page, "1 began, 1 finished; 1 trial answered")
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("#study-close")
    wait_for_summary(page, "is no longer recruiting")
    assert (
        len([row for row in read_votes(results / "votes.csv") if "garden" in row["study_id"]]) == 3
    )


def test_a_preview_is_the_listeners_page_and_keeps_nothing(page, results, tolerated):
    make_study(page, "Pond")
    add_clip(page)
    page.locator("#study-listening input[type=number]").fill("0")
    page.locator("#study-listening input[type=number]").press("Enter")
    page.get_by_label("Training trial").uncheck()
    wait_for_summary(page, "Each listener gets 1 trial")
    page.context.add_init_script(listener.HURRY)
    page.click("#study-preview")
    with page.expect_popup() as opened:
        page.locator("#study-preview-link a").click()
    preview = opened.value
    preview.get_by_text("answers given here are not saved").wait_for()
    listener.to_first_trial(preview)
    for slider in preview.locator(".lab-scale input").all():
        slider.fill("50")
    preview.locator(".lab-prefer input").first.check()
    listener.send(preview)
    assert "Thank you" in preview.inner_text("main")
    assert not [row for row in read_votes(results / "votes.csv") if "pond" in row["study_id"]]
    page.bring_to_front()
    first = page.locator("#study-preview-link a").get_attribute("href")
    page.click("#study-preview")  # once more: from the beginning, at another address
    page.wait_for_function(
        "(first) => document.querySelector('#study-preview-link a').getAttribute('href') !== first",
        arg=first,
    )
    tolerated.append("404")  # the first one has ended
    preview.reload()
    preview.get_by_text("There is no such study").wait_for()
    with page.expect_popup() as opened:
        page.locator("#study-preview-link a").click()
    second = opened.value
    second.get_by_text("Before you begin").wait_for()
    second.reload()  # a reload is no end
    second.get_by_text("Before you begin").wait_for()
    address = second.url
    page.close(run_before_unload=True)
    second.reload()
    second.get_by_text("There is no such study").wait_for()
    assert second.url == address


def test_settings_that_do_not_go_together_are_explained_and_not_kept(page):
    make_study(page, "Hedge")
    add_clip(page)
    page.locator("#study-catches input").fill("2")
    page.get_by_text("A catch trial compares a version with itself: pairs only.").wait_for()
    wait_for_summary(page, "Each listener gets 2 trials")
    page.get_by_label("Pairs: which of two is preferred").check()
    wait_for_summary(page, "2 comparing a version with itself")
    assert page.inner_text("#study-note").strip() == ""


def test_a_study_is_there_for_the_next_visit_and_not_opened_by_mistake(page, open_page, address):
    make_study(page, "Well")
    add_clip(page)
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.click("#study-open")
    page.wait_for_timeout(1000)
    wait_for_summary(page, "Well is a draft")
    other = open_page(address)
    steps.go_to(other, "Studies")
    other.locator("#study input").click()
    other.get_by_role("option", name="Well · draft").click()
    wait_for_summary(other, "Well is a draft")
    other.locator("#study-clip input").click()
    other.get_by_role("option").first.click()
    other.click("#study-remove")
    wait_for_summary(other, "nothing to compare")


def test_a_study_needs_a_name_and_a_clip(open_any, address):
    page = open_any(address, "/studies")  # a browser that has not been in the Studio
    page.locator("#study-create").wait_for()
    page.click("#study-create")
    page.get_by_text("A study needs a name of 1 to 80 characters.").wait_for()
    make_study(page, "Empty")
    page.click("#study-add")
    page.get_by_text("Please choose the clip that is to be added.").wait_for()
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("#study-open")
    page.get_by_text("There is nothing to compare").first.wait_for()


def test_recruitment_is_set_explained_and_kept(page, results):
    make_study(page, "Plums")
    page.get_by_role("button", name="Recruitment").click()
    page.locator("#study-quota input").fill("20")
    page.locator("#study-link-names textarea").fill("batch, site")
    page.locator("#study-ending-completed textarea").fill("https://app.example.org/{who}")
    page.locator("#study-ending-completed textarea").blur()
    page.get_by_text("The address asks for {who}, which is not read from the link.").wait_for()
    screenshot(page, "study-recruitment")
    page.locator("#study-ending-completed textarea").fill("https://app.example.org/{batch}")
    page.locator("#study-finish-by textarea").fill("2100-01-31")
    page.locator("#study-finish-by textarea").blur()
    page.get_by_text("“2100-01-31” is no date and time").wait_for()
    page.locator("#study-finish-by textarea").fill("2100-01-31 18:00")
    page.locator("#study-finish-by textarea").blur()
    page.locator("#study-note").filter(has_text="no date").wait_for(state="detached")
    store = StudyStore(results / "studies")
    [study] = [one for one in store.contents().studies if one.name == "Plums"]
    expected = Recruitment(
        link_names=("batch", "site"),
        quota=20,
        endings={Outcome.COMPLETED: "https://app.example.org/{batch}"},
        finish_by="2100-01-31T18:00:00+00:00",
    )
    assert study.recruitment == expected
    page.set_viewport_size({"width": 390, "height": 844})
    assert outside(page) == []
    screenshot(page, "study-recruitment-phone")
