"""The list of clips in a browser."""

import json

import pytest

import app
from tests.browser.conftest import screenshot
from tests.support.browser import steps
from tests.support.server import running


@pytest.fixture
def studio(checkpoint, tmp_path):
    """An app with a library of its own: its address and folder. Asked for before `open_page`, so
    that the pages go before their server."""
    options = ["--model", str(checkpoint), "--library", str(tmp_path), "--results", str(tmp_path)]
    with running(app.parse_options(options)) as address:
        yield address, tmp_path


def titles(page) -> list[str]:
    return page.locator(".lab-clips li:visible .lab-clip-title").all_inner_texts()


def clips_in(folder) -> list[dict]:
    return [json.loads(path.read_text()) for path in sorted(folder.glob("*/clip.json"))]


def wait_for_clips(page, count: int) -> None:
    page.wait_for_function(
        "(n) => document.querySelectorAll('.lab-clips li').length === n", arg=count
    )


def test_several_prompts_are_made_together_and_found_again(studio, open_page):
    address, folder = studio
    page = open_page(address)
    assert titles(page) == ["Demo"]  # made for a first visit
    page.get_by_role("button", name="Seed, guidance, batch").click()
    page.get_by_label("Batch: one prompt per line").check()
    page.get_by_label("Describe the music").fill("a slow piano\n\nan upbeat jazz quartet")
    steps.generate(page, duration_s=1.5)  # MusicGen
    assert sorted(titles(page)) == ["Demo", "a slow piano", "an upbeat jazz quartet"]
    made = {clip["title"]: clip for clip in clips_in(folder)}
    seeds = [made[title]["prompt"]["seed"] for title in ("a slow piano", "an upbeat jazz quartet")]
    assert seeds == [1235, 1236]
    assert page.inner_text(".lab-headline") == "a slow piano"
    page.get_by_label("Search your clips").fill("JAZZ 1236")
    assert titles(page) == ["an upbeat jazz quartet"]
    assert "1 of 3 clips" in page.inner_text(".lab-library")
    page.get_by_label("Open and play an upbeat jazz quartet").click()
    page.wait_for_function("() => window.tapLevel() > 1e-4")
    assert page.inner_text(".lab-headline") == "an upbeat jazz quartet"
    screenshot(page, "17-library")


def test_too_many_prompts_are_explained(studio, open_page):
    page = open_page(studio[0])
    page.get_by_role("button", name="Seed, guidance, batch").click()
    page.get_by_label("Batch: one prompt per line").check()
    page.get_by_label("Describe the music").fill("\n".join("abcdefghi"))
    page.click("#generate")
    page.get_by_text("Please write 1 to 8 prompts, one on each line; there are 9.").wait_for()


def test_a_clip_is_renamed_downloaded_made_again_and_deleted(studio, open_page):
    address, folder = studio
    page = open_page(address)
    steps.generate(page, synthetic=True, duration_s=1.5)
    steps.play(page)
    page.get_by_role("button", name="Rename").click()
    page.get_by_label("New title").fill("my <b>song</b> ${x}")
    page.keyboard.press("Enter")
    page.wait_for_function(
        "() => document.querySelector('.lab-headline').innerText.startsWith('my <b>song</b> ${x}')"
    )
    assert titles(page) == ["my <b>song</b> ${x}", "Demo"]
    assert page.locator(".lab-play", has_text="Pause").is_visible()  # and plays on

    demo, clip = clips_in(folder)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download WAV").click()
    stored = (folder / clip["clip_id"] / "original.wav").read_bytes()
    assert download.value.path().read_bytes() == stored
    assert download.value.suggested_filename == f"{clip['clip_id']}.wav"

    page.get_by_role("button", name="Regenerate").click()
    wait_for_clips(page, 3)
    prompts = [clip["prompt"] for clip in clips_in(folder)[1:]]
    assert prompts[0]["text"] == prompts[1]["text"]
    assert prompts[0]["seed"] != prompts[1]["seed"]
    steps.wait_for_comparison(page, other_than=clip["clip_id"])

    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Cancel").click()
    assert len(titles(page)) == 3
    page.get_by_role("button", name="Delete").click()
    screenshot(page, "18-delete")
    page.get_by_role("button", name="Yes, delete it").click()
    wait_for_clips(page, 2)
    page.locator(".lab-player").wait_for(state="hidden")
    assert page.locator("#nothing-yet").is_visible()
    assert not page.locator("#hiss").is_visible()
    left = [found["clip_id"] for found in clips_in(folder)]
    assert left == [demo["clip_id"], clip["clip_id"]]
    page.locator(".lab-open").first.click()
    steps.wait_for_comparison(page)
    assert steps.open_clip(page) == clip["clip_id"]


def test_clips_are_there_for_the_next_visit_and_damaged_ones_are_reported(
    studio, open_page, tolerated
):
    tolerated += ["status of 404"]
    address, folder = studio
    first = open_page(address)
    steps.generate(first, synthetic=True, duration_s=1.5)
    wait_for_clips(first, 2)
    damaged, good = (clip["clip_id"] for clip in clips_in(folder))
    (folder / damaged / "clip.json").write_text("{")
    (folder / good / "original.wav").write_bytes(b"RIFF")
    second = open_page(address)
    wait_for_clips(second, 1)
    assert f"Clip {damaged} is missing or damaged." in second.inner_text(".lab-problems")
    second.get_by_text(f"The sound of clip {good} is missing or damaged.").wait_for()
    screenshot(second, "19-damaged")
    assert not second.locator(".lab-player").is_visible()


def test_a_clip_deleted_by_somebody_else_is_explained(studio, open_page, tolerated):
    tolerated += ["status of 404"]
    pages = [open_page(studio[0])]
    steps.generate(pages[0], synthetic=True, duration_s=1.5)
    pages.append(open_page(studio[0]))
    pages[0].get_by_role("button", name="Delete").click()
    pages[0].get_by_role("button", name="Yes, delete it").click()
    wait_for_clips(pages[0], 1)
    steps.choose(pages[1], "hbss")
    steps.set_slider(pages[1], "hbss-alpha", 3.0)
    pages[1].locator(".lab-toast", has_text="is missing or damaged").wait_for()
    pages[1].locator("#nothing-yet").wait_for()
