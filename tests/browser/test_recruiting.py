"""Participants who come by the link of a recruiting service, and go back to it."""

import re
import zipfile

import pytest

from listening.plan import TrialDesign
from listening.recruitment import Outcome, Recruitment
from listening.session_store import SessionStore
from listening.session_table import read_sessions
from listening.study import StudyRules
from listening.study_store import StudyStore
from tests.browser.conftest import screenshot
from tests.support.browser import listener
from tests.support.browser.boxes import outside

ONE_PAIR = TrialDesign("pair", has_training=False, trials_per_listener=1)
SERVICE = "https://app.example.org"
ENDINGS = {outcome: f"{SERVICE}/{outcome}?cc=C1&pid={{PROLIFIC_PID}}" for outcome in Outcome}
PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture
def open_by(open_any, address, tolerated):
    """Opens a study by the link of a participant; the service's own pages are there too."""

    def open_by(study, participant_id, **options):
        query = f"?lang=en&PROLIFIC_PID={participant_id}&STUDY_ID=s1&SESSION_ID=x9"
        path = f"/listen/{study.study_id}{query}"
        page = open_any(address, "/listen", **options)
        page.context.add_init_script(listener.HURRY)
        page.route(f"{SERVICE}/**", lambda route: route.fulfill(body="Welcome back"))
        page.goto(address + path)
        page.locator("h1").wait_for()
        return page

    tolerated += [f"asked {SERVICE}", "status of 404"]  # an address without a study is first
    return open_by


def rows_of(results, study) -> list[dict]:
    return [
        row for row in read_sessions(results / "sessions.csv") if row["study_id"] == study.study_id
    ]


def is_there(page, outcome, participant_id) -> None:
    page.wait_for_url(f"{SERVICE}/{outcome}?cc=C1&pid={participant_id}", timeout=30_000)


def test_all_the_way_to_the_code_of_the_service(make_study, open_by, results):
    study = make_study(
        design=ONE_PAIR, recruitment=Recruitment(endings={**ENDINGS, Outcome.COMPLETED: "C1AB"})
    )
    page = open_by(study, "anna01")
    assert "anna01" not in page.url
    assert page.url.endswith(f"/listen/{study.study_id}?lang=en")
    assert "(PROLIFIC_PID, STUDY_ID, SESSION_ID)" in page.inner_text("main")
    screenshot(page, "recruiting-consent")
    page.reload()  # who it is stays known without the address
    page.locator("h1").wait_for()
    listener.to_first_trial(page)
    listener.fill(page)
    listener.next_button(page).click()
    page.get_by_text("C1AB").wait_for()
    assert page.get_by_role("button", name="Start as a new listener").count() == 0
    page.set_viewport_size(PHONE["viewport"])
    assert outside(page) == []
    screenshot(page, "recruiting-code-phone")
    [row] = rows_of(results, study)
    assert (row["participant_id"], row["outcome"]) == ("anna01", "completed")
    assert row["link"] == '{"PROLIFIC_PID": "anna01", "SESSION_ID": "x9", "STUDY_ID": "s1"}'


def test_the_address_after_completing_is_followed_and_the_history_tells_nobody(make_study, open_by):
    study = make_study(design=ONE_PAIR, recruitment=Recruitment(endings=ENDINGS))
    page = open_by(study, "anna02")
    listener.to_first_trial(page)
    listener.fill(page)
    listener.next_button(page).click()
    page.get_by_text("You will be taken there in 10 seconds.").wait_for()
    screenshot(page, "recruiting-address")
    is_there(page, Outcome.COMPLETED, "anna02")
    page.go_back()
    assert page.url.endswith(f"/listen/{study.study_id}?lang=en")


def test_who_declines_goes_back_and_leaves_nothing(make_study, open_by, results):
    study = make_study(design=ONE_PAIR, recruitment=Recruitment(endings=ENDINGS))
    page = open_by(study, "anna03", **PHONE)
    page.get_by_role("button", name="I decline").click()
    page.get_by_text("nothing about you has been stored").wait_for()
    assert outside(page) == []
    screenshot(page, "recruiting-declined-phone")
    page.get_by_role("button", name="Stay on this page").click()
    page.get_by_role("link", name="Continue to app.example.org").click()
    is_there(page, Outcome.DECLINED, "anna03")
    assert rows_of(results, study) == []


def test_who_fails_the_headphone_check_goes_back(make_study, open_by, results):
    study = make_study(
        design=ONE_PAIR,
        rules=StudyRules(needs_headphones=True),
        recruitment=Recruitment(endings=ENDINGS),
    )
    page = open_by(study, "anna04")
    listener.consent(page)
    listener.set_volume(page)
    for _ in range(6):
        page.locator(".lab-play:enabled").click()
        page.locator(".lab-choice input").first.check()
        listener.next_button(page).click()
        page.wait_for_timeout(300)
    page.get_by_text("This study requires headphones").wait_for()
    screenshot(page, "recruiting-screened-out")
    page.get_by_role("link", name="Continue to app.example.org").click()
    is_there(page, Outcome.SCREENED_OUT, "anna04")
    assert [row["outcome"] for row in rows_of(results, study)] == ["screened_out"]


def test_who_comes_when_all_places_are_taken_goes_back(make_study, open_by, results):
    study = make_study(design=ONE_PAIR, recruitment=Recruitment(endings=ENDINGS, quota=1))
    first = open_by(study, "anna05")
    listener.consent(first)
    page = open_by(study, "anna06")
    listener.next_button(page).click()
    page.get_by_text("All places in this study are taken").wait_for()
    screenshot(page, "recruiting-over-quota")
    page.get_by_role("link", name="Continue to app.example.org").click()
    is_there(page, Outcome.OVER_QUOTA, "anna06")
    assert [row["outcome"] for row in rows_of(results, study)] == ["", "over_quota"]


