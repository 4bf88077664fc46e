"""The whole app under a path of another web server, such as https://host/lab/. `open_any` fails
these tests if a page asks for anything outside the path."""

import pytest

import app
from listening.plan import TrialDesign
from listening.study import StudyRules
from listening.study_store import StudyStore
from tests.support import trials
from tests.support.browser import listener, steps
from tests.support.server import running

PATH = "/lab"


@pytest.fixture
def below(checkpoint, tmp_path):
    """The app's address at the path, and its results. Asked for before the pages, which then go
    before their server."""
    options = ["--model", str(checkpoint), "--library", str(tmp_path), "--results", str(tmp_path)]
    with running(app.parse_options([*options, "--root-path", PATH])) as address:
        yield address + PATH, tmp_path


def test_a_listener_finds_all_that_a_session_needs(below, open_any):
    root, results = below
    study = trials.open_study(
        StudyStore(results / "studies"),
        rules=StudyRules(min_listening_s=0.2),
        design=TrialDesign("pair", has_training=False, trials_per_listener=1),
    )
    page = open_any(root, f"/listen/{study.study_id}", init_script=listener.HURRY)
    listener.to_first_trial(page)
    listener.fill(page)
    listener.send(page)
    assert "Thank you" in page.inner_text("main")


def test_the_studio_finds_its_scripts_sounds_pictures_and_previews(below, open_page):
    root, _ = below
    page = open_page(root)
    steps.generate(page, synthetic=True, duration_s=1.5)
    steps.play(page)
    steps.go_to(page, "Studies")
    page.locator("#study-name textarea").fill("Garden")
    page.click("#study-create")
    page.get_by_text("Garden is a draft").wait_for()
    page.locator("#study-source input").wait_for()
    page.click("#study-add")
    page.locator("#study-summary table").wait_for()
    page.click("#study-preview")
    with page.expect_popup() as opened:
        page.get_by_text("Open the preview in a new tab").click()
    opened.value.get_by_text("Before you begin").wait_for()
    assert opened.value.url.startswith(f"{root}/preview/")
