"""How fast is `python -m restorers` on a long file, and how much memory does it take?

    python -m bench.long_files [--minutes 30] [--rounds 1]

Restores a stereo file at 48 kHz, 24 bits, of synthetic music by every method, in turns; prints a
Markdown table. Then restores a shorter one as a whole and in blocks, and prints how far they are
apart.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil
import soundfile
from scipy.signal import resample_poly

from audio import blocks
from audio.clip import AudioClip
from bench.tables import print_head, print_machine, print_row
from generation import Prompt, SyntheticMusic
from restorers import RESTORERS

RATE_HZ = 48_000
COMPARED_S = 120.0
POLL_S = 0.02


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args()
    print_machine("numpy", "scipy", "librosa", "noisereduce", "soundfile")
    minute = stereo_minute()
    duration_s = 60 * options.minutes
    print(f"{options.minutes:g} minutes, 48 kHz, stereo, 24 bits.\n")
    print_head("method", "s", "times real time", "peak memory, MiB", "blocks and whole apart, dB")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "long.wav"
        write_long(source, minute, round(options.minutes))
        for slug in RESTORERS:
            runs = [restored(source, slug) for _ in range(options.rounds)]
            seconds = float(np.median([run[0] for run in runs]))
            memory = max(run[1] for run in runs) / 2**20
            print_row(slug, seconds, duration_s / seconds, memory, apart_db(slug, minute))


def stereo_minute() -> np.ndarray:
    """Two different pieces of synthetic music, partly in both channels; (2, n_samples)."""
    pieces = []
    for seed in (1, 2):
        clip = SyntheticMusic().generate(Prompt("music", 30.0, seed))
        piece = resample_poly(clip.samples[0], RATE_HZ, clip.sample_rate_hz)
        pieces.append(np.resize(piece, 60 * RATE_HZ))
    left, right = pieces
    return 0.4 * np.stack([left + 0.3 * right, right + 0.3 * left])


def write_long(path: Path, minute: np.ndarray, n_minutes: int) -> None:
    with soundfile.SoundFile(path, "w", RATE_HZ, 2, "PCM_24") as file:
        for number in range(n_minutes):
            file.write(np.roll(minute, 7919 * number, axis=1).T)  # no minute repeats another


def restored(source: Path, slug: str) -> tuple[float, int]:
    """Seconds and peak bytes of one run of the command, its start included."""
    target = source.with_name("restored.wav")
    command = [sys.executable, "-m", "restorers", str(source), str(target)]
    started = time.monotonic()
    process = psutil.Popen([*command, "--method", slug, "--force"])
    peak = 0
    while process.poll() is None:
        try:
            peak = max(peak, process.memory_info().rss)
        except psutil.Error:
            break
        time.sleep(POLL_S)
    if process.wait() != 0:
        raise SystemExit(f"{' '.join(command)} failed")
    return time.monotonic() - started, peak


def apart_db(slug: str, minute: np.ndarray) -> float:
    """The largest difference of a sample, whole against blocks, in dB re full scale."""
    n_samples = round(COMPARED_S * RATE_HZ)
    clip = AudioClip(np.resize(minute, (2, n_samples)), RATE_HZ)
    in_blocks = RESTORERS[slug]().restore(clip).samples
    usual, blocks.BLOCK_SAMPLES = blocks.BLOCK_SAMPLES, 2**24
    try:
        whole = RESTORERS[slug]().restore(clip).samples
    finally:
        blocks.BLOCK_SAMPLES = usual
    return float(20 * np.log10(np.max(np.abs(in_blocks - whole)) + 1e-12))


if __name__ == "__main__":
    main()
