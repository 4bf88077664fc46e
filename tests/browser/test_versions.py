"""Versions made elsewhere and commands: heard, scored, voted on, in a study and its results."""

import json

import numpy as np
import pytest

import app
from audio.clip import AudioClip
from audio.files import FLOAT, read_clip, wav_bytes
from generation import Prompt, SyntheticMusic
from listening import read_votes
from listening.analysis.__main__ import main as analyse
from restorers import RESTORERS
from tests.browser.conftest import screenshot
from tests.browser.test_studies import make_study, open_to_listeners, wait_for_summary
from tests.support.browser import listener, steps
from tests.support.browser.everybody import each_screen, faults, screen
from tests.support.commands import command_entry, gain_entry, restorers_file
from tests.support.server import running

SECRETS = ("Zebra", "Yonder", "zebra-mix", "yonder-mix", "sha256")


def write(path, clip: AudioClip):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(wav_bytes(clip, subtype=FLOAT))
    return path


@pytest.fixture(scope="module")
def original() -> AudioClip:
    return SyntheticMusic().generate(Prompt("a slow piano piece", duration_s=3.0, seed=7))


@pytest.fixture(scope="module")
def files(original, tmp_path_factory):
    """The original, two versions of it, and something else."""
    folder = tmp_path_factory.mktemp("files")
    soft = RESTORERS["hbss"](alpha=3.0).restore(original)
    late = soft.with_samples(np.pad(soft.samples, ((0, 0), (137, 0))))
    dull = RESTORERS["lowpass"](cutoff_hz=5000.0).restore(original)
    other = SyntheticMusic().generate(Prompt("a fast drum solo", duration_s=3.0, seed=99))
    return {
        "original": write(folder / "original.wav", original),
        "zebra": write(folder / "zebra-mix.wav", late),
        "yonder": write(folder / "yonder-mix.wav", dull.with_samples(-dull.samples)),
        "other": write(folder / "other.wav", other),
    }


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """An app with a library of its own, and three commands; its address and its results."""
    folder = tmp_path_factory.mktemp("lab")
    entries = [
        gain_entry(folder, more='note = "A note about it."'),
        command_entry(folder, "broken", "import sys; sys.exit('it has no weights')"),
        command_entry(folder, "slow", "import time; time.sleep(30)"),
    ]
    options = ["--library", str(folder / "library"), "--results", str(folder / "results"),
               "--restorers-file", str(restorers_file(folder, *entries))]  # fmt: skip
    with running(app.parse_options(options)) as address:
        yield address, folder / "results"


@pytest.fixture
def page(open_page, lab, files):
    page = open_page(lab[0])
    steps.upload(page, files["original"])
    return page


def add_version(page, path, title: str | None = None) -> None:
    page.locator("#versions-menu summary").click()
    if title:
        page.fill("#version-name", title)
    page.set_input_files("#version-file", path)


def wait_for_version(page, condition: str) -> None:
    """Until it is the chosen one and can be heard."""
    page.locator(f".lab-choose[data-condition='{condition}'][aria-pressed=true]").wait_for()
    page.wait_for_selector(".lab-player[data-ready]")
    button = page.locator(f".lab-choose[data-condition='{condition}']:not(.lab-pending)")
    button.wait_for()
    row, box = page.locator(".lab-version-buttons").bounding_box(), button.bounding_box()
    assert row["x"] <= box["x"] <= box["x"] + box["width"] <= row["x"] + row["width"]
    steps.wait_for_scores(page)


def show(page, condition: str) -> None:
    page.locator("#versions-menu summary").click()
    page.locator(f"#versions-menu input[data-version='{condition}']").check()
    page.keyboard.press("Escape")


def test_a_version_is_aligned_heard_scored_and_drawn(page, files):
    add_version(page, files["zebra"], "Zebra")
    wait_for_version(page, "Zebra")
    facts = page.inner_text(".lab-file:visible")
    assert "zebra-mix.wav (32 kHz mono, 3.0" in facts
    assert "Delay of 137 samples (4.3 ms) corrected." in facts
    assert page.locator(".lab-score").count() == 3
    steps.play(page)
    page.wait_for_function("() => window.tapLevel() > 1e-4")
    page.locator(".lab-residual").click()
    page.locator(".lab-residual[aria-pressed=true]").wait_for()
    page.locator(".lab-residual").click()
    steps.pause(page)
    page.wait_for_function(
        "() => { const i = document.querySelector('.lab-spectrogram img');"
        " return i.complete && i.naturalWidth > 0 && i.alt.includes('Zebra'); }"
    )
    screenshot(page, "17-version")
    page.keyboard.press("1")
    assert "Zebra" in page.inner_text("#scores table")
    page.reload()  # it is still there
    page.locator(".lab-choose[data-condition=Zebra]").wait_for()


