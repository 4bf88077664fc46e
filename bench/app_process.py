"""The app in a process of its own, for measurements."""

import subprocess
import sys
import time
from pathlib import Path

import psutil

from generation import ClipStore, Prompt, SyntheticMusic

ROOT = Path(__file__).parents[1]
WARM_UP_S = 14  # its warm-up loads what the first comparison needs


def fill_library(folder: str | Path, n_clips: int, duration_s: float) -> None:
    """Keep synthetic clips in a folder, as a library that has been used."""
    library, music = ClipStore(folder), SyntheticMusic()
    for seed in range(n_clips):
        prompt = Prompt(f"clip {seed}", duration_s, seed)
        library.add_generated(music.generate(prompt), prompt, music)


class App:
    """Started when entered, ended when left; library and results lie in `folder`.

    code : what starts it. wait_s : how long it is left alone before it is handed over
    """

    def __init__(
        self, folder: str | Path, *, code: str = "import app; app.main()", wait_s: float = WARM_UP_S
    ):
        self._wait_s = wait_s
        self._command = [sys.executable, "-u", "-c", code, "--port", "0"]
        self._command += ["--library", str(folder), "--results", str(folder)]

    def __enter__(self) -> "App":
        self._process = subprocess.Popen(
            self._command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        self.address = next(word for word in line.split() if word.startswith("http"))
        time.sleep(self._wait_s)
        return self

    def __exit__(self, *error) -> None:
        self._process.terminate()
        self._process.wait()

    def memory_mib(self) -> float:
        return psutil.Process(self._process.pid).memory_info().rss / 2**20
