"""The listeners' page when the server, or what stands before it, does not do its part."""

import time

import pytest

from listening import read_votes
from listening.plan import TrialDesign
from messages import Messages
from tests.browser.conftest import screenshot
from tests.support.browser import listener

ONE_PAIR = TrialDesign("pair", has_training=False, trials_per_listener=1)
UNEXPLAINED = {"status": 500, "content_type": "text/plain", "body": "Internal Server Error"}
AWAY = {"status": 502, "content_type": "text/html", "body": "<h1>Bad gateway</h1>"}


class Answers:
    """Answers that a page is given instead of the server's; after the last one the server's own."""

    def __init__(self, page, route: str, answers: list[dict]):
        self.times = []  # at which the page asked
        self._answers = list(answers)
        page.route(route, self._answer)

    def _answer(self, route):
        self.times.append(time.monotonic())
        if self._answers:
            route.fulfill(**self._answers.pop(0))
        else:
            route.continue_()


def n_votes(results, study) -> int:
    return sum(row["study_id"] == study.study_id for row in read_votes(results / "votes.csv"))


@pytest.mark.parametrize("step", ["volume", "headphones"])
def test_a_sound_that_has_gone_is_asked_for_anew(make_study, open_link, tolerated, step):
    """As when another page of the same session has asked for the step meanwhile."""
    tolerated.append("404")
    page = open_link(make_study(design=ONE_PAIR))
    gone = {"status": 404, "json": {"error": "There is nothing here any more."}}
    if step == "headphones":
        listener.consent(page)
    asked = Answers(page, "**/api/media/*", [gone])
    if step == "volume":
        listener.consent(page)
    listener.set_volume(page)
    page.locator(".lab-play:enabled").wait_for()
    assert len(asked.times) >= 2


def test_an_unexplained_error_is_told_after_a_few_tries_and_the_answers_stay(
    make_study, open_link, results, tolerated
):
    tolerated.append("500")
    study = make_study(design=ONE_PAIR)
    page = open_link(study)
    listener.to_first_trial(page)
    listener.fill(page, preferred=1)
    page.get_by_label("Comment").fill("precious")
    asked = Answers(page, "**/api/answer", [UNEXPLAINED] * 3)
    listener.next_button(page).click()
    page.get_by_text(Messages("listen")("server_broken", status=500)).wait_for(timeout=15_000)
    assert len(asked.times) == 3
    screenshot(page, "28-server-broken")
    assert page.get_by_label("Comment").input_value() == "precious"
    assert page.get_by_text("Download my answers").is_visible()
    assert page.inner_text(".listen-banner") == ""
    listener.send(page)
    assert n_votes(results, study) == 2


def test_a_step_that_fails_unexplained_can_be_tried_again(make_study, open_link, tolerated):
    tolerated.append("500")
    page = open_link(make_study(design=ONE_PAIR), locale="it-IT")
    listener.consent(page)
    Answers(page, "**/api/volume", [UNEXPLAINED] * 3)
    page.locator(".lab-play:enabled").click()
    listener.next_button(page).click()
    page.get_by_text(Messages("listen", "it")("server_broken", status=500)).wait_for(timeout=15_000)
    page.get_by_role("button", name="Riprova").click()
    page.locator(".lab-play:enabled").wait_for()
    listener.set_volume(page)


def test_a_server_that_is_away_is_waited_for(make_study, open_link, results, tolerated):
    tolerated.append("502")
    study = make_study(design=ONE_PAIR)
    page = open_link(study)
    listener.to_first_trial(page)
    listener.fill(page)
    asked = Answers(page, "**/api/answer", [AWAY] * 5)
    listener.next_button(page).click()
    for _ in range(5):
        page.get_by_role("button", name="Try now").click()
        page.get_by_text("Trying again …").wait_for(state="hidden")
    page.get_by_text("Thank you").wait_for()
    assert len(asked.times) == 6
    assert n_votes(results, study) == 2


def test_a_busy_server_is_given_the_time_it_asks_for(make_study, open_link, results, tolerated):
    tolerated.append("429")
    study = make_study(design=ONE_PAIR)
    page = open_link(study)
    listener.to_first_trial(page)
    listener.fill(page)
    busy = {
        "status": 429,
        "headers": {"Retry-After": "3"},
        "json": {"error": "Slowly.", "code": "too_many_requests", "values": {"seconds": 3}},
    }
    asked = Answers(page, "**/api/answer", [busy])
    listener.next_button(page).click()
    page.get_by_text(Messages("listen")("busy", seconds=3)).wait_for(timeout=15_000)
    page.get_by_text("Thank you").wait_for()
    first, second = asked.times
    assert second - first >= 2.9  # the clocks of two processes
    assert page.inner_text(".listen-banner") == ""
    assert n_votes(results, study) == 2


def test_a_refusal_is_worded_in_the_listener_s_language(make_study, open_link, tolerated):
    tolerated.append("400")
    page = open_link(make_study(design=ONE_PAIR), locale="it-IT")
    listener.to_first_trial(page)
    listener.fill(page)
    known = {"error": "The comment is too long.", "code": "comment_too_long", "values": {"max": 7}}
    unknown = {"error": "No longer on Sundays.", "code": "sunday", "values": {}}
    Answers(page, "**/api/answer", [{"status": 400, "json": told} for told in (known, unknown)])
    refused = Messages("listen", "it")
    for sentence in (Messages("errors", "it")("comment_too_long", max=7), unknown["error"]):
        listener.next_button(page).click()
        page.get_by_text(refused("refused_answer", sentence=sentence)).wait_for(timeout=15_000)


def test_the_server_is_asked_with_the_cookies_of_its_own_address(make_study, open_link, address):
    """A preview belongs to whoever has signed in to the Studio."""
    page = open_link(make_study(design=ONE_PAIR))
    page.context.add_cookies([{"name": "signed-in", "value": "yes", "url": address}])
    with page.expect_request("**/api/enter") as entering:
        listener.consent(page)
    assert "signed-in=yes" in entering.value.all_headers().get("cookie", "")


NOTE_BEACONS = """
navigator.sendBeacon = (url) => sessionStorage.setItem("beacon", new URL(url, location).href);
"""


@pytest.mark.parametrize("kind", ["preview", "listen"])
def test_a_preview_says_that_it_is_left(open_any, address, tolerated, kind):
    tolerated.append("404")  # there is no such study
    page = open_any(address, f"/{kind}/some-study", init_script=NOTE_BEACONS)
    page.get_by_text("There is no such study.").wait_for()
    page.reload()
    told = page.evaluate("sessionStorage.getItem('beacon')")
    assert told == (f"{address}/preview/some-study/api/leave" if kind == "preview" else None)