def test_its_download_is_the_aligned_file(page, files):
    add_version(page, files["zebra"])
    wait_for_version(page, "zebra-mix")
    page.get_by_text("Download ▾").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download at full quality").click()
    taken = read_clip(download.value.path())
    expected = RESTORERS["hbss"](alpha=3.0).restore(read_clip(files["original"]))
    assert taken.shape == expected.shape
    np.testing.assert_allclose(taken.samples, expected.samples, atol=1e-6)


def test_another_piece_is_refused_with_its_numbers(page, files, tolerated):
    tolerated.append("400 (Bad Request)")
    add_version(page, files["other"])
    page.locator(".lab-status.lab-error", has_text="does not match the original").wait_for()
    assert "its similarity is 0.0" in page.inner_text(".lab-status")
    assert page.locator(".lab-choose").count() == 4


def test_a_version_can_be_removed(page, files):
    add_version(page, files["yonder"], "Yonder <b>")
    wait_for_version(page, "Yonder-b")
    assert "Inverted polarity corrected." in page.inner_text(".lab-file:visible")
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator(".lab-remove:visible").click()
    page.locator(".lab-choose[data-condition=original][aria-pressed=true]").wait_for()
    assert page.locator(".lab-choose").count() == 4


def test_a_command_has_its_button_its_slider_and_its_fit(page):
    assert page.locator(".lab-choose[data-condition=gain]").count() == 0
    show(page, "gain")
    steps.choose(page, "gain")
    page.locator(".lab-choose[data-condition=gain]:not(.lab-pending)").wait_for()
    assert "A note about it." in page.inner_text(".lab-controls:visible")
    page.locator(".lab-score").nth(2).wait_for()
    steps.set_slider(page, "gain-gain", 0.5)
    page.locator(".lab-removal", has_text="−6.02 LU").wait_for()
    page.click("#gain-fit")
    page.locator("#fit-note", has_text="strongest").wait_for()
    screenshot(page, "17-command")


@each_screen
def test_versions_fit_every_screen_and_can_be_used_by_everybody(
    open_page, lab, files, width, tolerated
):
    tolerated.append("400 (Bad Request)")
    page = open_page(lab[0], **screen(width))
    before = steps.open_clip(page)
    steps.show_clips(page)
    page.set_input_files("#upload input[type=file]", files["original"])
    is_other = "(clip) => new URLSearchParams(location.search).get('clip') !== clip"
    page.wait_for_function(is_other, arg=before)
    page.wait_for_selector(".lab-player[data-ready]")

    def states():
        add_version(page, files["zebra"], "Zebra")
        wait_for_version(page, "Zebra")
        yield "file"
        page.locator("#versions-menu summary").click()
        yield "menu"
        page.keyboard.press("Escape")
        show(page, "gain")
        steps.choose(page, "gain")
        page.locator(".lab-choose[data-condition=gain]:not(.lab-pending)").wait_for()
        page.locator(".lab-score").nth(2).wait_for()
        yield "command"
        show(page, "broken")
        steps.choose(page, "broken")
        page.locator(".lab-problem", has_text="it has no weights").wait_for()
        yield "broken"

    assert faults(page, states(), width, lambda name: screenshot(page, f"17-{name}")) == {}


def test_one_that_fails_is_named_and_nothing_else_waits_or_stops(page, tolerated):
    tolerated.append("400 (Bad Request)")
    show(page, "slow")
    page.locator(".lab-status", has_text="The slow is at work").wait_for()
    show(page, "broken")
    steps.choose(page, "hbss")
    steps.set_slider(page, "hbss-alpha", 3.0)
    steps.wait_for_scores(page)  # while the slow one is at work
    page.locator(".lab-score").nth(2).wait_for()
    page.locator("#versions-menu summary").click()
    page.locator("#versions-menu input[data-version=slow]").uncheck()
    page.keyboard.press("Escape")
    steps.choose(page, "broken")
    sentence = "The broken failed (exit status 1): it has no weights."
    page.locator(".lab-problem", has_text=sentence).wait_for()
    screenshot(page, "17-broken")
    steps.play(page)
    page.wait_for_function("() => window.tapLevel() > 1e-4")


