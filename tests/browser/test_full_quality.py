"""Stereo at the file's own rate, and clips longer than a part, in a real browser."""

import io

import numpy as np
import pytest
import soundfile

from audio.clip import AudioClip
from restorers import RESTORERS
from tests.support.browser import steps
from tests.support.signals import music_with_hiss

RATE_HZ = 44_100
LONG_S = 75.0
STEP_24 = 2.0**-23


def stereo(duration_s: float, seed: int = 0) -> np.ndarray:
    """On the grid of a 24-bit file; shape (2, n_samples)"""
    left, right = (
        music_with_hiss(sample_rate_hz=RATE_HZ, duration_s=duration_s, seed=seed + c).samples[0]
        for c in range(2)
    )
    return np.rint(np.stack([left, 0.5 * right]) / STEP_24).astype(np.float32) * STEP_24


def written(path, samples: np.ndarray):
    soundfile.write(path, samples.T, RATE_HZ, subtype="PCM_24")
    return path


@pytest.fixture(scope="module")
def long_samples():
    return stereo(LONG_S)


@pytest.fixture(scope="module")
def long_file(long_samples, tmp_path_factory):
    return written(tmp_path_factory.mktemp("uploads") / "long.wav", long_samples)


def at_full_quality(page) -> None:
    page.get_by_label("Sample rate").select_option("full")
    page.wait_for_function(
        "() => JSON.parse(sessionStorage['musicgen-restoration-lab-workbench']).format === 'full'"
    )
    page.wait_for_selector(".lab-player[data-ready]")


def downloaded(page) -> tuple[soundfile.SoundFile, np.ndarray]:
    """What “Download at full quality” gives of the version that is heard."""
    page.get_by_text("Download ▾").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download at full quality").click()
    page.keyboard.press("Escape")
    file = soundfile.SoundFile(io.BytesIO(download.value.path().read_bytes()))
    return file, file.read(dtype="float32").T


def downloads_at_full_quality(page, samples: np.ndarray) -> None:
    wanted = RESTORERS["hbss"]().restore(AudioClip(samples, RATE_HZ)).samples
    residual = page.get_by_role("button", name="Residual", exact=False).first
    for condition, sound in {"original": samples, "hbss": wanted, "": samples - wanted}.items():
        if condition:
            steps.choose(page, condition)
        else:
            residual.click()
        file, found = downloaded(page)
        assert (file.samplerate, file.channels, file.subtype) == (RATE_HZ, 2, "PCM_24")
        assert np.max(np.abs(found - sound)) <= STEP_24  # rounded to 24 bits
    residual.click()


def test_downloads_have_the_quality_of_the_file_whatever_is_heard(open_page, address, tmp_path):
    samples = stereo(3.0)
    page = open_page(address)
    steps.upload(page, written(tmp_path / "song.wav", samples))
    downloads_at_full_quality(page, samples)
    steps.drag_loop(page, 0.25, 0.75)
    steps.choose(page, "mcra")
    steps.play(page)
    at_full_quality(page)  # place, loop, choice and playing stay
    page.locator(".lab-player .lab-play", has_text="Pause").wait_for()
    page.wait_for_function("() => tapLevel() > 0.01")
    assert steps.chosen(page) == "mcra"
    assert page.get_by_label("Loop start").get_attribute("aria-valuenow") == "0.75"
    assert 0.75 <= steps.position_s(page) <= 2.25
    steps.pause(page)
    assert "44.1 kHz stereo" in page.get_by_label("Sample rate").inner_text()
    assert page.locator(".lab-player [role=meter]").count() == 2
    downloads_at_full_quality(page, samples)


def test_a_long_clip_is_open_in_parts_and_a_loop_becomes_a_clip(
    open_page, address, long_file, long_samples
):
    page = open_page(address)
    steps.upload(page, long_file)
    hint = page.locator(".lab-overview .lab-hint")
    assert hint.inner_text().startswith("Open: 0:00–1:00 of 1:15.")
    steps.choose(page, "mcra")
    page.locator(".lab-part").press("PageUp")
    hint.filter(has_text="Open: 0:15–1:15 of 1:15.").wait_for()
    page.wait_for_selector(".lab-player[data-ready]")
    page.click("#start-vote")
    page.get_by_text("at most 60 s long; loop a part of this one").wait_for()
    page.reload()  # and the part comes back
    hint.filter(has_text="Open: 0:15–1:15 of 1:15.").wait_for()
    page.wait_for_selector(".lab-player[data-ready]")
    page.wait_for_function(
        "() => document.querySelector('.lab-player .lab-choose[aria-pressed=true]')"
        ".dataset.condition === 'mcra'"
    )  # the choice stays
    steps.drag_loop(page, 0.25, 0.5)
    page.get_by_text("Set loop ▾").click()
    before = steps.open_clip(page)
    page.get_by_role("button", name="Cut to the loop").click()
    headline = page.locator(".lab-headline")
    headline.filter(has_text="long (").wait_for()
    page.locator(".lab-overview").wait_for(state="hidden")
    steps.wait_for_comparison(page, other_than=before)
    steps.choose(page, "original")
    file, found = downloaded(page)
    assert (file.samplerate, file.channels, file.subtype) == (RATE_HZ, 2, "PCM_24")
    start_s = float(headline.inner_text().split("(")[1].split("–")[0])
    assert start_s == pytest.approx(30.0, abs=0.5)  # a quarter of the part from 15 s on
    first = int(np.argmin([
        np.abs(long_samples[:, at : at + 50] - found[:, :50]).sum()
        for at in range(round((start_s - 0.01) * RATE_HZ), round((start_s + 0.01) * RATE_HZ))
    ])) + round((start_s - 0.01) * RATE_HZ)  # fmt: skip
    assert np.array_equal(found, long_samples[:, first : first + found.shape[1]])