def test_a_participant_goes_on_in_another_browser_and_another_begins(
    make_study, open_by, results, tolerated
):
    tolerated.append("status of 403")  # the browser holds the session of somebody else
    study = make_study(design=ONE_PAIR)
    first = open_by(study, "anna07")
    listener.consent(first)
    listener.set_volume(first)
    elsewhere = open_by(study, "anna07")
    listener.next_button(elsewhere).click()
    elsewhere.get_by_text("You started this study earlier").wait_for()
    screenshot(elsewhere, "recruiting-goes-on")
    listener.check_headphones(elsewhere)
    listener.fill(elsewhere)
    listener.next_button(elsewhere).click()
    elsewhere.get_by_role("heading", name="Thank you!").wait_for()
    elsewhere.reload()
    elsewhere.get_by_role("heading", name="Thank you!").wait_for()
    assert "already taken part" not in elsewhere.inner_text("main")
    elsewhere.goto(f"{elsewhere.url.split('?')[0]}?PROLIFIC_PID=anna07")
    elsewhere.get_by_text("You have already taken part in this study").wait_for()
    elsewhere.goto(f"{elsewhere.url.split('?')[0]}?PROLIFIC_PID=ben08")
    elsewhere.get_by_role("button", name="I agree, start").wait_for()
    assert [row["participant_id"] for row in rows_of(results, study)] == ["anna07"]
    listener.consent(elsewhere)
    rows = rows_of(results, study)
    assert [row["participant_id"] for row in rows] == ["anna07", "ben08"]
    assert rows[0]["listener_id"] != rows[1]["listener_id"]
    sessions = SessionStore(results).of_study(study.study_id).sessions
    assert [one.outcome for one in sessions] == [Outcome.COMPLETED, None]


def test_a_link_that_was_not_filled_in_is_refused_in_a_sentence(make_study, open_by, tolerated):
    tolerated.append("status of 400")
    study = make_study(design=ONE_PAIR)
    page = open_by(study, "{{%PROLIFIC_PID%}}")
    listener.next_button(page).click()
    page.get_by_text("“PROLIFIC_PID” in it is not valid").wait_for()


def test_its_owner_sees_how_far_it_is_takes_it_along_and_deletes_a_listener(
    make_study, open_by, open_any, address, results
):
    study = make_study(name="Pears", design=ONE_PAIR, recruitment=Recruitment(quota=5))
    listening = open_by(study, "anna09")
    listener.to_first_trial(listening)
    listener.fill(listening)
    listener.next_button(listening).click()
    listening.get_by_role("heading", name="Thank you!").wait_for()
    receipt = re.search(r"[0-9a-f]{16}", listening.inner_text("main"))[0]
    page = open_any(address, "/studies")
    page.locator("#study input").click()
    page.get_by_role("option", name="Pears · open").click()
    page.get_by_text("Pears is published").wait_for()
    page.get_by_role("button", name="Progress and data").click()
    page.click("#study-look")
    page.get_by_text("1 of 5 sessions wanted are completed.").wait_for()
    progress = page.inner_text("#study-progress")
    assert "anna09" in progress
    assert "1 completed" in progress
    screenshot(page, "study-progress")
    page.click("#study-export")
    with page.expect_download() as download:
        page.get_by_text("Download votes, sessions and answers as ZIP").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        assert "votes.csv" in archive.namelist()
        assert b"anna09" not in archive.read("sessions.csv")
        assert b"listener 1" in archive.read("sessions.csv")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.locator("#study-receipt textarea").fill(receipt)
    page.click("#study-forget")
    page.wait_for_timeout(300)
    assert len(rows_of(results, study)) == 1
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("#study-forget")
    page.get_by_text("Deleted: 2 rows of votes.csv").wait_for()
    assert rows_of(results, study) == []
    page.set_viewport_size(PHONE["viewport"])
    assert outside(page) == []


def test_a_bad_link_or_somebody_else_s_leaves_nothing_behind(make_study, open_by, tolerated):
    tolerated.append("status of 400")
    study = make_study(design=ONE_PAIR)
    page = open_by(study, "{{%PROLIFIC_PID%}}")
    plain = page.url.split("?")[0]
    listener.next_button(page).click()
    page.get_by_text("“PROLIFIC_PID” in it is not valid").wait_for()
    page.goto(f"{plain}?PROLIFIC_PID=anna10")
    page.get_by_role("button", name="I decline").click()
    page.get_by_text("nothing about you has been stored").wait_for()
    assert "anna10" not in page.evaluate("JSON.stringify({ ...localStorage })")
    page.goto(plain)
    page.get_by_role("button", name="I agree, start").wait_for()
    assert "identifies you" not in page.inner_text("main")
    listener.consent(page)
    page.goto(f"{plain}?utm_source=mail")  # says nothing of who takes part
    page.get_by_text("Set your volume").wait_for()
    assert "continue where you left off" not in page.inner_text("main")


def test_after_the_end_others_are_told_and_who_has_begun_goes_on(make_study, open_by, results):
    study = make_study(
        design=ONE_PAIR, recruitment=Recruitment(endings={Outcome.OVER_QUOTA: "C-LATE"})
    )
    listener.consent(open_by(study, "anna11"))
    StudyStore(results / "studies").close(study.study_id)
    late = open_by(study, "ben12")
    late.get_by_role("heading", name="Not recruiting").wait_for()
    late.get_by_text("C-LATE").wait_for()
    screenshot(late, "recruiting-closed")
    elsewhere = open_by(study, "anna11")
    elsewhere.get_by_text("You started this study earlier").wait_for()
    listener.set_volume(elsewhere)
    assert [row["participant_id"] for row in rows_of(results, study)] == ["anna11"]
