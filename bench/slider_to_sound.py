"""How long after a slider is let go is the new sound heard?

    python -m bench.slider_to_sound [--moves N] [--listeners N] [--browser PATH]

Starts the app, opens it in headless Chromium, plays one restoration of a ten-second synthetic clip
at 16 kHz, and moves the slider of its strength. The player tells at which sample of the audio
context the fade to the new sound is half done; the time is taken, in the page's own clock, when the
audio thread reports that it has rendered that sample. (That the fade is exactly there is what the
tests of the player's engine show.) No setting comes again while its result is remembered.
Then the slider is dragged from end to end, through 20 values a second, and the sounds that were
heard meanwhile are counted.
With --listeners, so many simulated listeners fetch sounds and vote in the same app meanwhile.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright

from bench.app_process import ROOT, App
from bench.listening_load import make_study
from bench.tables import print_head, print_machine, print_row
from generation.prompt import REPORT_DURATION_S
from restorers import REPORT_RESTORERS, RESTORERS, Parameter, parameters_of, strength_of
from tests.support.browser import steps
from tests.support.browser.find_browser import find_browser

ENDLESS = 120  # votes of each listener, more than the measurement lasts
FIRST_TRIALS_S = 15
GOAL_MS = {"noisereduce": 200, "hbss": 120, "mcra": 120}  # of the 95th percentile
VALUES_PER_S = 20  # of a slider that is dragged
GOAL_PER_S = 8  # sounds heard in each second of dragging
# `heard` gets the page's time at which a new sound of the chosen version was half faded in.
LISTEN = """
async () => {
  const code = `registerProcessor("clock", class extends AudioWorkletProcessor {
    process() { this.port.postMessage(currentFrame + 128); return true; }
  })`;
  const module = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  const { SyncEngine } = await import("/assets/shared/engine.js");
  const { attach, setTracks } = SyncEngine.prototype;
  let target = Infinity;
  window.heard = [];
  SyncEngine.prototype.setTracks = function (added, gains) {
    const ids = added.map(([id]) => id);
    setTracks.call(this, added, gains);
    if (ids.includes(this.chosen)) target = this.take.startFrame + this.fadeFrames / 2;
  };
  SyncEngine.prototype.attach = function (context) {
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
DRAG = """
async ([id, values, seconds]) => {
  const slider = document.querySelector(`#${id} input[type=range]`);
  window.heard.length = 0;
  const start = performance.now();
  for (let share = 0; share < 1; share = (performance.now() - start) / 1000 / seconds) {
    const value = String(values[Math.floor(share * values.length)]);
    if (slider.value !== value) {
      slider.value = value;
      slider.dispatchEvent(new Event("input", { bubbles: true }));
    }
    await new Promise(requestAnimationFrame);
  }
  return window.heard.length;
}
"""


def _strength(slug: str) -> Parameter:
    strength = strength_of(RESTORERS[slug])
    assert strength is not None
    return strength


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--moves", type=int, default=40, help="moves of each restorer's slider")
    parser.add_argument("--listeners", type=int, default=0, help="who vote meanwhile")
    parser.add_argument("--browser", default=find_browser(), help="path of a Chromium")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        App(folder) as app,
        voting(app, folder, options.listeners),
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(
            executable_path=options.browser,
            args=["--no-sandbox", "--autoplay-policy=no-user-gesture-required"],
        )
        page = browser.new_page()
        page.goto(app.address)
        page.wait_for_selector("#generate")
        page.wait_for_selector(".lab-player[data-ready]")
        steps.generate(page, synthetic=True, duration_s=REPORT_DURATION_S)
        page.evaluate(LISTEN)
        steps.play(page)
        print_machine("gradio")
        print(f"{browser.browser_type.name} {browser.version}, "
              f"{options.listeners} listeners vote meanwhile.\n")  # fmt: skip
        print_head("restorer", "slider", "moves", "least, ms", "median", "p95", "most", "goal, p95",
                   "heard a second while dragging", "goal")  # fmt: skip
        for slug in REPORT_RESTORERS:
            times = measure(page, slug, options.moves)
            shown = np.percentile(times, [0, 50, 95, 100]).round().astype(int)
            per_s = f"{heard_per_s(page, slug):.1f}"
            strength = _strength(slug).name
            print_row(slug, strength, len(times), *shown, GOAL_MS[slug], per_s, GOAL_PER_S)
        browser.close()


def measure(page, slug: str, n_moves: int) -> list[float]:
    """Times in ms from each move to the new sound."""
    strength = _strength(slug)
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


def heard_per_s(page, slug: str) -> float:
    """How many sounds are heard a second while the slider is dragged from end to end; twice, with
    another parameter at values that it has not had before, so that every sound is made anew."""
    strength = _strength(slug)
    other = next(
        one
        for one in parameters_of(RESTORERS[slug])
        if one.high is not None and one.name != strength.name
    )
    values = [float(one) for one in strength.steps_by_strength()]
    n_heard = 0
    low, high = other.limits
    for value in (low + other.slider_step, high - other.slider_step):
        page.wait_for_timeout(1500)
        page.evaluate(MOVE, [f"{slug}-{other.name}", float(value)])
        page.wait_for_function("() => window.heard.length")
        page.wait_for_timeout(1500)
        seconds = len(values) / VALUES_PER_S
        n_heard += page.evaluate(DRAG, [f"{slug}-{strength.name}", values, seconds])
    return n_heard / (2 * seconds)


@contextmanager
def voting(app: App, folder: str, n_listeners: int):
    """Listeners of another process, who vote as long as it lasts."""
    if not n_listeners:
        yield
        return
    study = make_study(Path(folder), ENDLESS)
    command = [sys.executable, "-m", "bench.listening_load", "--app", app.address]
    command += ["--study", study.study_id, "--listeners", str(n_listeners), "--votes", str(ENDLESS)]
    listeners = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    time.sleep(FIRST_TRIALS_S)
    try:
        yield
        if listeners.poll() is not None:
            sys.exit("The listeners stopped before the measurement was over.")
    finally:
        listeners.kill()
        listeners.wait()


if __name__ == "__main__":
    main()
