"""Print the path of the browser that the tests use; exits with an error if there is none."""

import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)


def find_browser() -> str | None:
    """A Chromium on the PATH, else the one Playwright fetched, else None."""
    for name in NAMES:
        path = shutil.which(name)
        # Ubuntu puts a script of this name there that only asks for the snap.
        if path and subprocess.run([path, "--version"], capture_output=True).returncode == 0:
            return path
    with sync_playwright() as playwright:
        fetched = playwright.chromium.executable_path
    return fetched if Path(fetched).exists() else None


if __name__ == "__main__":
    print(find_browser() or sys.exit("no Chromium found"))
