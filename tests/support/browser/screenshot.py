"""Take the README's picture: python -m tests.browser.screenshot FILE"""

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
            page = browser.new_page(viewport={"width": 1200, "height": 1000})
            page.goto(address)
            page.wait_for_selector("#generate")
            steps.generate(page, synthetic=True)
            steps.play(page)
            page.wait_for_timeout(2500)
            page.keyboard.press("3")
            page.wait_for_timeout(500)
            page.evaluate("scrollTo(0, 0)")  # boxes are counted from what is on screen
            top = page.locator("#hiss").bounding_box()["y"]
            table = page.locator("#scores").bounding_box()
            height = table["y"] + table["height"] - top
            clip = {"x": 0, "y": top, "width": 1200, "height": height}
            page.screenshot(path=path, full_page=True, clip=clip)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
