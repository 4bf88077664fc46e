"""How long after a slider is let go is the new sound heard?

python -m bench.slider_to_sound [--moves N] [--browser PATH]

Starts the app, opens it in headless Chromium, plays one restoration of a ten-second synthetic clip
at 16 kHz, and moves the slider of its strength. The player tells at which sample of the audio
context the fade to the new sound is half done; the time is taken, in the page's own clock, when the
audio thread reports that it has rendered that sample. (That the fade is exactly there is what the
tests of the player's engine show.) No setting comes again while its result is remembered.
"""

import argparse
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright

from generation.prompt import REPORT_DURATION_S
from restorers import RESTORERS, strength_of
from tests.browser import steps
from tests.browser.find_browser import find_browser

ROOT = Path(__file__).parents[1]
GOAL_MS = 500
# `heard` gets the page's time at which a new sound of the chosen version was half faded in.
LISTEN = """
async () => {
  const code = `registerProcessor("clock", class extends AudioWorkletProcessor {
    process() { this.port.postMessage(currentFrame + 128); return true; }
  })`;
  const module = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  const { attach, setTracks } = RestorationLab.SyncEngine.prototype;
  let target = Infinity;
  window.heard = [];
  RestorationLab.SyncEngine.prototype.setTracks = function (added) {
    const ids = added.map(([id]) => id);
    setTracks.call(this, added);
    if (ids.includes(this.chosen)) target = this.take.startFrame + this.fadeFrames / 2;
  };
  RestorationLab.SyncEngine.prototype.attach = function (context) {
    attach.call(this, context);
    context.audioWorklet.addModule(module).then(() => {
      const clock = new AudioWorkletNode(context, "clock");
      clock.connect(context.destination);
      clock.port.onmessage = ({ data }) => {
        if (data < target) return;
        target = Infinity;
        window.heard.push(performance.now());
      };
    });
  };
}
"""
MOVE = """
([id, value]) => {
  const slider = document.querySelector(`#${id} input[type=range]`);
  slider.value = value;
  window.heard.length = 0;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  return performance.now();
}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--moves", type=int, default=60, help="moves of each restorer's slider")
    parser.add_argument("--browser", default=find_browser(), help="path of a Chromium")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, App(folder) as address, sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=options.browser,
            args=["--no-sandbox", "--autoplay-policy=no-user-gesture-required"],
        )
        page = browser.new_page()
        page.goto(address)
        page.wait_for_selector("#generate")
        page.wait_for_selector(".lab-library .lab-hint")
        steps.generate(page, synthetic=True, duration_s=REPORT_DURATION_S)
        page.evaluate(LISTEN)
        steps.play(page)
        print(f"Python {platform.python_version()}, {browser.version}, {platform.machine()}\n")
        print("| restorer | slider | moves | least, ms | median | p95 | most | goal, p95 |")
        print("|---|---|---|---|---|---|---|---|")
        for slug in RESTORERS:
            times = measure(page, slug, options.moves)
            shown = " | ".join(f"{ms:.0f}" for ms in np.percentile(times, [0, 50, 95, 100]))
            name = strength_of(RESTORERS[slug]).name
            print(f"| {slug} | {name} | {len(times)} | {shown} | {GOAL_MS} |", flush=True)
        browser.close()


def measure(page, slug: str, n_moves: int) -> list[float]:
    """Times in ms from each move to the new sound."""
    strength = strength_of(RESTORERS[slug])
    page.locator(f".lab-choose[data-condition={slug}]").click()
    # From end to end, inwards, each value once; then again, when the first ones are forgotten.
    values = strength.steps_by_strength()
    inwards = dict.fromkeys(v for pair in zip(values, values[::-1], strict=True) for v in pair)
    order = np.resize(list(inwards), n_moves + 1)
    times = []
    page.evaluate(MOVE, [f"{slug}-{strength.name}", float(order[-1])])
    for value in order[:-1]:
        page.wait_for_timeout(1500)  # scores and pictures of the move before
        moved_at = page.evaluate(MOVE, [f"{slug}-{strength.name}", float(value)])
        page.wait_for_function("() => window.heard.length")
        times.append(page.evaluate("window.heard[0]") - moved_at)
    return times


class App:
    """The app in a process of its own; its address while entered."""

    def __init__(self, folder: str):
        self._command = [sys.executable, "-u", "app.py", "--port", "0"]
        self._command += ["--library", folder, "--results", folder]

    def __enter__(self) -> str:
        self._process = subprocess.Popen(
            self._command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        line = self._process.stdout.readline()
        time.sleep(10)  # its warm-up loads what the first comparison needs
        return next(word for word in line.split() if word.startswith("http"))

    def __exit__(self, *error) -> None:
        self._process.terminate()
        self._process.wait()


if __name__ == "__main__":
    main()
