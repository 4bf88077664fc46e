"""Does the app grow with people who open a clip, listen, move a slider and leave?

    python -m bench.visit_memory [--visits 300] [--browser PATH]

Starts the app with eight synthetic clips of ten seconds. Each visit is a new page in headless
Chromium that opens a clip, waits for sounds, scores and pictures, moves a slider of HB-SS, and is
closed. Prints the memory of the app's process (resident set) as it goes.
"""

import argparse
import tempfile
import time

from playwright.sync_api import Browser, sync_playwright

from bench.app_process import App, fill_library
from bench.tables import print_head, print_machine, print_row
from tests.support.browser import steps
from tests.support.browser.find_browser import find_browser

N_CLIPS = 8
DURATION_S = 10.0
LOOKS = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--visits", type=int, default=300)
    parser.add_argument("--browser", default=find_browser(), help="path of a Chromium")
    options = parser.parse_args()
    print_machine("gradio", "numpy", "librosa")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        fill_library(folder, N_CLIPS, DURATION_S)
        with App(folder) as app:
            browser = play.chromium.launch(executable_path=options.browser, args=["--no-sandbox"])
            began = time.perf_counter()
            print_head("visits", "the app's memory, MiB", "s since the first")
            for number in range(options.visits):
                visit(browser, app.address, number)
                done = number + 1
                if done == 1 or done * LOOKS % options.visits == 0:
                    print_row(done, round(app.memory_mib()), round(time.perf_counter() - began))
            browser.close()


def visit(browser: Browser, address: str, number: int) -> None:
    """A page of its own from its opening to its end."""
    with browser.new_context() as context:
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.goto(address)
        page.locator(".lab-library .lab-open").nth(number % N_CLIPS).click()
        steps.wait_for_comparison(page)
        before = steps.scores_of(page, "HB-SS")
        steps.set_slider(page, "hbss-alpha", 1.25 + 0.05 * (number % 16))
        steps.wait_for_other_scores(page, "HB-SS", before)


if __name__ == "__main__":
    main()
