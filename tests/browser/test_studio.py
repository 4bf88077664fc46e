"""The Studio in a real browser, as a visitor uses it."""

import json
import re
import threading

import numpy as np
import pytest
import soundfile

import app
from listening import read_votes
from restorers import REPORT_RESTORERS, RESTORERS
from tests.browser.conftest import screenshot
from tests.support.browser import steps
from tests.support.server import running

HBSS = RESTORERS["hbss"].title
CONDITION_WORDS = re.compile(
    r"noisereduce|hbss|mcra|original|restor|alpha|g_floor|prop_decrease|hf_band|log_mel", re.I
)


def test_the_whole_loop_from_prompt_to_saved_vote(open_page, address, results):
    page = open_page(address)
    screenshot(page, "1-empty")
    page.get_by_label("Describe the music").fill("a bright song with ${alert(1)} <b>bells</b>")
    steps.generate(page, duration_s=3.0)
    headline = page.locator(".lab-player .lab-headline").inner_text()
    assert headline == "a bright song with ${alert(1)} <b>bells</b>"
    screenshot(page, "2-compared")

    steps.play(page)
    page.wait_for_function("() => window.tapLevel() > 1e-3")  # it really sounds
    page.keyboard.press("3")
    assert steps.chosen(page) == "hbss"
    page.wait_for_function("() => window.tapLevel() > 1e-3")

    before = steps.scores_of(page, HBSS)
    others = steps.scores_of(page, RESTORERS["mcra"].title)
    steps.set_slider(page, "hbss-alpha", 4.0)
    steps.wait_for_other_scores(page, HBSS, before)
    assert steps.scores_of(page, RESTORERS["mcra"].title) == others
    page.wait_for_function("() => window.tapLevel() > 1e-3")  # and goes on sounding
    steps.pause(page)

    steps.start_vote(page)
    screenshot(page, "3-ballot")
    submit = page.get_by_role("button", name="Save my vote")
    assert submit.is_disabled()
    assert "rate A, B, C, D; choose the one you prefer" in page.inner_text(".lab-ballot")
    page.get_by_role("button", name="Listen to B").click()
    page.wait_for_function("() => window.tapLevel() > 1e-3")
    page.wait_for_timeout(500)
    ratings = {"A": 10, "B": 35, "C": 60, "D": 85}
    steps.fill_ballot(page, ratings=ratings, preferred="C", comment='=1+1 "quoted"\nsecond line')
    screenshot(page, "4-ballot-filled")
    steps.save_vote(page)
    screenshot(page, "5-revealed")

    rows = read_votes(results / "votes.csv")[-4:]
    assert {row["label"]: float(row["rating"]) for row in rows} == ratings
    assert [row["label"] for row in rows if row["preferred"] == "1"] == ["C"]
    assert {row["condition"] for row in rows} == {"original", *REPORT_RESTORERS}
    assert {row["comment"] for row in rows} == {'=1+1 "quoted"\nsecond line'}
    by_condition = {row["condition"]: row for row in rows}
    assert json.loads(by_condition["hbss"]["params"])["alpha"] == 4.0
    listened = {row["label"]: float(row["listened_s"]) for row in rows}
    assert listened["B"] > 0.3
    assert listened["D"] == 0
    assert {row["label"]: row["switches"] for row in rows}["B"] == "1"
    revealed = page.inner_text("#reveal table")
    for row in rows:
        title = RESTORERS[row["condition"]].title if row["condition"] in RESTORERS else "Original"
        assert f"{row['label']} = {title}" in revealed
    before = page.locator(".lab-ballot").get_attribute("data-ready")
    page.get_by_role("button", name="Start another blind test").click()
    page.locator(f".lab-ballot[data-ready]:not([data-ready='{before}'])").wait_for()
    page.get_by_role("button", name="Back to the workbench").click()
    page.locator(".lab-player").wait_for()
    assert not page.locator("#reveal").is_visible()


