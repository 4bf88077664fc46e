"""A real Chromium, and pages that report whatever goes wrong in them."""

from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

import app
from listening.study import StudyRules
from listening.study_store import StudyStore
from tests.support import trials
from tests.support.browser import listener
from tests.support.browser.find_browser import find_browser
from tests.support.demo import library_with_demo
from tests.support.server import running
from ui.studio.vote_panel import LISTENER_KEY

ARTIFACTS = Path(__file__).parents[2] / "artifacts"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)
QUICK = StudyRules(min_listening_s=0.2)
# Every sound that leaves a page also goes through an analyser that tests can read.
TAP = """
const connect = AudioNode.prototype.connect;
AudioNode.prototype.connect = function (target, ...rest) {
  if (target instanceof AudioDestinationNode) {
    window.tap = new AnalyserNode(this.context, { fftSize: 4096, smoothingTimeConstant: 0 });
    connect.call(this, window.tap);
  }
  return connect.call(this, target, ...rest);
};
window.tapLevel = () => {
  if (!window.tap) return 0;
  const samples = new Float32Array(window.tap.fftSize);
  window.tap.getFloatTimeDomainData(samples);
  return Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);
};
window.tapHighBandDb = () => {
  const bins = new Float32Array(window.tap.frequencyBinCount);
  window.tap.getFloatFrequencyData(bins);
  const first = Math.round(6500 / (window.tap.context.sampleRate / 2) * bins.length);
  const last = Math.round(7500 / (window.tap.context.sampleRate / 2) * bins.length);
  const power = bins.slice(first, last).reduce((sum, db) => sum + 10 ** (db / 10), 0);
  return 10 * Math.log10(power);
};
"""


@pytest.fixture(scope="session")
def chromium():
    path = find_browser()
    if path is None:
        pytest.fail("No Chromium found: browser tests are never skipped. `make test` installs it.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def results(tmp_path_factory):
    return tmp_path_factory.mktemp("results")


@pytest.fixture(scope="session")
def address(checkpoint, results, tmp_path_factory):
    """The app with the tiny MusicGen checkpoint."""
    library = library_with_demo(tmp_path_factory.mktemp("library"))
    options = ["--model", str(checkpoint), "--library", str(library), "--results", str(results)]
    with running(app.parse_options(options)) as address:
        yield address


@pytest.fixture
def tolerated():
    """Parts of messages that a test causes on purpose; all others fail it."""
    return []


@pytest.fixture
def open_any(chromium, tolerated):
    """Opens pages that fail the test on script errors and on requests to other addresses, those
    of pages they open themselves among them."""
    contexts, problems, left = [], [], []

    def open_at(address: str, path: str = "/", init_script: str = "", **options):
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        context.add_init_script(TAP)
        context.add_init_script(init_script)
        page = context.new_page()
        page.set_default_timeout(90_000)  # the first clip loads torch, on a cold disk
        page.on("pageerror", lambda error: problems.append(f"script error: {error}"))
        page.on("framenavigated", lambda frame: left.append(frame.url))
        page.on(
            "console",
            lambda message: (
                problems.append(f"{message.text} at {message.location['url']}")
                if message.type == "error"
                else None
            ),
        )
        context.on(
            "request",
            lambda request: (
                problems.append(f"asked {request.url}")
                if not request.url.startswith((f"{address}/", "data:", "blob:"))
                else None
            ),
        )
        page.goto(address + path)
        return page

    yield open_at
    for context in contexts:
        context.close()
    if len(left) > len(contexts):  # Gradio ends its connections when a page is left
        tolerated += ["AbortError: signal is aborted", "Connection errored out"]
    assert [p for p in problems if not any(part in p for part in tolerated)] == []


@pytest.fixture
def open_page(open_any):
    """Opens the Studio, and waits for the clip that it begins with."""

    def open_at(address: str, path: str = "/", **options):
        page = open_any(address, path, **options)
        page.locator(".lab-player[data-ready], #nothing-yet").filter(visible=True).wait_for()
        page.wait_for_function("(key) => localStorage.getItem(key) !== null", arg=LISTENER_KEY)
        return page

    return open_at


@pytest.fixture
def make_study(results):
    store = StudyStore(results / "studies")

    def make(**settings):
        return trials.open_study(store, **{"rules": QUICK, **settings})

    return make


@pytest.fixture
def open_link(open_any, address):
    """Opens the link of a study, as a listener who was sent it."""

    def open_link(study, **options):
        page = open_any(address, f"/listen/{study.study_id}", init_script=listener.HURRY, **options)
        page.locator("h1").wait_for()
        return page

    return open_link


def screenshot(page, name: str) -> None:
    """Keep a picture of this state for whoever wants to look."""
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"{name}.png", full_page=True)
