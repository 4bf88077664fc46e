"""Take the README's picture: python -m tests.support.browser.screenshot FILE"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

import app
from tests.browser.conftest import ARGUMENTS
from tests.support.browser import steps
from tests.support.browser.find_browser import find_browser
from tests.support.server import running


def main(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        options = app.parse_options(["--library", folder, "--results", folder])
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(ARGUMENTS))
        with running(options) as address:
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.goto(address)
            page.locator(".lab-player[data-ready]").wait_for()
            steps.generate(page, synthetic=True)
            steps.play(page)
            page.wait_for_timeout(2500)
            steps.choose(page, "hbss")
            page.wait_for_timeout(1000)  # meters fill, pictures arrive
            page.screenshot(path=path)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
