"""How long from the command to the first page?

    python -m bench.start_up [--rounds 5]

Starts the app again and again, and measures until its page has been served, and until it stands in
a browser and can be used; beside it, in turns, an app that imports torch and transformers first,
as one that loads its model at the start would.
"""

import argparse
import statistics
import tempfile
import time
import urllib.request

from playwright.sync_api import sync_playwright

from bench.app_process import App
from bench.tables import print_head, print_machine, print_row
from tests.support.browser.find_browser import find_browser

STARTS = {
    "this app": "import app; app.main()",
    "torch and transformers first": (
        "import torch; from transformers import AutoTokenizer, MusicgenForConditionalGeneration; "
        "import app; app.main()"
    ),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--browser", default=find_browser(), help="path of a Chromium")
    options = parser.parse_args()
    print_machine("gradio", "torch", "transformers")
    print(f"Medians of {options.rounds} starts in turns, after one that warms the disk.\n")
    print_head("start", "address printed, s", "page served, s", "page can be used, s")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=options.browser, args=["--no-sandbox"])
        moments: dict[str, list] = {name: [] for name in STARTS}
        for number in range(options.rounds + 1):
            for name, code in STARTS.items():
                taken = start(code, browser)
                if number:
                    moments[name].append(taken)
        browser.close()
    for name, rounds in moments.items():
        print_row(name, *(statistics.median(column) for column in zip(*rounds, strict=True)))


def start(code: str, browser) -> tuple[float, float, float]:
    """Seconds from the command until the address is printed, its page is served, and in use."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        with App(folder, code=code, wait_s=0) as app:
            printed = time.perf_counter()
            urllib.request.urlopen(app.address, timeout=60).read()
            served = time.perf_counter()
            page = browser.new_page()
            page.goto(app.address)
            page.wait_for_selector("#generate:not([disabled])")
            page.wait_for_selector(".lab-player[data-ready]")
            usable = time.perf_counter()
            page.close()
    return printed - began, served - began, usable - began


if __name__ == "__main__":
    main()
