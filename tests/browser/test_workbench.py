"""The workbench on one screen, at any size, and by whoever uses it."""

import pytest

from restorers import REPORT_RESTORERS
from tests.browser.conftest import screenshot
from tests.support.browser import steps
from tests.support.browser.boxes import outside
from tests.support.browser.everybody import each_screen, faults, screen

USED_TOGETHER = (
    ".lab-play",
    *(f".lab-choose[data-condition={condition}]" for condition in ("original", *REPORT_RESTORERS)),
    ".lab-spectrogram",
    ".lab-wave",
    "#start-vote",
)


def places(page, selector: str) -> list[dict]:
    return [one.bounding_box() for one in page.locator(selector).filter(visible=True).all()]


@pytest.mark.parametrize("size", [(1280, 800), (1440, 900)])
def test_what_is_used_together_is_on_one_screen(open_page, address, size):
    width, height = size
    page = open_page(address, viewport={"width": width, "height": height})
    for slug in REPORT_RESTORERS:
        steps.choose(page, slug)
        page.locator(".lab-score").nth(2).wait_for()
        seen = {selector: places(page, selector)[:1] for selector in USED_TOGETHER}
        seen["sliders"] = places(page, f"[id^={slug}-] input[type=range]")[:3]
        seen["scores"] = places(page, ".lab-score")
        assert [len(boxes) for boxes in seen.values()] == [1] * len(USED_TOGETHER) + [3, 3]
        for box in (box for boxes in seen.values() for box in boxes):
            assert box["x"] >= 0
            assert box["y"] >= 0
            assert box["x"] + box["width"] <= width
            assert box["y"] + box["height"] <= height
        assert page.evaluate("scrollY") == 0
    screenshot(page, f"workbench-{width}")


def test_the_first_sound_takes_one_click_and_no_scrolling(open_any, address):
    page = open_any(address, viewport={"width": 1280, "height": 800})
    page.locator(".lab-player[data-ready]").wait_for()
    page.locator(".lab-play").click()
    page.wait_for_function("() => window.tapLevel() > 1e-4")
    assert page.evaluate("scrollY") == 0


def test_two_alphas_are_compared_without_scrolling(open_page, address):
    """What is used is scrolled into view where it does not lie there: here nothing has to."""
    page = open_page(address, viewport={"width": 1280, "height": 800})
    page.evaluate(
        "() => { window.scrolled = 0; addEventListener('scroll', () => window.scrolled++, true); }"
    )
    steps.choose(page, "hbss")
    steps.play(page)
    steps.set_slider(page, "hbss-alpha", 1.2)
    page.get_by_role("button", name="Snapshot").click()
    steps.set_slider(page, "hbss-alpha", 2.0)
    steps.wait_for_scores(page)
    for setting, alpha in (("A", "1.2"), ("B", "2"), ("A", "1.2")):
        page.get_by_role("button", name=f"Setting {setting} of").filter(visible=True).click()
        page.wait_for_function(
            "(alpha) => document.querySelector('#hbss-alpha input[type=number]').value === alpha",
            arg=alpha,
        )
        steps.wait_for_scores(page)
    assert page.evaluate("[scrollY, window.scrolled]") == [0, 0]


@pytest.mark.parametrize("size", [(1280, 720), (1024, 768)])
def test_all_of_the_sidebar_can_be_reached_on_a_low_screen(open_page, address, size):
    width, height = size
    page = open_page(address, viewport={"width": width, "height": height})
    assert page.locator("#generate").is_visible()
    assert outside(page) == []
    page.get_by_role("button", name="Seed, guidance, batch").click()
    page.get_by_label("Seed", exact=True).wait_for()
    assert outside(page) == []


def test_what_auto_fit_found_goes_when_another_parameter_moves(open_page, address):
    page = open_page(address)
    steps.choose(page, "hbss")
    page.click("#hbss-fit")
    note = page.locator("#fit-note", has_text="is the strongest setting")
    note.wait_for()
    steps.set_slider(page, "hbss-alpha", 1.1)
    assert note.is_visible()  # true of any strength
    steps.set_slider(page, "hbss-beta", 0.1)
    note.wait_for(state="detached")
    assert not page.locator("#fit-curve").is_visible()
    steps.set_slider(page, "hbss-beta", 0.04)
    note.wait_for()


def through_all_states(page):
    """Yields the name of each state of the workbench, once it is there."""
    yield "original"
    steps.choose(page, "hbss")
    steps.wait_for_scores(page)
    yield "restorer"
    page.get_by_role("button", name="Snapshot").click()
    page.click("#hbss-fit")
    page.locator("#fit-curve svg").wait_for()
    page.locator(".lab-controls:visible").get_by_text("Advanced").click()
    page.get_by_role("button", name="All versions ▾").click()
    page.get_by_text("Presets and settings").click()
    yield "everything"
    for menu in ("Set loop ▾", "View ▾", "Download ▾"):
        page.get_by_text(menu).click()
        page.wait_for_timeout(100)  # it is moved into the window
        yield menu.split()[0].lower()
        page.keyboard.press("Escape")
    if page.locator("#lab-clips-button").is_visible():
        page.click("#lab-clips-button")
        yield "clips"
        page.click("#lab-clips-button")
    page.click("#start-vote")
    page.locator(".lab-ballot[data-ready]").wait_for()
    yield "ballot"
    steps.fill_ballot(page, ratings=dict.fromkeys("ABCD", 40), preferred="D")
    steps.save_vote(page)
    yield "revealed"


@each_screen
def test_every_state_fits_every_screen_and_can_be_used_by_everybody(open_page, address, width):
    page = open_page(address, **screen(width))
    states = through_all_states(page)
    assert faults(page, states, width, lambda name: screenshot(page, f"workbench-{name}")) == {}
