"""The Studio's player, as ear, eye, hand and keyboard meet it."""

import io

import numpy as np
import pytest
import soundfile

from restorers import REPORT_RESTORERS
from restorers.mcra import McraWiener
from tests.browser.conftest import screenshot
from tests.support.browser import steps

CONDITIONS = ["original", *REPORT_RESTORERS]


@pytest.fixture
def page(open_page, address):
    """The Studio with a synthetic clip of three seconds."""
    page = open_page(address)
    steps.generate(page, synthetic=True, duration_s=3.0)
    return page


def loop_s(page) -> list[float]:
    return [
        float(page.get_by_label(f"Loop {end}").get_attribute("aria-valuenow"))
        for end in ("start", "end")
    ]


def is_looping(page) -> bool:
    return page.get_by_label("Loop", exact=True).is_checked()


def test_every_key_does_what_the_hint_says(page):
    page.locator(".lab-headline").click()
    for number, condition in enumerate(CONDITIONS, start=1):
        page.keyboard.press(str(number))
        assert steps.chosen(page) == condition
    page.keyboard.press("9")  # there is no ninth
    assert steps.chosen(page) == CONDITIONS[-1]
    residual = page.locator(".lab-residual")
    for pressed in ("true", "false"):
        page.keyboard.press("r")
        assert residual.get_attribute("aria-pressed") == pressed
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowLeft")
    assert steps.position_s(page) == pytest.approx(1.9, abs=0.011)
    page.keyboard.press("Home")
    assert steps.position_s(page) == 0
    page.keyboard.press("ArrowLeft")  # the whole clip loops
    assert steps.position_s(page) == pytest.approx(2.0, abs=0.011)
    page.keyboard.press("l")
    assert not is_looping(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")  # and now it does not
    assert steps.position_s(page) == pytest.approx(3.0, abs=0.011)
    page.keyboard.press("L")
    assert is_looping(page)
    page.keyboard.press("Space")
    page.locator(".lab-play", has_text="Pause").wait_for()
    page.keyboard.press("Space")
    page.locator(".lab-play", has_text="Play").wait_for()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("[")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("]")
    assert loop_s(page) == pytest.approx([1.0, 1.2], abs=0.011)


def test_keys_are_left_alone_while_somebody_types(page):
    page.keyboard.press("2")
    for box in (page.get_by_label("Describe the music"), page.get_by_label("Search your clips")):
        box.focus()
        page.keyboard.type("3 l")
        page.keyboard.press("Home")
    assert steps.chosen(page) == "noisereduce"
    assert is_looping(page)
    assert page.locator(".lab-play", has_text="Play").is_visible()


def test_every_control_has_a_name_and_can_be_reached_by_tab(page):
    steps.drag_loop(page, 0.2, 0.6)
    controls = page.locator(
        ".lab-player :is(button, input, select, a, summary, [role=slider]), "
        ".lab-library :is(button, input, a)"
    )
    unnamed = controls.evaluate_all(
        """(all) => all.filter((c) => c.checkVisibility() && !(c.getAttribute("aria-label")
          || c.innerText?.trim() || [...(c.labels || [])].some((l) => l.innerText.trim())))
          .map((c) => c.outerHTML)"""
    )
    assert unnamed == []
    unreachable = controls.evaluate_all(
        "(all) => all.filter((c) => c.checkVisibility() && c.tabIndex < 0).map((c) => c.outerHTML)"
    )
    assert unreachable == []


def test_dragging_over_the_picture_loops_without_a_break(page):
    steps.play(page)
    page.wait_for_function("() => window.tapLevel() > 1e-3")
    steps.drag_loop(page, 0.25, 0.5)
    assert loop_s(page) == pytest.approx([0.75, 1.5], abs=0.03)
    seen = []
    for _ in range(60):
        seen.append(steps.position_s(page))
        assert page.evaluate("window.tapLevel()") > 1e-4
        page.wait_for_timeout(30)
    assert min(seen[10:]) >= 0.73
    assert max(seen[10:]) <= 1.53
    assert np.sum(np.diff(seen) < 0) >= 1  # it went round
    screenshot(page, "10-loop")
    end = page.get_by_label("Loop end")
    end.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowRight")
    assert loop_s(page)[1] == pytest.approx(1.5 - 0.1 + 0.01, abs=0.03)
    for _ in range(30):
        page.keyboard.press("ArrowLeft")
    start_s, end_s = loop_s(page)
    assert end_s == pytest.approx(start_s + 0.05, abs=0.011)  # the shortest there is
    page.get_by_text("Set loop ▾").click()
    page.get_by_role("button", name="Clear loop").click()
    assert not end.is_visible()
    assert is_looping(page)


def test_a_handle_can_be_dragged_and_a_click_outside_ends_the_loop(page):
    steps.drag_loop(page, 0.5, 0.2)  # backwards is a loop too
    assert loop_s(page) == pytest.approx([0.6, 1.5], abs=0.03)
    steps.drag_loop(page, 0.5, 0.8)  # from its end
    assert loop_s(page) == pytest.approx([0.6, 2.4], abs=0.03)
    box = page.locator(".lab-plot").bounding_box()
    page.mouse.click(box["x"] + 0.9 * box["width"], box["y"] + 150)
    assert steps.position_s(page) == pytest.approx(2.7, abs=0.03)
    assert not is_looping(page)
    page.get_by_label("Loop", exact=True).check()
    assert steps.position_s(page) == pytest.approx(0.6, abs=0.03)


def test_a_finger_can_do_it_all(open_page, address):
    page = open_page(address, viewport={"width": 390, "height": 844}, has_touch=True)
    steps.generate(page, synthetic=True, duration_s=2.0)
    page.locator(".lab-choose[data-condition=mcra]").tap()
    assert steps.chosen(page) == "mcra"
    plot = page.locator(".lab-plot")
    plot.scroll_into_view_if_needed()
    width = plot.bounding_box()["width"]
    plot.tap(position={"x": 0.5 * width, "y": 100})
    assert steps.position_s(page) == pytest.approx(1.0, abs=0.05)
    page.locator(".lab-play").tap()
    page.wait_for_function("() => window.tapLevel() > 1e-4")
    assert plot.evaluate("(p) => getComputedStyle(p).touchAction") == "pan-y"
    for handle in page.locator(".lab-handle").all():
        assert handle.evaluate("(h) => getComputedStyle(h).touchAction") == "none"


def gain_of(page, condition: str) -> float:
    text = page.locator(f".lab-choose[data-condition={condition}] .lab-gain").inner_text()
    return float(text.split(" dB")[0].replace("−", "-"))


def test_loudness_is_matched_unless_the_listener_wants_it_raw(page):
    levels = {}
    for matched in (True, False):
        page.get_by_label("Match loudness").set_checked(matched)
        levels[matched] = {condition: gain_of(page, condition) for condition in CONDITIONS}
    cells = page.locator("#scores tr", has_text=McraWiener.title).locator("td")
    change_lu = float(cells.nth(7).inner_text().replace("−", "-"))
    assert change_lu < -0.5
    assert set(levels[False].values()) == {0.0}
    original = levels[True]["original"]
    assert levels[True]["mcra"] - original == pytest.approx(-change_lu, abs=0.11)  # one digit


def test_a_residual_is_as_loud_as_asked(page):
    steps.choose(page, "hbss")
    page.keyboard.press("r")
    page.get_by_text("View ▾").click()
    for gain_db in (0, 12, 36):
        page.get_by_label(f"+{gain_db} dB", exact=True).check()
        gain = page.locator(".lab-choose[data-condition=hbss] .lab-gain")
        found = gain_of(page, "hbss")
        assert found == gain_db or found < gain_db and "peak" in gain.get_attribute("title")
    page.get_by_label("+0 dB", exact=True).check()
    assert gain_of(page, "hbss") == 0
    steps.play(page)
    page.wait_for_timeout(600)
    quiet = np.median([page.evaluate("window.tapLevel()") for _ in range(20)])
    page.get_by_text("View ▾").click()
    page.get_by_label("+24 dB", exact=True).check()
    page.wait_for_timeout(600)
    loud = np.median([page.evaluate("window.tapLevel()") for _ in range(20)])
    assert 20 * np.log10(loud / quiet) == pytest.approx(gain_of(page, "hbss"), abs=3)


def test_the_meter_moves_with_the_sound_and_not_with_the_volume(page):
    def meter_db() -> float:
        return float(page.get_by_role("meter").get_attribute("aria-valuenow"))

    assert meter_db() == -60
    steps.play(page)
    page.wait_for_function(
        "() => Number(document.querySelector('[role=meter]').ariaValueNow) > -40"
    )
    page.get_by_label("Volume").evaluate(
        "(v) => { v.value = 0; v.dispatchEvent(new Event('input')); }"
    )
    page.wait_for_function("() => window.tapLevel() < 1e-5")
    assert meter_db() > -40


def test_it_pauses_while_a_blind_test_takes_its_place(page):
    steps.play(page)
    page.set_viewport_size({"width": 1280, "height": 200})
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")  # out of sight is not behind
    page.wait_for_timeout(600)
    assert page.evaluate("window.tapLevel()") > 1e-4
    page.set_viewport_size({"width": 1280, "height": 800})
    steps.start_vote(page)
    page.wait_for_function("() => window.tapLevel() < 1e-5")
    assert not page.locator(".lab-player").is_visible()
    page.get_by_role("button", name="Back to the workbench").click()
    page.locator(".lab-player .lab-play", has_text="Play").wait_for()
    steps.play(page)
    page.wait_for_timeout(300)
    assert page.evaluate("window.tapLevel()") > 1e-4


WANTED_PICTURE_IS_SHOWN = """
() => {
  const { dataset, src } = document.querySelector(".lab-spectrogram img");
  return src.endsWith(dataset.address);
}
"""


def test_axes_and_views_are_drawn_from_the_same_place(page):
    ticks = page.locator(".lab-frequency-axis")
    stage = page.locator(".lab-spectrogram img")
    page.keyboard.press("3")
    page.get_by_text("View ▾").click()
    seen = {}
    for axis in ("linear", "log", "mel"):
        page.get_by_label(axis, exact=True).check()
        for view in ("Spectrogram", "Difference"):
            page.get_by_label(view, exact=True).check()
            page.wait_for_function(WANTED_PICTURE_IS_SHOWN)
            seen[stage.evaluate("(image) => image.src")] = (ticks.inner_text(), view)
            legend = page.inner_text(".lab-legend")
            assert ("less than in the original" in legend) == (view == "Difference")
            screenshot(page, f"11-{axis}-{view.split()[0]}")
    assert len(seen) == 6
    assert len({drawn for drawn, _ in seen.values()}) == 3
    page.keyboard.press("Escape")
    page.locator(".lab-headline").click()
    page.keyboard.press("1")  # the original has no change to show
    assert "dBFS" in page.inner_text(".lab-legend")


RECORD = """
async () => {
  const code = `registerProcessor("recorder", class extends AudioWorkletProcessor {
    process([input]) { if (input[0]) this.port.postMessage(input[0].slice()); return true; }
  })`;
  const module = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  const { SyncEngine } = await import("/assets/shared/engine.js");
  const attach = SyncEngine.prototype.attach;
  SyncEngine.prototype.attach = function (context) {
    attach.call(this, context);
    const recorded = [];
    window.recorded = () => recorded.flatMap((block) => [...block]);
    context.audioWorklet.addModule(module).then(() => {
      const recorder = new AudioWorkletNode(context, "recorder");
      recorder.port.onmessage = ({ data }) => recorded.push(data);
      this.master.connect(recorder);
    });
  };
}
"""


def test_200_switches_in_the_studio_cannot_be_heard_where_nothing_differs(page):
    """HB-SS and MCRA set to remove nothing: what is recorded is the original, on and on."""
    steps.set_slider(page, "hbss-alpha", 0.0)
    steps.set_slider(page, "mcra-g_floor", 1.0)
    page.wait_for_function(
        "() => document.querySelector('#scores').innerText.match(/nothing/g)?.length === 2"
    )
    page.get_by_label("Match loudness").uncheck()
    page.evaluate(RECORD)
    steps.play(page)
    page.wait_for_timeout(300)
    for number in np.random.default_rng(2).choice([1, 3, 4], 200):
        page.keyboard.press(str(number))
    page.wait_for_timeout(1_000)
    recorded = np.array(page.evaluate("window.recorded()"), dtype=np.float32)[4_000:]  # faded in
    page.get_by_text("Download ▾").click()
    bundle = page.get_by_role("link", name="All versions and scores")
    original = original_in(page.request.get(bundle.evaluate("(a) => a.href")).body())
    lag = int(np.argmax(np.correlate(np.tile(original, 2), recorded[:8_000], mode="valid")))
    expected = np.resize(np.roll(original, -lag), recorded.size)
    assert recorded.size > 2 * 16_000
    assert 20 * np.log10(np.max(np.abs(recorded - expected))) <= -96


def original_in(bundle: bytes) -> np.ndarray:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        return soundfile.read(io.BytesIO(archive.read("original.wav")), dtype="float32")[0]
