"""Chromium, Firefox and WebKit behind one small class: pages, scripts, real clicks and keys.

Firefox is driven by Playwright over WebDriver BiDi, WebKit (WebKitGTK's MiniBrowser, Safari's
engine) by W3C WebDriver over HTTP.
"""

import glob
import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Playwright

from tests.support.browser.find_browser import find_browser

HERE = Path(__file__).parent
FIREFOX_PATCH = HERE / "firefox_lets_pass.cjs"
MINI_BROWSERS = "/usr/lib/*/webkit2gtk-4.*/MiniBrowser"
WAIT_S = 60.0
SCRIPT_MS = 120_000
PLACE = """([selector, nth]) => {
  const node = [...document.querySelectorAll(selector)]
    .filter((one) => one.getClientRects().length && !one.disabled)[nth];
  if (!node) return null;
  node.scrollIntoView({ block: "center", behavior: "instant" });
  const box = node.getBoundingClientRect();
  return [box.left + box.width / 2, box.top + box.height / 2];
}"""


class Page(ABC):
    """One page of one browser. Scripts are functions of one argument; both ways go as JSON."""

    @abstractmethod
    def goto(self, address: str) -> None: ...

    @abstractmethod
    def evaluate(self, function: str, argument: object = None) -> Any: ...

    @abstractmethod
    def _click_at(self, x: float, y: float) -> None: ...

    @abstractmethod
    def close(self) -> None: ...

    def wait(self, function: str, argument: object = None, *, seconds: float = WAIT_S) -> Any:
        """What the function returns once that is true; raises TimeoutError."""
        end = time.monotonic() + seconds
        while not (found := self.evaluate(function, argument)):
            if time.monotonic() > end:
                raise TimeoutError(f"{function} {argument!r} within {seconds:g} s: {self.text()}")
            time.sleep(0.1)
        return found

    def click(self, selector: str, nth: int = 0) -> None:
        """By the pointer, as soon as it is there and can be used."""
        self.wait(PLACE, [selector, nth])
        time.sleep(0.1)  # it may have been scrolled to
        self._click_at(*self.wait(PLACE, [selector, nth]))

    def text(self) -> str:
        return self.evaluate("() => document.body.innerText")

    def wait_for_text(self, text: str) -> None:
        self.wait("(text) => document.body.innerText.includes(text)", text)


class PlaywrightPage(Page):
    """Chromium or Firefox."""

    def __init__(self, playwright: Playwright, name: str, environment: Mapping[str, str]):
        env: dict[str, str | float | bool] = {**os.environ, **environment}
        env.pop("NODE_OPTIONS", None)
        if name == "firefox":
            self._browser = playwright.firefox.launch(
                channel="moz-firefox", executable_path=shutil.which("firefox-esr"), env=env
            )
        else:
            self._browser = playwright.chromium.launch(
                executable_path=find_browser(), args=["--no-sandbox", "--disable-gpu"], env=env
            )
        self._page = self._browser.new_page()
        self._page.set_default_timeout(1000 * WAIT_S)

    def goto(self, address: str) -> None:
        self._page.goto(address)

    def evaluate(self, function: str, argument: object = None) -> Any:
        as_text = f"async (text) => JSON.stringify(await ({function})(JSON.parse(text)) ?? null)"
        return json.loads(self._page.evaluate(as_text, json.dumps(argument)))

    def _click_at(self, x: float, y: float) -> None:
        self._page.mouse.click(x, y)

    def close(self) -> None:
        self._browser.close()


class WebKitPage(Page):
    def __init__(self, environment: Mapping[str, str]):
        port = _free_port()
        self._driver = subprocess.Popen(
            ["WebKitWebDriver", f"--port={port}"],
            env={**os.environ, **environment, "WEBKIT_DISABLE_COMPOSITING_MODE": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._root = f"http://127.0.0.1:{port}"
        self._session = ""
        try:
            self._wait_for_driver()
            options = {"binary": glob.glob(MINI_BROWSERS)[0], "args": ["--automation"]}
            wanted = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
            made = self._ask("POST", "/session", {"capabilities": wanted})
            self._session = f"/session/{made['sessionId']}"
            self._ask("POST", f"{self._session}/timeouts", {"script": SCRIPT_MS})
            size = {"x": 0, "y": 0, "width": 1280, "height": 1000}
            self._ask("POST", f"{self._session}/window/rect", size)
        except BaseException:
            self._driver.kill()
            raise

    def goto(self, address: str) -> None:
        self._ask("POST", f"{self._session}/url", {"url": address})

    def evaluate(self, function: str, argument: object = None) -> Any:
        script = f"""
          const [text, done] = arguments;
          (async () => JSON.stringify(await ({function})(JSON.parse(text)) ?? null))()
            .then((found) => done({{ found }}), (error) => done({{ error: String(error) }}));
        """
        answer = self._ask(
            "POST",
            f"{self._session}/execute/async",
            {"script": script, "args": [json.dumps(argument)]},
        )
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return json.loads(answer["found"])

    def _click_at(self, x: float, y: float) -> None:
        move = {"type": "pointerMove", "duration": 0, "x": round(x), "y": round(y)}
        actions = [
            {**move, "origin": "viewport"},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        pointer = {"type": "pointer", "id": "mouse", "actions": actions}
        self._ask("POST", f"{self._session}/actions", {"actions": [pointer]})

    def close(self) -> None:
        try:
            self._ask("DELETE", self._session)
        finally:
            self._driver.terminate()
            self._driver.wait(timeout=10)

    def _wait_for_driver(self) -> None:
        end = time.monotonic() + WAIT_S
        while True:
            try:
                self._ask("GET", "/status")
                return
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        data = json.dumps(body or {}).encode() if method == "POST" else None
        request = urllib.request.Request(self._root + path, data=data, method=method)
        request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=SCRIPT_MS / 1000 + 60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            told = json.load(error)["value"]
            raise RuntimeError(f"{told['error']}: {told['message']}") from error


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]
