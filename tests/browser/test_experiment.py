"""The Experiment page, as a visitor uses it."""

import io
import zipfile

import pytest
from playwright.sync_api import expect

import app
from audio.files import wav_bytes
from tests.browser.conftest import screenshot
from tests.support.demo import library_with_demo
from tests.support.server import running
from tests.support.signals import music_with_hiss


@pytest.fixture
def own_address(tmp_path):
    library = library_with_demo(tmp_path / "library")
    options = ["--library", str(library), "--results", str(tmp_path / "results")]
    with running(app.parse_options(options)) as address:
        yield address


def write_song(folder, name: str, *, seed: int, duration_s=1.0):
    path = folder / f"{name}.wav"
    clip = music_with_hiss(duration_s=duration_s, seed=seed)
    path.write_bytes(wav_bytes(clip, subtype="FLOAT"))
    return path


def choose_files(page, paths) -> None:
    page.set_input_files("#experiment-uploads input[type=file]", paths)
    page.locator("#experiment-uploads .file-preview").wait_for()


def fill_sweep(page, text: str) -> None:
    """The accordion mounts its fields when it is opened, and empties them once it has."""
    field = page.get_by_label("Also try these values")
    field.wait_for()
    page.wait_for_timeout(1000)
    field.fill(text)
    field.press("Tab")
    expect(field).to_have_value(text)


def wait_for_report(page):
    page.wait_for_selector("#experiment-report iframe")
    page.wait_for_function(
        "() => document.querySelector('#experiment-report iframe').clientHeight > 1500"
    )
    return page.frame_locator("#experiment-report iframe")


def test_from_clips_to_report(own_address, open_any, tmp_path):
    page = open_any(own_address, "/experiment")
    screenshot(page, "experiment-empty")
    page.click("#experiment-all")
    page.locator("#experiment-clips .token", has_text="Demo").wait_for()
    (tmp_path / "notes.wav").write_text("no sound")
    songs = [write_song(tmp_path, f"song {n}", seed=n) for n in range(2)]
    choose_files(page, [*songs, tmp_path / "notes.wav"])
    page.get_by_role("button", name="Restorers, sweep, added hiss").click()
    fill_sweep(page, "hbss.alpha=1:2:1")
    page.click("#experiment-run")
    page.locator("#experiment-status progress").wait_for()
    screenshot(page, "experiment-running")
    report = wait_for_report(page)
    for method in ("noisereduce", "hbss", "mcra"):
        report.get_by_role("heading", name=f"Results: {method}").wait_for()
    assert report.locator("figure img").count() == 12 + 2 + 1
    shown = report.locator("body").inner_text()
    assert "3 clips, restored at 16 kHz, mono." in shown
    assert "1 of 3 clips are synthetic music" in shown
    assert "Demo" in shown
    assert "cannot be read as audio" in shown
    screenshot(page, "experiment-report")
    with page.expect_download() as download:
        page.get_by_text("Download everything as ZIP").click()
    with zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes())) as archive:
        names = set(archive.namelist())
    assert {"report.html", "summary.csv", "skipped.csv", "results_mcra.csv"} <= names
    assert len([name for name in names if name.startswith("figures/")]) == 15


def test_stop_keeps_what_is_done_and_resume_does_the_rest(own_address, open_any, tmp_path):
    page = open_any(own_address, "/experiment")
    choose_files(page, [write_song(tmp_path, f"song {n}", seed=n, duration_s=20) for n in range(6)])
    page.get_by_label("Italiano").check()
    page.click("#experiment-run")
    page.get_by_text("clip 1 of 6").or_(page.get_by_text("clip 2 of 6")).wait_for()
    page.click("#experiment-stop")
    page.get_by_text("Stopped. What is done is kept").wait_for()
    page.get_by_text("This experiment is not finished.").wait_for()
    screenshot(page, "experiment-stopped")
    page.click("#experiment-resume")
    report = wait_for_report(page)
    report.get_by_role("heading", name="Conclusione").wait_for()
    assert not page.locator("#experiment-resume").is_visible()

    again = open_any(own_address, "/experiment")  # another visit: it is still there
    again.locator("#experiment-earlier input").click()
    again.get_by_role("option", name="6 clips").click()
    wait_for_report(again).get_by_role("heading", name="Conclusione").wait_for()


def test_what_cannot_be_run_is_explained(own_address, open_any, tmp_path):
    page = open_any(own_address, "/experiment")
    page.click("#experiment-run")
    page.get_by_text("needs at least one clip").wait_for()
    choose_files(page, [write_song(tmp_path, "song", seed=0)])
    page.get_by_role("button", name="Restorers, sweep, added hiss").click()
    fill_sweep(page, "hbss.gamma=1")
    page.click("#experiment-run")
    page.get_by_text("has no parameter “gamma”").wait_for()
    assert page.locator("#experiment-run").is_visible()


def test_known_hiss_ends_with_which_metric_to_trust(own_address, open_any, tmp_path):
    page = open_any(own_address, "/experiment")
    choose_files(page, [write_song(tmp_path, f"song {n}", seed=n) for n in range(2)])
    page.get_by_role("button", name="Restorers, sweep, added hiss").click()
    fill_sweep(page, "hbss.alpha=1:3:1")
    page.locator("#experiment-adds-hiss input").check()
    page.get_by_label("Kind").click()
    page.get_by_role("option", name="following the music's level").click()
    screenshot(page, "experiment-known-hiss")
    page.click("#experiment-run")
    report = wait_for_report(page)
    report.get_by_role("heading", name="Which metric to trust").wait_for()
    assert report.locator("figure img").count() == 12 + 2 + 1 + 2
    assert "following the music, −50 dBFS" in report.locator("body").inner_text()
    screenshot(page, "experiment-trust")
