"""Hiss added in the Studio, Auto-fit's goal by the residual, and the settings by known truth."""

import json

import numpy as np
import pytest

import app
from audio.clip import AudioClip
from audio.files import wav_bytes
from known_hiss.hissy_clips import ADDED_HISS
from restorers import BY_TRUTH
from tests.browser.conftest import screenshot
from tests.support.browser import steps
from tests.support.browser.axe import violations
from tests.support.browser.boxes import outside
from tests.support.checkpoint import make_codec
from tests.support.server import running

HBSS = "Spectral subtraction (HB-SS)"
RATE_HZ = 32_000


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    return tmp_path_factory.mktemp("library")


@pytest.fixture(scope="module")
def lab(library, tmp_path_factory):
    """An app whose model is a codec with random weights, so that there is a codec at hand."""
    folder = tmp_path_factory.mktemp("lab")
    make_codec(folder / "codec")
    options = [
        "--library",
        str(library),
        "--results",
        str(folder),
        "--model",
        str(folder / "codec"),
    ]
    with running(app.parse_options(options)) as address:
        yield address


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    """Notes of a plucked string, with nothing between them."""
    seconds = np.arange(4 * RATE_HZ) / RATE_HZ
    notes = sum(
        np.sin(2 * np.pi * 220 * k * seconds) / k * np.exp(-(seconds % 1) * k) for k in range(1, 32)
    )
    path = tmp_path_factory.mktemp("clean") / "plucked.wav"
    path.write_bytes(wav_bytes(AudioClip(0.2 * notes[np.newaxis], RATE_HZ)))
    return path


@pytest.fixture
def page(open_page, lab, clean):
    page = open_page(lab)
    steps.upload(page, clean)
    return page


def add_hiss(page, kind="steady", level=-45, file=None):
    before = steps.open_clip(page)
    page.locator("#hiss-menu summary").click()
    page.select_option("#hiss-kind", kind)
    page.fill("#hiss-level", str(level))
    if file:
        page.set_input_files("#hiss-file", file)
    else:
        page.click("#hiss-add")
    steps.wait_for_comparison(page, other_than=before)
    page.locator(".lab-choose[data-condition=clean]").wait_for()


def facts(page) -> dict[str, str]:
    steps.wait_for_scores(page)
    names = page.locator(".lab-truth dt").all_inner_texts()
    return dict(zip(names, page.locator(".lab-truth dd").all_inner_texts(), strict=True))


def decibels(text: str) -> float:
    return float(text.removesuffix(" dB").replace("−", "-"))


@pytest.mark.parametrize("look", ["light", "dark"])
def test_known_hiss_makes_a_clip_whose_scores_tell_the_truth(page, library, look):
    page.emulate_media(color_scheme=look)
    page.locator("#hiss-menu summary").click()
    assert outside(page) == []
    assert violations(page) == []
    screenshot(page, f"known-hiss-menu-{look}")
    page.locator("#hiss-menu summary").click()
    add_hiss(page)
    assert "steady, −45 dBFS hiss" in page.inner_text(".lab-headline")
    steps.choose(page, "hbss")
    gained = facts(page)
    assert decibels(gained["LSD gain"]) > 3
    assert decibels(gained["Hiss removed"]) > 3
    assert decibels(gained["SNR gain"]) > 3
    assert outside(page) == []
    assert violations(page) == []
    screenshot(page, f"known-hiss-{look}")
    record = json.loads((library / steps.open_clip(page) / "clip.json").read_text("utf-8"))
    assert record["provenance"][ADDED_HISS]["level_dbfs"] == -45


def test_the_clean_clip_is_a_version_to_hear(page):
    add_hiss(page, kind="following")
    steps.choose(page, "clean")
    assert "the clip before hiss was added" in page.inner_text(".lab-file")
    assert decibels(facts(page)["Hiss removed"]) > 60


def test_a_recording_of_hiss_and_the_codec_are_added_too(page, tmp_path, clean, tolerated):
    tolerated.append("400 (Bad Request)")
    rng = np.random.default_rng(1)
    recording = tmp_path / "tape.wav"
    recording.write_bytes(wav_bytes(AudioClip(0.1 * rng.standard_normal((1, 44_100)), 44_100)))
    add_hiss(page, kind="file", file=recording)
    assert "file, −45 dBFS hiss" in page.inner_text(".lab-headline")
    page.locator("#hiss-menu summary").click()
    page.select_option("#hiss-kind", "steady")
    page.click("#hiss-add")
    page.get_by_text("Hiss has been added to this clip already").wait_for()
    page.locator("#hiss-menu summary").click()  # which is still open
    steps.upload(page, clean)
    add_hiss(page, kind="codec")
    assert "codec, −45 dBFS hiss" in page.inner_text(".lab-headline")


def test_what_cannot_be_added_is_told(page, tmp_path, tolerated):
    tolerated.append("400 (Bad Request)")
    page.locator("#hiss-menu summary").click()
    page.fill("#hiss-level", "5")
    page.click("#hiss-add")
    page.get_by_text("must lie between -100 and -10 dBFS, got 5").wait_for()
    page.fill("#hiss-level", "")
    page.click("#hiss-add")
    page.get_by_text("Hiss of the kind “steady” needs a level in dBFS.").wait_for()
    page.select_option("#hiss-kind", "file")
    page.fill("#hiss-level", "-50")
    text = tmp_path / "not-a-sound.wav"
    text.write_text("no sound")
    page.set_input_files("#hiss-file", text)
    page.get_by_text("The recording of hiss not-a-sound.wav cannot be read").wait_for()


def test_auto_fit_also_finds_the_strongest_setting_whose_residual_stays_noise(page):
    add_hiss(page)
    steps.choose(page, "hbss")
    before = steps.scores_of(page, HBSS)
    page.select_option("#hbss-goal", "noise")
    page.click("#hbss-fit")
    page.locator("#fit-note", has_text="a residual that stays noise").wait_for()
    steps.wait_for_other_scores(page, HBSS, before)
    share = (
        page.locator(".lab-removal div", has_text="Noise in residual").locator("dd").inner_text()
    )
    assert int(share.removesuffix(" %")) >= 70
    screenshot(page, "fit-noise")


def test_the_settings_by_known_truth_are_a_click_away(page):
    steps.choose(page, "mcra")
    page.click("#mcra-by-truth")
    for name in ("over_estimation", "g_floor", "full_band_mix"):
        value = float(page.locator(f"#mcra-{name} input[type=number]").input_value())
        assert value == getattr(BY_TRUTH["mcra"], name)
    page.locator("#settings summary").click()
    page.locator("#preset option", has_text="By known truth").wait_for(state="attached")
    page.select_option("#preset", "By known truth")
    page.wait_for_function(
        "(value) => document.querySelector('#hbss-alpha input[type=number]').value === value",
        arg=f"{BY_TRUTH['hbss'].alpha:g}",
    )


def test_on_a_phone_the_menu_fits(open_page, lab, clean):
    page = open_page(lab, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    steps.upload(page, clean)
    page.locator("#hiss-menu summary").click()
    assert outside(page) == []
    screenshot(page, "known-hiss-phone")
