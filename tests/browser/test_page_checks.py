"""What the tests of pages rely on finds the faults that it is there for."""

import pytest

from tests.support.browser.axe import violations
from tests.support.browser.boxes import outside, outside_at
from tests.support.browser.focus import focus_seen

PAGE = '<!doctype html><html lang="en"><title>t</title><main><h1>Heading</h1>{}</main></html>'


@pytest.fixture
def page(chromium):
    context = chromium.new_context(viewport={"width": 400, "height": 300})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(
    ("html", "rule"),
    [
        ('<p style="color: #999; background: #fff">pale</p>', "color-contrast"),
        ("<input type='range'>", "label"),
        ('<button aria-label="Listen">Play</button>', "label-content-name-mismatch"),
        ("<button style='width: 9px; height: 9px; padding: 0'>a</button><button>b</button>",
         "target-size"),
    ],
)  # fmt: skip
def test_axe_finds_what_is_wrong_and_where(page, html, rule):
    page.set_content(PAGE.format("<p>Fine.</p>"))
    assert violations(page) == []
    page.set_content(PAGE.format(html))
    assert {one.rule for one in violations(page)} == {rule}
    assert violations(page)[0].selector.split(":")[0] in ("p", "input", "button")


WIDE = '<div style="width: 500px">wide</div>'


@pytest.mark.parametrize(
    "html",
    [
        WIDE,
        f'<div style="overflow: hidden">{WIDE}</div>',  # scrollWidth stays that of the window
        '<p style="position: absolute; left: -20px">out</p>',
    ],
)
def test_an_element_beyond_the_window_is_found(page, html):
    page.set_content(PAGE.format(html))
    assert len(outside(page)) == 1


def test_the_width_of_the_document_does_not_tell_what_is_clipped(page):
    page.set_content(PAGE.format(f'<div style="overflow: hidden">{WIDE}</div>'))
    assert page.evaluate("document.documentElement.scrollWidth") == 400
    [found] = outside(page)
    assert (found.element, found.right > 500, found.window) == ("div", True, 400)


def test_what_stands_beside_a_container_that_scrolls_downwards_only_is_found(page):
    """As Gradio's columns wrap: what is too high goes into a second column."""
    column = "display: flex; flex-flow: column wrap; width: 90px; height: 50px"
    boxes = '<p style="margin: 0; width: 90px; height: 40px">one</p>' * 2
    page.set_content(PAGE.format(f'<div style="{column}; overflow: hidden auto">{boxes}</div>'))
    [found] = outside(page)
    assert (found.element, found.right < 400) == ("p", True)


@pytest.mark.parametrize(
    "html",
    [
        "<p>in</p>",
        f'<div style="overflow-x: auto">{WIDE}</div>',
        f'<div style="visibility: hidden; overflow: hidden">{WIDE}</div>',
        f'<div style="display: none">{WIDE}</div>',
        '<span class="lab-unseen" style="position: absolute; left: -1px">read out</span>',
    ],
)
def test_what_can_be_reached_or_is_not_there_to_be_seen_is_left_out(page, html):
    page.set_content(PAGE.format(html))
    assert outside(page) == []


def test_each_width_is_tried_and_the_window_is_left_as_it_was(page):
    page.set_content(PAGE.format('<div style="width: 450px">wide</div>'))
    assert [one.window for one in outside_at(page, (320, 768, 400))] == [320, 400]
    assert page.evaluate("innerWidth") == 400


@pytest.mark.parametrize(
    ("outline", "is_seen"),
    [("3px solid #00f", True), ("none", False), ("3px solid #e8e8e8", False)],
)
@pytest.mark.parametrize(
    "control", ['<input type="range">', '<input type="checkbox">', "<button>b</button>"]
)
def test_an_outline_of_the_focus_is_seen_if_it_is_there_and_not_pale(
    page, control, outline, is_seen
):
    style = f"<style>:focus-visible {{ outline: {outline}; outline-offset: 2px }}</style>"
    page.set_content(PAGE.format(style + control))
    page.keyboard.press("Tab")
    assert (focus_seen(page) >= 1) == is_seen
