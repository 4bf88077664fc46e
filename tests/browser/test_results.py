"""The Results page, as a reader uses it."""

import io
import zipfile

import pytest

import app
from listening.votes import COLUMNS
from tests.browser.conftest import screenshot
from tests.support.browser import steps
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


def open_results(page):
    steps.go_to(page, "Results")
    return read_again(page)


def read_again(page):
    """The report, as wide and high as it is shown."""
    page.wait_for_selector("#results iframe")
    before = page.locator("#results iframe").get_attribute("src")
    page.click("#results-again")
    page.wait_for_function(
        "before => { const frame = document.querySelector('#results iframe');"
        " return frame && frame.getAttribute('src') !== before && frame.style.height; }",
        arg=before,
    )
    return page.frame_locator("#results iframe")


def test_with_none_one_thirty_and_many_votes(own_address, open_page, results):
    page = open_page(own_address)
    report = open_results(page)
    report.get_by_text("There are no votes yet.").wait_for()
    screenshot(page, "results-0")
    for name, votes, says in (
        ("1", simulate(1, 1), "One listener speaks for nobody else"),
        ("30", simulate(10, 3), "Which version do listeners prefer? 30 trials"),
        (
            "5000",
            simulate(250, 20),
            "Decided on these 5 clips: listeners prefer noisereduce to the original",
        ),
    ):
        write_votes(results, votes)
        report = read_again(page)
        report.get_by_text(says).first.wait_for()
        assert report.locator("figure img").count() >= 6
        screenshot(page, f"results-{name}")


def test_filters_choose_and_everything_can_be_taken_along(own_address, open_page, results):
    votes = simulate(8, 2, n_clips=2), simulate(4, 3, design="pair", n_clips=1)
    votes[1]["trial_id"] = "pair" + votes[1]["trial_id"]
    write_votes(results, *votes)
    page = open_page(own_address, viewport={"width": 390, "height": 844}, color_scheme="dark")
    report = open_results(page)
    report.get_by_text("28 trials").wait_for()
    page.get_by_label("Design").click()
    page.get_by_role("option", name="pair").click()
    report.get_by_text("12 trials").wait_for()
    report.get_by_text("design = pair").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    screenshot(page, "results-phone")
    with page.expect_download() as download:
        page.get_by_text("Download everything as ZIP").last.click()
    with zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes())) as archive:
        assert {"report.html", "votes_tidy.csv", "preference_first_choice.csv"} <= set(
            archive.namelist()
        )


def test_a_file_of_another_version_is_explained(own_address, open_page, results):
    page = open_page(own_address)
    open_results(page)
    (results / "votes.csv").write_text(",".join(COLUMNS[1:]) + "\n")
    page.click("#results-again")
    page.get_by_text("does not have the columns of this version").wait_for()