def test_a_folder_of_conditions_becomes_clips_with_versions(
    open_page, lab, files, original, tmp_path
):
    root = tmp_path / "study"
    for name in ("one", "two"):
        write(root / "original" / f"{name}.wav", original)
    write(root / "methodA" / "one.wav", read_clip(files["zebra"]))
    write(root / "methodA" / "two.wav", read_clip(files["zebra"]))
    write(root / "methodB" / "one.wav", read_clip(files["yonder"]))
    write(root / "methodB" / "lonely.wav", original)
    page = open_page(lab[0])
    page.set_input_files("#folder-files", root)
    page.locator("#folder-said", has_text="2 clips added.").wait_for()
    assert "lonely is left out" in page.inner_text("#folder-said")
    page.locator(".lab-choose[data-condition=methodA]").wait_for()
    page.locator(".lab-choose[data-condition=methodB]").wait_for()


def test_a_blind_test_records_the_file(page, lab, files):
    add_version(page, files["zebra"], "Zebra")
    wait_for_version(page, "Zebra")
    for condition in ("noisereduce", "mcra"):
        page.locator("#versions-menu summary").click()
        page.locator(f"#versions-menu input[data-version={condition}]").uncheck()
        page.keyboard.press("Escape")
    page.click("#start-vote")
    page.locator(".lab-ballot[data-ready]").wait_for()
    assert not any(secret in page.locator("#ballot").inner_html() for secret in SECRETS)
    steps.fill_ballot(page, ratings=dict.fromkeys("ABC", 40), preferred="B")
    steps.save_vote(page)
    assert "= Zebra" in page.inner_text("#reveal table")
    rows = {row["condition"]: row for row in read_votes(lab[1] / "votes.csv")[-3:]}
    assert set(rows) == {"original", "hbss", "Zebra"}
    params = json.loads(rows["Zebra"]["params"])
    assert params["file"] == "zebra-mix.wav"
    assert len(params["sha256"]) == 64


def test_a_study_of_two_versions_to_the_names_in_its_analysis(
    page, open_any, lab, files, tmp_path, capsys
):
    address, results = lab
    for name in ("zebra", "yonder"):
        add_version(page, files[name], name.capitalize())
        wait_for_version(page, name.capitalize())
    steps.go_to(page, "Studies")
    make_study(page, "Meadow")
    versions = page.locator("#study-versions")
    for title in ("Spectral gating (noisereduce)", "Spectral subtraction (HB-SS)",
                  "Noise tracking (MCRA)"):  # fmt: skip
        versions.get_by_label(title).uncheck()
    page.click("#study-add")
    page.locator("#study-summary table").wait_for()
    listed = page.inner_text("#study-summary table")
    assert "Zebra: file zebra-mix.wav" in listed
    assert "HB-SS" not in listed
    page.get_by_label("Training trial").uncheck()
    wait_for_summary(page, "Each listener gets 1 trial")
    screenshot(page, "17-study")
    link = open_to_listeners(page)
    guest = open_any(address, link.removeprefix(address), init_script=listener.HURRY)
    told = []
    guest.on("response", lambda answer: told.append(answer))
    listener.to_first_trial(guest)
    listener.fill(guest, rating=60, preferred=1)
    texts = [guest.content(), *(json.dumps(answer.headers) + answer.url for answer in told)]
    texts += [answer.text() for answer in told if "json" in answer.headers.get("content-type", "")]
    assert len(texts) > 8
    assert [s for s in SECRETS for text in texts if s.lower() in text.lower()] == []
    sounds = [answer.body() for answer in told if "/media/" in answer.url][-3:]
    assert len({len(sound) for sound in sounds}) == 1
    listener.send(guest)
    rows = [row for row in read_votes(results / "votes.csv") if "meadow" in row["study_id"]]
    assert {row["condition"] for row in rows} == {"original", "Zebra", "Yonder"}
    steps.go_to(page, "Results")
    page.locator("#results", has_text="Zebra").wait_for()
    capsys.readouterr()
    assert analyse([str(results), "--out", str(tmp_path / "verdict")]) == 0
    report = (tmp_path / "verdict" / "report.html").read_text(encoding="utf-8")
    assert "Zebra" in report
    assert "Yonder" in report
