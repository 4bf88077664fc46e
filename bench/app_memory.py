"""Does the app grow while clips are compared in it, one after the other?

    python -m bench.app_memory [--comparisons 200] [--browser PATH]

Starts the app with a library of synthetic clips of ten seconds, opens them in headless Chromium in
turn, waits for the sounds, scores and pictures of every one, and moves two sliders of each. Prints
the memory of the app's process (resident set) as it goes.
"""

import argparse
import tempfile
import time

from playwright.sync_api import Page, sync_playwright

from bench.app_process import App, fill_library
from bench.tables import print_head, print_machine, print_row
from tests.support.browser import steps
from tests.support.browser.find_browser import find_browser

N_CLIPS = 8
DURATION_S = 10.0
LOOKS = 10
MOVES = {"hbss-alpha": ("HB-SS", (0.9, 1.7)), "mcra-g_floor": ("MCRA", (0.1, 0.2))}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--comparisons", type=int, default=200)
    parser.add_argument("--browser", default=find_browser(), help="path of a Chromium")
    options = parser.parse_args()
    print_machine("gradio", "numpy", "librosa")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        fill_library(folder, N_CLIPS, DURATION_S)
        with App(folder) as app:
            browser = play.chromium.launch(executable_path=options.browser, args=["--no-sandbox"])
            page = browser.new_page()
            page.set_default_timeout(60_000)
            page.goto(app.address)
            began = time.perf_counter()
            print_head("comparisons", "the app's memory, MiB", "s since the first")
            for number in range(options.comparisons):
                compare(page, number)
                done = number + 1
                if done == 1 or done * LOOKS % options.comparisons == 0:
                    print_row(done, round(app.memory_mib()), round(time.perf_counter() - began))
            browser.close()


def compare(page: Page, number: int) -> None:
    """Open the next clip of the library and move two sliders; wait for all that follows."""
    clip = page.locator(".lab-library .lab-open").nth(number % N_CLIPS)
    title = clip.locator(".lab-clip-title").inner_text()
    before = steps.scores_of(page, "MCRA") if number else ""
    clip.click()
    page.locator(".lab-headline", has_text=title).wait_for()
    steps.wait_for_comparison(page)
    steps.wait_for_other_scores(page, "MCRA", before)
    for slider, (method, values) in MOVES.items():
        before = steps.scores_of(page, method)
        steps.set_slider(page, slider, values[number % 2])
        steps.wait_for_other_scores(page, method, before)


if __name__ == "__main__":
    main()
