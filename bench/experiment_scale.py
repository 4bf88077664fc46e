"""A large experiment: how much memory does it take, and what does a second core bring?

    python -m bench.experiment_scale [--clips 1000] [FOLDER]

Copies the clips of FOLDER (without it: twelve clips of synthetic music) under other names, each cut
or repeated to ten seconds, then measures all of them with one process and with one for each core.
Prints a Markdown table; the output folders are deleted.
"""

import argparse
import itertools
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil

from audio.clip import AudioClip
from audio.files import read_clip, wav_bytes
from bench.tables import print_head, print_machine, print_row
from experiment.protocol import Protocol
from experiment.running.output import OutputFolder
from experiment.running.run import run_experiment
from experiment.running.sources import ClipSource, find_clips
from experiment.running.workers import LocalProcesses, n_cores
from generation import Prompt, SyntheticMusic
from jobs import Progress

DURATION_S = 10.0
LOOKS = 10  # how often memory is printed in a run


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--clips", type=int, default=1000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sources = make_clips(Path(folder) / "clips", options.folder, options.clips)
        print_machine("numpy", "librosa", "loky")
        print_head(
            "processes", "clips", "s", "clips/s", "main process, MiB", "all processes, MiB (peak)"
        )
        rates = [
            measure(sources, n_processes, Path(folder) / f"out{n_processes}")
            for n_processes in (n_cores(), 1)
        ]
        print(f"\n{n_cores()} processes against one: {rates[0] / rates[1]:.2f} times the clips/s")


def make_clips(folder: Path, originals: Path | None, n_clips: int) -> list[ClipSource]:
    """WAV files of ten seconds, 32 kHz or what the original has."""
    folder.mkdir()
    if originals:
        contents = [wav_bytes(ten_seconds(read_clip(path)), subtype="FLOAT")
                    for path in sorted(originals.glob("*.wav"))]  # fmt: skip
    else:
        music = SyntheticMusic()
        contents = [
            wav_bytes(music.generate(Prompt("music", DURATION_S, seed)), subtype="FLOAT")
            for seed in range(12)
        ]
    for index, content in zip(range(n_clips), itertools.cycle(contents)):
        (folder / f"copy_{index}.wav").write_bytes(content)
    return find_clips([str(folder)])


def ten_seconds(clip: AudioClip) -> AudioClip:
    return clip.with_samples(np.resize(clip.samples, round(DURATION_S * clip.sample_rate_hz)))


def measure(sources: list[ClipSource], n_processes: int, out: Path) -> float:
    """Clips per second from the first result to the last; prints a row."""
    this = psutil.Process()
    moments: list[tuple[float, int]] = []
    main_mib: list[float] = []
    all_mib: list[float] = []

    def look(moment: Progress) -> None:
        moments.append((time.perf_counter(), moment.done))
        if moment.done >= len(main_mib) * len(sources) / LOOKS:
            main_mib.append(mib(this))
            all_mib.append(mib(this) + sum(map(mib, this.children(recursive=True))))

    with LocalProcesses(n_processes) as workers:
        run_experiment(sources, Protocol(), OutputFolder(str(out)), workers, on_progress=look)
    began = next(time_s for time_s, done in moments if done)
    took_s = moments[-1][0] - began
    rate = (len(sources) - 1) / took_s
    course = " ".join(f"{one:.0f}" for one in main_mib)
    print_row(n_processes, len(sources), took_s, rate, course, round(max(all_mib)))
    return rate


def mib(process: psutil.Process) -> float:
    try:
        return process.memory_info().rss / 2**20
    except psutil.NoSuchProcess:
        return 0.0


if __name__ == "__main__":
    main()
