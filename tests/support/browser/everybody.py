"""Whether a page fits every screen, and can be used by everybody, in each of its states."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from tests.support.browser.axe import violations
from tests.support.browser.boxes import outside_at
from tests.support.browser.touch import too_small

WIDTHS = (320, 390, 768, 1024, 1220, 640)  # the last is 1280 at a zoom of 200 %
DESK_PX, TABLET_PX, PHONE_PX = 1280, 768, 390
LOADING = ".loading"  # Gradio's own screen, until it has mounted the page
IS_DARK = "(dark) => document.body.classList.contains('dark') === dark"
# Gradio's colours change slowly.
IS_RECOLOURED = "() => !document.getAnimations().some((one) => one instanceof CSSTransition)"

each_screen = pytest.mark.parametrize("width", [DESK_PX, TABLET_PX, PHONE_PX])


def screen(width: int) -> dict:
    """Options of a browser context."""
    return {
        "viewport": {"width": width, "height": 844},
        "has_touch": width != DESK_PX,
        "is_mobile": width == PHONE_PX,
    }


def faults(
    page: Page, states: Iterator[str], width: int, picture: Callable[[str], None]
) -> dict[str, list]:
    """What is wrong in each state that `states` brings the page to, by the state and the check.

    Boxes are checked at every one of WIDTHS on a desk, axe-core everywhere in the light and in the
    dark, targets on a phone. `picture` keeps a picture of the page under a name.
    """
    found: dict[str, list] = {}
    for state in states:
        page.locator(LOADING).wait_for(state="detached")
        found[f"{state}, box"] = outside_at(page, WIDTHS if width == DESK_PX else (width,))
        found[f"{state}, touch"] = too_small(page) if width == PHONE_PX else []
        for look in ("dark", "light"):
            page.emulate_media(color_scheme=look)
            page.wait_for_function(IS_DARK, arg=look == "dark")
            page.wait_for_function(IS_RECOLOURED)
            found[f"{state}, axe, {look}"] = violations(page)
            picture(f"{width}-{state}-{look}")
    assert found, "no state was reached"
    return {state: wrong for state, wrong in found.items() if wrong}
