"""The results, as a producer reads them."""

import io
import zipfile

import numpy as np
import pytest

import app
from audio.clip import AudioClip
from generation import ClipStore, Prompt, SyntheticMusic
from listening.study_store import StudyStore
from listening.votes import COLUMNS
from tests.browser.conftest import screenshot
from tests.support import trials
from tests.support.browser.boxes import outside
from tests.support.server import running
from tests.support.simulated_votes import simulate, write_votes


@pytest.fixture
def results(tmp_path):
    """The folder whose votes.csv the app reads; empty at first."""
    folder = tmp_path / "results"
    folder.mkdir()
    return folder


@pytest.fixture
def own_address(tmp_path, results):
    options = ["--library", str(tmp_path / "library"), "--results", str(results)]
    with running(app.parse_options(options)) as address:
        yield address


def top_of(page):
    """The results' headline and chart, once they are there."""
    page.wait_for_selector("#results .headline")
    return page.locator("#results")


def read_again(page):
    """The top of the results, of the votes as they are now."""
    before = page.locator("#results a[download]").get_attribute("href")
    unfold_filters(page)
    page.click("#results-again")
    page.wait_for_function(
        "before => document.querySelector('#results a[download]')?.getAttribute('href') !== before",
        arg=before,
    )
    return page.locator("#results")


def unfold_filters(page):
    if not page.locator("#results-study_id").is_visible():
        page.get_by_text("Choose which votes count").click()
        page.locator("#results-study_id").wait_for()


def unfold(page):
    """Every section, and every chart in it drawn."""
    page.eval_on_selector_all(
        "#results details, #results-rest details", "all => all.forEach(one => one.open = true)"
    )
    page.eval_on_selector_all(
        "#results-rest img", "all => all.forEach(one => one.loading = 'eager')"
    )
    page.wait_for_function(
        "() => [...document.querySelectorAll('#results-rest img')].every(one => one.naturalWidth)"
    )


def test_with_none_one_thirty_and_many_votes(own_address, open_any, results):
    page = open_any(own_address, "/results")
    drawn = []
    page.on("request", lambda request: drawn.append(request.url) if "/media/" in request.url else 0)
    top = top_of(page)
    top.get_by_text("No votes yet.").wait_for()
    screenshot(page, "results-0")
    for name, votes, says in (
        ("1", simulate(1, 1), "Only one listener so far: not representative."),
        ("30", simulate(10, 3), "No difference seen: Noisereduce has the highest share (75 %)"),
        (
            "5000",
            simulate(250, 20),
            "Decided on these 5 clips: listeners prefer Noisereduce and HB-SS to the original.",
        ),
    ):
        write_votes(results, votes)
        top = read_again(page)
        top.get_by_text(says).first.wait_for()
        assert top.locator(".bars svg").count() == 3
        for line in ("bar-half", "bar-mark"):
            assert top.locator(f".{line}").first.bounding_box()["height"] >= 15
        assert name != "1" or drawn == []  # charts wait for whoever unfolds them
        unfold(page)
        assert page.locator("#results-rest figure img").count() >= 6
        assert outside(page) == []
        screenshot(page, f"results-{name}")
    assert page.locator(".lab-results iframe").count() == 0


def test_filters_choose_and_everything_can_be_taken_along(own_address, open_any, results):
    votes = simulate(8, 2, n_clips=2), simulate(4, 3, design="pair", n_clips=1)
    votes[1]["trial_id"] = "pair" + votes[1]["trial_id"]
    write_votes(results, *votes)
    page = open_any(
        own_address, "/results", viewport={"width": 390, "height": 844}, color_scheme="dark"
    )
    top = top_of(page)
    top.get_by_text("28 trials").wait_for()
    unfold_filters(page)
    page.get_by_label("Design").click()
    page.get_by_role("option", name="Pairs").click()
    top.get_by_text("12 trials").wait_for()
    top.get_by_text("a filtered view decides nothing").wait_for()
    page.locator("#results-rest").get_by_text("Design: Pairs").wait_for(state="attached")
    unfold(page)  # only now: sections that arrive later are folded
    page.locator("#results-rest").get_by_text("Design: Pairs").wait_for()
    assert outside(page) == []
    screenshot(page, "results-phone")
    with page.expect_download() as download:
        page.get_by_text("Download everything as ZIP").click()
    with zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes())) as archive:
        names = set(archive.namelist())
        assert {"report.html", "votes_tidy.csv", "preference_first_choice.csv"} <= names
        assert b'"multi"' not in archive.read("votes_tidy.csv")
        assert b"hbss" in archive.read("preference_first_choice.csv")
    with page.context.expect_page() as opened:
        page.get_by_text("Open the report in a new tab").click()
    opened.value.get_by_role("heading", name="Listening test results").wait_for()
    assert opened.value.locator("img").first.evaluate("one => one.naturalWidth") > 0


