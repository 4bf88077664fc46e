"""Sliders, Auto-fit, snapshots, presets, the hiss check and the plots, as a visitor uses them."""

import json

import pytest

from restorers import REPORT_RESTORERS, RESTORERS
from tests.browser.conftest import screenshot
from tests.support.browser import steps
from tests.support.browser.axe import violations

HBSS = RESTORERS["hbss"].title
ALPHA = "#hbss-alpha input[type=number]"


@pytest.fixture
def page(open_page, address):
    page = open_page(address)
    steps.generate(page, synthetic=True, duration_s=2.0)
    steps.choose(page, "hbss")
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
    page.get_by_role("button", name="Reset", exact=True).click()
    steps.wait_for_other_scores(page, HBSS, strong)
    assert steps.scores_of(page, HBSS) == before
    assert page.locator(ALPHA).input_value() == "1.2"
    steps.set_slider(page, "hbss-alpha", 4.0)
    page.locator("#hbss-alpha .lab-reset").click()
    assert page.locator(ALPHA).input_value() == "1.2"


def test_of_many_moves_at_once_the_last_one_wins(page):
    slider = page.locator("#hbss-alpha input[type=range]")
    slider.evaluate(
        """async (slider) => {
          for (let i = 0; i <= 60; i++) {
            slider.value = i % 2 ? 5 - i * 0.05 : i * 0.05;
            slider.dispatchEvent(new Event("input", { bubbles: true }));
            await new Promise((done) => setTimeout(done, 15));
          }
          slider.dispatchEvent(new Event("change", { bubbles: true }));
        }"""
    )
    wait_for_alpha(page, "3")  # 60 * 0.05
    page.wait_for_timeout(300)
    steps.wait_for_scores(page)
    assert json.loads(settings_line(page))["hbss"]["alpha"] == 3
    after_many = steps.scores_of(page, HBSS)
    page.get_by_role("button", name="Reset", exact=True).click()
    steps.wait_for_other_scores(page, HBSS, after_many)
    before = steps.scores_of(page, HBSS)
    steps.set_slider(page, "hbss-alpha", 3.0)
    steps.wait_for_other_scores(page, HBSS, before)
    assert steps.scores_of(page, HBSS) == after_many


SOUNDS = """
async () => {
  const { SyncEngine } = await import("/assets/shared/engine.js");
  const { setTracks } = SyncEngine.prototype;
  window.came = [];
  SyncEngine.prototype.setTracks = function (added, gains) {
    for (const [id, channels] of added) {
      const energy = channels[0].reduce((sum, x) => sum + x * x, 0);
      if (id === "hbss") window.came.push([performance.now(), energy]);
    }
    return setTracks.call(this, added, gains);
  };
}
"""
DRAG = """
async (slider) => {
  window.came.length = 0;
  const began = performance.now();
  for (let i = 0; i <= 100; i++) {
    slider.value = i * 0.05;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise((done) => setTimeout(done, 20));
  }
  return performance.now() - began;
}
"""


def test_a_slider_is_heard_while_it_is_dragged_and_never_goes_back(page):
    """The more is subtracted, the less energy is left."""
    page.evaluate(SOUNDS)
    steps.play(page)
    took_ms = page.locator("#hbss-alpha input[type=range]").evaluate(DRAG)
    page.wait_for_timeout(500)
    energies = [energy for _, energy in page.evaluate("window.came")]
    assert energies == sorted(energies, reverse=True)
    assert len(energies) >= 3 * took_ms / 1000  # audible updates a second; see bench for more


def test_settings_that_do_not_go_together_are_explained(page, tolerated):
    tolerated += ["status of 400"]
    page.locator(".lab-controls:visible").get_by_text("Advanced").click()
    page.locator("#hbss-n_fft select").select_option("512")
    page.locator(
        ".lab-toast", has_text="hop_length must lie between 1 and half of n_fft"
    ).wait_for()
    page.locator(".lab-stale-note", has_text="hop_length").wait_for()
    page.locator("#hbss-hop_length select").select_option("128")
    steps.wait_for_scores(page)
    assert page.inner_text(".lab-toast") == ""


@pytest.mark.parametrize("look", ["light", "dark"])
def test_scores_of_earlier_settings_are_marked_until_the_server_is_back(
    open_page, address, tolerated, look
):
    tolerated += ["ERR_", "Failed to fetch", "Connection errored out", "AbortError"]
    page = open_page(address, color_scheme=look)
    steps.generate(page, synthetic=True, duration_s=2.0)
    steps.choose(page, "hbss")
    steps.wait_for_scores(page)
    before = page.inner_text(".lab-cards")
    page.context.set_offline(True)
    steps.set_slider(page, "hbss-alpha", 2.5)
    page.locator(".lab-stale-note", has_text="cannot be reached").wait_for()
    page.wait_for_timeout(3000)  # it tries again meanwhile
    assert page.locator(".lab-scoring.lab-stale").is_visible()
    assert page.inner_text(".lab-cards") == before
    assert page.locator(ALPHA).input_value() == "2.5"
    assert violations(page) == []
    screenshot(page, f"stale-{look}")
    page.context.set_offline(False)
    steps.wait_for_scores(page)
    assert page.inner_text(".lab-cards") != before
    assert page.inner_text(".lab-stale-note") == ""