def test_the_focus_is_never_lost_in_a_blind_test(open_page, address):
    page = open_page(address)
    focused = "document.activeElement.closest('.lab-ballot, #start-vote') !== null"
    page.locator("#start-vote").focus()
    page.keyboard.press("Enter")
    page.locator(".lab-ballot .lab-trial[data-ready]").wait_for()
    assert page.evaluate(focused)
    steps.fill_ballot(page, ratings=dict.fromkeys("ABCD", 40), preferred="D")
    page.locator(".lab-submit").focus()
    page.keyboard.press("Enter")
    page.locator("#reveal table").wait_for()
    assert page.evaluate(focused)
    page.wait_for_function(
        "document.querySelector('#reveal table').getBoundingClientRect().top < innerHeight"
    )
    page.locator(".lab-choose[data-label=B]").click()  # it can be heard again by its name
    page.locator(".lab-choose[data-label=B][aria-pressed=true]").wait_for()
    page.get_by_role("button", name="Back to the workbench").press("Enter")
    page.locator(".lab-player").wait_for()
    assert page.evaluate("document.activeElement.id") == "start-vote"


def test_before_the_vote_nothing_tells_the_versions_apart(open_page, address):
    page = open_page(address)
    steps.generate(page, synthetic=True, duration_s=2.0)
    answers = []
    page.on("response", lambda answer: answers.append(answer))
    steps.start_vote(page)
    answers = [answer for answer in answers if "/workbench/" not in answer.url]
    media = [answer for answer in answers if "/media/" in answer.url]
    assert len(media) == 4
    assert len({len(answer.body()) for answer in media}) == 1
    assert len({tuple(sorted(answer.headers)) for answer in media}) == 1
    for answer in media:
        assert answer.headers["cache-control"] == "private, no-store"
        assert not {"etag", "last-modified", "content-disposition"} & set(answer.headers)
    ballot = page.locator(".lab-ballot").inner_html()
    assert not CONDITION_WORDS.search(ballot)
    urls = " ".join(answer.url for answer in answers)
    assert not CONDITION_WORDS.search(urls)


def test_sounds_of_a_trial_are_gone_after_the_vote(open_page, address):
    page = open_page(address)
    steps.generate(page, synthetic=True, duration_s=2.0)
    answers = []
    page.on("response", lambda answer: answers.append(answer))
    steps.start_vote(page)
    sounds = [a.url for a in answers if a.headers.get("content-type") == "audio/wav"][-4:]
    steps.fill_ballot(page, ratings=dict.fromkeys("ABCD", 50), preferred="none")
    assert all(page.request.get(url).status == 200 for url in sounds)
    steps.save_vote(page)
    assert {page.request.get(url).status for url in sounds} == {404}


def test_without_weights_the_app_says_so_and_offers_a_stand_in(open_page, tmp_path):
    options = ["--model", str(tmp_path / "not there"), "--library", str(tmp_path / "library")]
    with running(app.parse_options(options)) as address:
        page = open_page(address)
        assert page.get_by_label("Synthetic music").is_checked()
        assert "MusicGen's weights were not on this machine" in page.inner_text("#source")
        assert page.inner_text(".lab-headline") == "Demo"
        assert "synthetic music, not MusicGen" in page.inner_text(".lab-origin")
        page.get_by_label("MusicGen (").check()
        before = steps.open_clip(page)
        page.click("#generate")
        page.wait_for_selector("#stand-in", state="visible")
        assert "start the app with --model" in page.inner_text("#progress")
        screenshot(page, "6-no-weights")
        page.click("#stand-in")
        steps.wait_for_comparison(page, other_than=before)
        assert "synthetic music, not MusicGen" in page.inner_text(".lab-origin")
        assert not page.locator("#stand-in").is_visible()
        steps.start_vote(page)
        assert "synthetic music, not MusicGen" in page.inner_text(".lab-ballot .lab-headline")
        page.context.close()  # before its server goes


def generation_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "generation"]


def start_long_generation(page) -> None:
    steps.set_slider(page, "duration", 30.0)
    page.click("#generate")
    page.wait_for_function(
        "() => /token [1-9]\\d* of 1503 · about .* left/"
        ".test(document.querySelector('#progress').innerText)"
    )


def wait_until_no_generation_runs(page) -> None:
    for _ in range(50):
        if not generation_threads():
            return
        page.wait_for_timeout(100)
    pytest.fail("a generation is still running")


def test_progress_is_shown_and_cancel_stops_the_work(open_page, address):
    page = open_page(address)
    before = steps.open_clip(page)
    start_long_generation(page)
    screenshot(page, "7-generating")
    page.click("#cancel")
    page.wait_for_function(
        "() => document.querySelector('#progress').innerText.trim() === 'Stopped.'"
    )
    page.wait_for_selector("#generate", state="visible")
    wait_until_no_generation_runs(page)
    assert steps.open_clip(page) == before


