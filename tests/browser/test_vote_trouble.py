"""The Studio's blind vote when it cannot be saved: one sentence, nothing lost, try again."""

import pytest

import app
from listening import read_votes
from tests.browser.conftest import screenshot
from tests.support.browser import steps
from tests.support.server import running

SAVING = "**/gradio_api/run/**"


@pytest.fixture
def page(open_page, address):
    """The Studio with a ballot that is filled in."""
    page = open_page(address)
    fill_a_ballot(page)
    return page


def fill_a_ballot(page) -> None:
    steps.generate(page, synthetic=True, duration_s=2.0)
    steps.start_vote(page)
    steps.fill_ballot(page, ratings=dict.fromkeys("ABCD", 30), preferred="B", comment="kept")


def wait_until_not_saved(page, reason: str) -> None:
    page.locator(".lab-ballot .lab-error", has_text="Your vote was not saved").wait_for()
    assert reason in page.inner_text(".lab-ballot .lab-error")
    assert page.get_by_label("Comment").input_value() == "kept"
    assert page.locator(".lab-prefer input[value=B]").is_checked()
    assert page.locator(".lab-submit").is_enabled()


def test_a_vote_that_cannot_reach_the_server_can_be_saved_later(page, results, tolerated):
    tolerated += ["ERR_", "Failed to fetch", "Could not"]
    n_before = len(read_votes(results / "votes.csv")) if (results / "votes.csv").exists() else 0
    page.context.set_offline(True)
    page.locator(".lab-submit").click()
    wait_until_not_saved(page, "cannot be reached")
    screenshot(page, "12-vote-not-sent")
    page.context.set_offline(False)
    steps.save_vote(page)
    assert len(read_votes(results / "votes.csv")) == n_before + 4


def test_a_vote_that_the_server_never_answers_can_be_saved_later(page):
    asked = []

    def hold_the_first(route):
        asked.append(route)
        if len(asked) > 1:
            route.continue_()

    page.route(SAVING, hold_the_first)
    page.locator(".lab-submit").click()
    wait_until_not_saved(page, "did not answer")
    assert len(asked) == 1
    steps.save_vote(page)


def test_the_same_refusal_twice_is_told_twice(page, results):
    """Gradio tells a component nothing when its value is the one it had."""
    votes = results / "votes.csv"
    aside = votes.with_suffix(".aside")
    if votes.exists():
        votes.rename(aside)
    votes.mkdir()
    for _ in range(2):
        page.locator(".lab-submit").click()
        page.locator(".lab-ballot .lab-error").wait_for(timeout=5_000)
    votes.rmdir()
    if aside.exists():
        aside.rename(votes)
    steps.save_vote(page)


def test_a_vote_begun_before_the_server_restarted_is_not_called_saved(
    checkpoint, tmp_path, open_page, tolerated
):
    tolerated += [
        "ERR_",
        "404",
        "500",
        "503",
        "Failed to fetch",
        "Could not",
        "Connection",
        "trial",
    ]
    options = ["--model", str(checkpoint), "--library", str(tmp_path), "--results", str(tmp_path)]
    with running(app.parse_options(options)) as address:
        page = open_page(address)
        fill_a_ballot(page)
    port = int(address.rsplit(":", 1)[1])
    with running(app.parse_options(options), port):
        page.locator(".lab-submit").click()
        wait_until_not_saved(page, "has probably been started again")
        screenshot(page, "13-vote-of-another-run")
        assert not (tmp_path / "votes.csv").exists()
        page.context.close()  # before its server goes