def test_auto_fit_finds_the_strongest_setting_within_the_limit(page):
    page.click("#hbss-fit")
    page.wait_for_selector("#fit-curve svg circle.lab-curve-chosen")
    page.wait_for_function(
        "() => document.querySelector('#fit-note').innerText.includes('strongest setting with')"
    )
    chosen = float(page.inner_text("#fit-note").split("alpha = ")[1].split()[0])
    assert chosen > 1.2  # synthetic hiss is steady: it can be treated more strongly
    wait_for_alpha(page, f"{chosen:g}")
    page.wait_for_timeout(300)
    steps.wait_for_scores(page)
    assert 0.15 < log_mel_of(page, HBSS) <= 0.2
    screenshot(page, "12-fit")


def test_a_snapshot_keeps_one_setting_beside_another(page):
    steps.set_slider(page, "hbss-alpha", 0.5)
    page.get_by_role("button", name="Snapshot").click()
    steps.set_slider(page, "hbss-alpha", 4.0)
    page.locator(".lab-player[data-ready]").wait_for()
    page.locator(".lab-headline").click()
    for setting, alpha in (("A", "0.5"), ("B", "4"), ("A", "0.5")):
        page.keyboard.press("s")
        wait_for_alpha(page, alpha)
        pressed = page.get_by_role("button", name=f"Setting {setting} of {HBSS}")
        assert pressed.get_attribute("aria-pressed") == "true"
    page.wait_for_timeout(300)
    steps.wait_for_scores(page)
    weak = steps.scores_of(page, HBSS)
    page.keyboard.press("s")
    steps.wait_for_other_scores(page, HBSS, weak)
    screenshot(page, "13-snapshot")


def test_a_reload_keeps_clip_version_settings_and_loop(page, open_page, address):
    steps.set_slider(page, "hbss-alpha", 2.5)
    steps.drag_loop(page, 0.25, 0.75)
    wanted = steps.open_clip(page)
    steps.wait_for_scores(page)
    page.wait_for_timeout(500)
    page.reload()
    page.wait_for_selector(".lab-player[data-ready]")
    assert steps.open_clip(page) == wanted
    assert steps.chosen(page) == "hbss"
    assert page.locator(ALPHA).input_value() == "2.5"
    start_s = float(page.get_by_label("Loop start").get_attribute("aria-valuenow"))
    assert start_s == pytest.approx(0.5, abs=0.02)
    linked = open_page(address, f"/?clip={wanted}")  # another browser
    assert steps.open_clip(linked) == wanted


def open_settings(page) -> None:
    if page.locator("#settings").get_attribute("open") is None:
        page.get_by_text("Presets and settings").click()
    page.locator("#settings-json").wait_for()


def settings_line(page) -> str:
    open_settings(page)
    return page.locator("#settings-json").input_value()


def test_a_preset_is_there_for_the_next_visit_and_can_be_deleted(page, open_page, address):
    steps.set_slider(page, "hbss-alpha", 2.5)
    open_settings(page)
    page.locator("#preset-name").fill("bright song")
    page.click("#preset-save")
    page.wait_for_function("() => document.querySelector('#preset').value === 'bright song'")
    other = open_page(address)
    open_settings(other)
    other.locator("#preset option[value='bright song']").wait_for(state="attached")
    other.locator("#preset").select_option("bright song")
    wait_for_alpha(other, "2.5")
    other.click("#preset-delete")
    other.wait_for_function("() => document.querySelector('#preset').value === ''")
    assert other.locator("#preset option[value='bright song']").count() == 0


def test_settings_go_out_and_come_in_as_one_line(page, tolerated):
    tolerated += ["status of 400"]
    line = json.loads(settings_line(page))
    assert line["mcra"]["g_floor"] == RESTORERS["mcra"]().g_floor
    assert "RESTORERS" in page.locator("#settings-python").input_value()
    page.locator("#settings-paste").fill('{"hbss": {"alpha": 4}}')
    page.click("#settings-apply")
    wait_for_alpha(page, "4")
    page.locator("#settings-paste").fill('{"hbss": {"alpha": 400}}')
    page.click("#settings-apply")
    page.get_by_text("alpha must lie between 0 and 5, got 400").wait_for()
    assert page.locator(ALPHA).input_value() == "4"


def test_a_clip_with_hiss_and_one_without_are_told_apart(open_page, address, real_clip_paths):
    page = open_page(address)
    paths = {path.stem: path for path in real_clip_paths}
    steps.upload(page, paths["piano_solo_v1"])
    assert page.inner_text("#hiss").startswith("Nothing to remove here: above 6 kHz")
    steps.upload(page, paths["techno_beat_5s"])
    assert "steady noise floor above 6 kHz" in page.inner_text("#hiss")
    screenshot(page, "14-hiss")


def test_plots_are_drawn_while_they_are_looked_at(page):
    assert page.locator("#plot .js-plotly-plot").count() == 0
    page.get_by_role("button", name="Interactive plots").click()
    page.wait_for_selector("#plot .js-plotly-plot")
    lines = page.locator("#plot .scatterlayer .trace")
    page.wait_for_function("() => document.querySelectorAll('#plot .scatterlayer .trace').length")
    assert lines.count() == 1 + len(REPORT_RESTORERS)
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
