"""The example plug-in in the Studio, by an app that nothing but pip was told of it."""

import pytest

from tests.browser.conftest import screenshot
from tests.support.browser import steps
from tests.support.browser.axe import violations
from tests.support.browser.boxes import outside
from tests.support.plug_in import SLUG, app_of, python_with_plug_in

TITLE = "High-band expander"


@pytest.fixture(scope="module")
def address_with_plug_in(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plug_in")
    with app_of(python_with_plug_in(folder), folder) as address:
        yield address


def test_an_installed_restorer_has_button_sliders_scores_and_fit(open_page, address_with_plug_in):
    page = open_page(address_with_plug_in)
    steps.generate(page, synthetic=True, duration_s=2.0)
    assert "Expander" in page.inner_text(f".lab-choose[data-condition={SLUG}]")
    steps.choose(page, SLUG)
    for name, value in (("range_db", "12"), ("threshold_db", "-6"), ("cutoff_hz", "6000")):
        box = page.locator(f"#{SLUG}-{name} input[type=number]")
        assert box.is_visible()
        assert box.input_value() == value
    before = steps.scores_of(page, TITLE)
    steps.set_slider(page, f"{SLUG}-threshold_db", 0)
    steps.wait_for_other_scores(page, TITLE, before)
    assert page.locator(f"#{SLUG}-fit").is_visible()
    page.click(f"#{SLUG}-fit")
    page.locator("#fit-note", has_text="range_db = ").wait_for()
    assert outside(page) == []
    assert violations(page) == []
    screenshot(page, "plug-in")
