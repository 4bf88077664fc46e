"""Sliders, Fit, presets, the hiss check and the plots, as a visitor uses them."""

import json

import pytest

from restorers import RESTORERS
from tests.browser.conftest import screenshot
from tests.support.browser import steps

HBSS = RESTORERS["hbss"].title
ALPHA = "#hbss-alpha input[type=number]"


@pytest.fixture
def page(open_page, address):
    page = open_page(address)
    steps.generate(page, synthetic=True, duration_s=2.0)
    return page


def wait_for_alpha(page, value: str) -> None:
    page.wait_for_function(
        "([box, value]) => document.querySelector(box).value === value", arg=[ALPHA, value]
    )


def log_mel_of(page, title: str) -> float:
    cells = page.locator("#scores tr", has_text=title).locator("td")
    return float(cells.nth(4).inner_text().split()[1])


def test_reset_brings_the_report_s_values_back(page):
    before = steps.scores_of(page, HBSS)
    steps.set_slider(page, "hbss-alpha", 5.0)
    steps.wait_for_other_scores(page, HBSS, before)
    strong = steps.scores_of(page, HBSS)
    page.click("#reset")
    steps.wait_for_other_scores(page, HBSS, strong)
    assert steps.scores_of(page, HBSS) == before
    assert page.locator(ALPHA).input_value() == "1.2"


def test_of_many_moves_at_once_the_last_one_wins(page, open_page, address):
    page.locator("#hbss-alpha input[type=range]").evaluate(
        """async (slider) => {
          for (let i = 0; i <= 60; i++) {
            slider.value = i % 2 ? 5 - i * 0.05 : i * 0.05;
            slider.dispatchEvent(new Event("input", { bubbles: true }));
            await new Promise((done) => setTimeout(done, 15));
          }
        }"""
    )
    wait_for_alpha(page, "3")  # 60 * 0.05
    page.wait_for_timeout(3000)  # whatever still runs comes to its end
    settings = json.loads(settings_line(page))
    assert settings["hbss"]["alpha"] == 3
    after_many = steps.scores_of(page, HBSS)
    before = after_many
    page.click("#reset")
    steps.wait_for_other_scores(page, HBSS, before)
    before = steps.scores_of(page, HBSS)
    steps.set_slider(page, "hbss-alpha", 3.0)
    steps.wait_for_other_scores(page, HBSS, before)
    assert steps.scores_of(page, HBSS) == after_many


def test_settings_that_do_not_go_together_are_explained(page):
    page.locator(".lab-restorer", has_text=HBSS).get_by_role("button", name="More").click()
    page.locator("#hbss-n_fft input").click()
    page.get_by_role("option", name="512", exact=True).click()
    page.get_by_text("hop_length must lie between 1 and half of n_fft").wait_for()
    page.locator("#hbss-hop_length input").click()
    page.get_by_role("option", name="128", exact=True).click()
    page.wait_for_function(
        "() => document.querySelector('#parameter-note').innerText.trim() === ''"
    )


def test_fit_finds_the_strongest_setting_within_the_limit(page):
    page.click("#hbss-fit")
    page.wait_for_selector("#fit-curve .js-plotly-plot")
    page.wait_for_function(
        "() => document.querySelector('#fit-note').innerText.includes('strongest setting with')"
    )
    chosen = float(page.inner_text("#fit-note").split("alpha = ")[1].split()[0])
    assert chosen > 1.2  # synthetic hiss is steady: it can be treated more strongly
    wait_for_alpha(page, f"{chosen:g}")
    page.wait_for_timeout(1500)
    assert 0.15 < log_mel_of(page, HBSS) <= 0.2
    screenshot(page, "12-fit")


def test_without_a_clip_fit_says_so(open_page, address):
    page = open_page(address)
    page.click("#mcra-fit")
    page.get_by_text("There is no clip to fit to yet").wait_for()


def open_settings(page) -> None:
    page.get_by_role("button", name="Presets, and settings to copy").click()
    page.locator("#settings-json textarea").wait_for()


def settings_line(page) -> str:
    open_settings(page)
    return page.locator("#settings-json textarea").input_value()


def test_a_preset_is_there_for_the_next_visit_and_can_be_deleted(page, open_page, address):
    steps.set_slider(page, "hbss-alpha", 2.5)
    open_settings(page)
    page.locator("#preset-name textarea").fill("bright song")
    page.click("#preset-save")
    page.wait_for_function("() => document.querySelector('#preset input').value === 'bright song'")
    other = open_page(address)
    open_settings(other)
    other.locator("#preset input").click()
    other.get_by_role("option", name="bright song").click()
    wait_for_alpha(other, "2.5")
    other.click("#preset-delete")
    other.wait_for_function("() => document.querySelector('#preset input').value === ''")
    other.locator("#preset input").click()
    assert other.get_by_role("option", name="bright song").count() == 0


def test_settings_go_out_and_come_in_as_one_line(page):
    line = json.loads(settings_line(page))
    assert line["mcra"]["g_floor"] == RESTORERS["mcra"]().g_floor
    assert "RESTORERS" in page.locator("#settings-python textarea").input_value()
    page.locator("#settings-paste textarea").fill('{"hbss": {"alpha": 4}}')
    page.click("#settings-apply")
    wait_for_alpha(page, "4")
    page.locator("#settings-paste textarea").fill('{"hbss": {"alpha": 400}}')
    page.click("#settings-apply")
    page.get_by_text("alpha must lie between 0 and 5, got 400").wait_for()
    assert page.locator(ALPHA).input_value() == "4"


def test_a_clip_with_hiss_and_one_without_are_told_apart(open_page, address, real_clip_paths):
    page = open_page(address)
    paths = {path.stem: path for path in real_clip_paths}
    steps.upload(page, paths["piano_solo_v1"])
    assert page.inner_text("#hiss").startswith("Nothing to remove here: above 6 kHz")
    screenshot(page, "13-no-hiss")
    page.set_input_files("#upload input[type=file]", paths["techno_beat_5s"])
    page.wait_for_function(
        "() => document.querySelector('#hiss').innerText.includes('noise-like floor above 6 kHz')"
    )
    screenshot(page, "14-hiss")


def test_plots_are_drawn_while_they_are_looked_at(page):
    assert page.locator("#plot .js-plotly-plot").count() == 0
    page.get_by_role("button", name="Plots to hover over").click()
    page.wait_for_selector("#plot .js-plotly-plot")
    lines = page.locator("#plot .scatterlayer .trace")
    page.wait_for_function("() => document.querySelectorAll('#plot .scatterlayer .trace').length")
    assert lines.count() == 1 + len(RESTORERS)
    path = lines.nth(2).locator("path.js-line").first.get_attribute("d")
    steps.set_slider(page, "hbss-alpha", 5.0)
    page.wait_for_function(
        "(before) => document.querySelectorAll('#plot .scatterlayer .trace')[2]"
        "?.querySelector('path.js-line')?.getAttribute('d') !== before",
        arg=path,
    )
    screenshot(page, "15-long-term")
    page.get_by_label("Spectrogram: Original").check()
    page.wait_for_selector("#plot .heatmaplayer image")
    screenshot(page, "16-spectrogram")