def test_closing_the_page_stops_the_work(open_page, address):
    page, other = open_page(address), open_page(address)
    start_long_generation(page)
    page.close()
    wait_until_no_generation_runs(other)


def test_a_bad_upload_is_explained_and_a_good_one_opened(open_page, address, tmp_path):
    page = open_page(address)
    bad, good = tmp_path / "bad.wav", tmp_path / "my song.flac"
    bad.write_bytes(b"not a sound")
    t = np.arange(48_000 * 2) / 48_000
    soundfile.write(good, 0.3 * np.sin(2 * np.pi * np.outer(t, [440, 660])), 48_000)
    page.set_input_files("#upload input[type=file]", bad)
    page.wait_for_selector("#progress .lab-notice")
    assert "cannot be read as audio" in page.inner_text("#progress")
    screenshot(page, "8-bad-upload")
    steps.upload(page, good)
    assert page.inner_text(".lab-player .lab-headline") == "my song"
    assert page.inner_text(".lab-origin").startswith("upload · 2.0 s")
    assert page.inner_text("#progress").strip() == ""


def test_the_format_can_be_changed(open_page, address):
    page = open_page(address)
    steps.generate(page, synthetic=True, duration_s=2.0)
    page.get_by_label("Sample rate").select_option("Full quality (32 kHz mono)")
    page.wait_for_function(
        "() => document.querySelector('#scores').innerText.includes('on the 16 kHz mono mix')"
    )
    assert page.locator("#hbss-cutoff_hz input[type=range]").get_attribute("max") == "15900"
    page.get_by_label("Sample rate").select_option("16 kHz mono (report protocol)")
    page.wait_for_function(
        "() => document.querySelector('#hbss-cutoff_hz input[type=range]').max === '7900'"
    )


def test_two_visitors_do_not_see_each_other_s_trials(open_page, address, results):
    pages = [open_page(address), open_page(address)]
    for page in pages:
        steps.generate(page, synthetic=True, duration_s=2.0)
        steps.start_vote(page)
    for number, page in enumerate(pages):
        ratings = dict.fromkeys("ABCD", 20 + number)
        steps.fill_ballot(page, ratings=ratings, preferred="A", comment=f"visitor {number}")
    for page in pages:
        steps.save_vote(page)
    rows = read_votes(results / "votes.csv")[-8:]
    for number, four in enumerate((rows[:4], rows[4:])):
        assert {row["comment"] for row in four} == {f"visitor {number}"}
        assert {float(row["rating"]) for row in four} == {20 + number}
    for column in ("trial_id", "session_id", "listener_id", "vote_id"):
        assert rows[0][column] != rows[4][column]


def test_a_vote_that_cannot_be_saved_keeps_the_answers(open_page, checkpoint, tmp_path):
    results = tmp_path / "results"
    results.mkdir()
    (results / "votes.csv").write_text("another,header\n")
    options = ["--model", str(checkpoint), "--library", str(tmp_path), "--results", str(results)]
    with running(app.parse_options(options)) as address:
        page = open_page(address)
        steps.generate(page, synthetic=True, duration_s=2.0)
        steps.start_vote(page)
        steps.fill_ballot(page, ratings=dict.fromkeys("ABCD", 30), preferred="B", comment="kept")
        page.get_by_role("button", name="Save my vote").click()
        page.wait_for_selector(".lab-error")
        assert "another version" in page.inner_text(".lab-error")
        screenshot(page, "9-vote-not-saved")
        assert page.get_by_label("Comment").input_value() == "kept"
        (results / "votes.csv").unlink()
        steps.save_vote(page)
        assert {row["comment"] for row in read_votes(results / "votes.csv")} == {"kept"}
        page.context.close()  # before its server goes


def test_with_a_password_the_studio_opens_after_it_was_given(chromium, tmp_path):
    options = ["--library", str(tmp_path), "--results", str(tmp_path), "--password", "open sesame"]
    with running(app.parse_options(options)) as address, chromium.new_context() as context:
        page = context.new_page()
        page.goto(address)
        page.get_by_label("username").fill("studio")
        page.get_by_label("password").fill("open sesame")
        screenshot(page, "20-password")
        page.get_by_role("button", name="Log in").click()
        page.wait_for_selector("#generate")
        steps.generate(page, synthetic=True, duration_s=1.5)
        steps.play(page)
