"""How long after a slider is let go is the new sound heard?

python -m bench.slider_to_sound [--moves N] [--browser PATH]

Starts the app, opens it in headless Chromium, plays one restoration of a ten-second synthetic clip
at 16 kHz, and moves its strength from one end to the other and back. What leaves the player goes
through a steep high-pass filter; the time is taken when its level there crosses the middle between
the two ends, in the page's own clock. Settings differ from move to move, so none is remembered.
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
# Values near the two ends of each strength: weak, strong.
ENDS = {
    "noisereduce": (lambda i: 0.05 * (i % 3), lambda i: 1.0 - 0.05 * (i % 4)),
    "hbss": (lambda i: 0.05 * (i % 5), lambda i: 5.0 - 0.05 * (i % 13)),
    "mcra": (lambda i: 1.0 - 0.005 * (i % 9), lambda i: 0.005 * (i % 11)),
}
# Set before, so that the two ends differ clearly above 6.5 kHz.
BEFORE = {"mcra": {"over_estimation": 5.0}}
# The worklet reports the level of every 10 ms above 6.5 kHz, with the page's time of its arrival.
LISTEN = """
async () => {
  const code = `registerProcessor("level", class extends AudioWorkletProcessor {
    constructor() { super(); this.sum = 0; this.n = 0; }
    process([[samples]]) {
      for (const x of samples || []) { this.sum += x * x; this.n += 1; }
      if (this.n >= 0.01 * sampleRate) {
        this.port.postMessage(this.sum / this.n);
        this.sum = this.n = 0;
      }
      return true;
    }
  })`;
  const attach = RestorationLab.SyncEngine.prototype.attach;
  RestorationLab.SyncEngine.prototype.attach = function (context) {
    attach.call(this, context);
    const module = new Blob([code], { type: "text/javascript" });
    context.audioWorklet.addModule(URL.createObjectURL(module)).then(() => {
      let last = this.master;
      for (let i = 0; i < 4; i++) {
        const filter = new BiquadFilterNode(context, { type: "highpass", frequency: 6500 });
        last.connect(filter);
        last = filter;
      }
      const meter = new AudioWorkletNode(context, "level");
      last.connect(meter);
      window.levels = [];
      meter.port.onmessage = ({ data }) => {
        window.levels.push([performance.now(), 10 * Math.log10(data + 1e-15)]);
      };
    });
  };
}
"""
MOVE = """
([id, value]) => {
  const slider = document.querySelector(`#${id} input[type=range]`);
  slider.value = value;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  return performance.now();
}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--moves", type=int, default=60, help="moves of each restorer's slider")
    parser.add_argument("--browser", default=find_browser(), help="path of a Chromium")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, app(folder) as address, sync_playwright() as play:
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
        page.wait_for_function("() => window.levels && window.levels.length > 50")
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
    """Times in ms from each move to the first level on the other side of the middle."""
    page.locator(f".lab-choose[data-condition={slug}]").click()
    slider = f"{slug}-{strength_of(RESTORERS[slug]).name}"
    weak, strong = ENDS[slug]
    for name, value in BEFORE.get(slug, {}).items():
        page.evaluate(MOVE, [f"{slug}-{name}", value])
    settled = []
    for end in (strong, weak):
        page.evaluate(MOVE, [slider, end(0)])
        page.wait_for_timeout(2500)
        settled.append(np.median(recent_levels(page, 80)))
    middle_db = np.mean(settled)
    if settled[1] - settled[0] < 8:
        sys.exit(f"{slug}: the two ends differ by {settled[1] - settled[0]:.1f} dB only")
    times = []
    for move in range(n_moves):
        to_strong = move % 2 == 0
        moved_at = page.evaluate(MOVE, [slider, (strong if to_strong else weak)(1 + move // 2)])
        page.wait_for_timeout(1500)
        levels = [(at, db) for at, db in page.evaluate("window.levels") if at > moved_at]
        times.append(next(at for at, db in levels if (db < middle_db) == to_strong) - moved_at)
    return times


def recent_levels(page, count: int) -> list[float]:
    return [db for _, db in page.evaluate(f"window.levels.slice(-{count})")]


class app:
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