def test_titles_stand_for_ids_and_are_never_markup(own_address, open_any, results, tmp_path):
    """A clip that is titled like markup, a study that is named like a formula."""
    store = StudyStore(results / "studies")
    study = trials.open_study(store, name="=cmd|' /C calc'!A0 ${1+1}")
    clips = ClipStore(tmp_path / "library")
    sound = AudioClip(np.zeros((1, 16_000), dtype=np.float32), 16_000)
    records = [
        clips.add_generated(sound, Prompt("loop", seed=i, duration_s=1.0), SyntheticMusic())
        for i in range(3)
    ]
    hostile = "<img src=x onerror=alert(1)> ${1+1}"
    clips.rename(records[0].clip_id, hostile)
    rows = simulate(10, 6, n_clips=4).assign(study_id=study.study_id)
    ids = dict(
        zip(sorted(rows["clip_id"].unique()), [one.clip_id for one in records], strict=False)
    )
    rows["clip_id"] = rows["clip_id"].replace(ids)
    write_votes(results, rows)
    page = open_any(own_address, "/results")
    top = top_of(page)
    top.get_by_text("10 listeners").wait_for()
    unfold_filters(page)
    page.get_by_role("combobox", name="Clip", exact=True).click()
    offered = page.get_by_role("option").all_inner_texts()
    offered = [one.removeprefix("✓").strip() for one in offered]
    assert hostile in offered
    assert "song 3" in offered  # deleted since: its prompt
    assert len([one for one in offered if one.startswith("loop · ")]) == 2
    page.keyboard.press("Escape")
    unfold(page)
    shown = page.locator("#results-rest").inner_text()
    assert "=cmd|' /C calc'!A0 ${1+1}" in shown
    for slug in ("noisereduce", "hbss", study.study_id, records[0].clip_id):
        assert slug not in top.inner_text() + shown
    assert page.locator(".lab-results img[src=x]").count() == 0


def test_an_open_study_has_its_link_to_pass_on(own_address, open_any, results):
    study = trials.open_study(StudyStore(results / "studies"), name="Hiss")
    write_votes(results, simulate(6, 2).assign(study_id=study.study_id))
    page = open_any(own_address, "/results")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    top = top_of(page)
    top.get_by_text("Keep collecting: pass on the link.").wait_for()
    top.get_by_role("button", name="Copy link").click()
    top.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{own_address}/listen/{study.study_id}"
    assert page.request.get(copied).ok


def test_two_studies_each_have_a_verdict(own_address, open_any, results):
    one, other = simulate(20, 6, seed=1), simulate(6, 2, seed=2).assign(study_id="other")
    for name in ("trial_id", "session_id", "listener_id", "vote_id"):
        other[name] = "x" + other[name].str[1:]
    write_votes(results, one, other)
    page = open_any(own_address, "/results")
    top = top_of(page)
    top.get_by_text("Several studies, each with a verdict of its own.").wait_for()
    assert top.locator("details").count() == 2
    assert [one.get_attribute("open") is not None for one in top.locator("details").all()] == [
        True, False,
    ]  # fmt: skip
    top.locator("summary").last.click()
    assert top.locator(".bars").last.is_visible()
    screenshot(page, "results-two-studies")


def test_a_file_of_another_version_is_explained(own_address, open_any, results):
    page = open_any(own_address, "/results")
    top_of(page)
    (results / "votes.csv").write_text(",".join(COLUMNS[1:]) + "\n")
    unfold_filters(page)
    page.click("#results-again")
    page.get_by_text("does not have the columns of this version").wait_for()
