"""How fast are metrics, restorers and a whole comparison, against plain use of the libraries?

    python -m bench.computation [CLIP] [--rounds 7]

Measures both in turns in one run, on CLIP (without it: ten seconds of synthetic music); prints a
Markdown table of medians and ratios, and how far the numbers are apart.
"""

import argparse
import importlib.metadata
import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import librosa
import numpy as np

from audio.clip import AudioClip
from audio.files import read_clip
from audio.stft import istft, stft
from audio.working import WORKING_RATES_HZ, at_working_rate
from bench import plain_pipeline
from comparison import Comparison
from generation import Prompt, SyntheticMusic
from metrics.hpss import hpss_ratio
from restorers import RESTORERS

DURATION_S = 10.0
LIBRARIES = ("numpy", "scipy", "librosa", "noisereduce", "bottleneck", "numba")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clip", nargs="?", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in LIBRARIES)
    print(f"{platform.machine()}, Python {platform.python_version()}, {versions}; medians of "
          f"{options.rounds} rounds in turns.\n")  # fmt: skip
    print("| rate | work | ms | against | ms | ratio | numbers differ by |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for rate_hz in WORKING_RATES_HZ:
        measure(_clip(options.clip, rate_hz), options.rounds)


def _clip(path: Path | None, rate_hz: int) -> AudioClip:
    made = read_clip(path) if path else SyntheticMusic().generate(Prompt("music", DURATION_S))
    clip = at_working_rate(made, rate_hz)
    return clip.with_samples(np.resize(clip.samples, round(DURATION_S * rate_hz)))


def measure(clip: AudioClip, rounds: int) -> None:
    samples, rate_hz = clip.samples, clip.sample_rate_hz
    magnitude = np.abs(stft(samples))

    def row(work, ours: Callable, against, theirs: Callable, differ: Callable | None = None):
        our_ms, their_ms = in_turns(ours, theirs, rounds)
        apart = f"{differ():.1e}" if differ else ""
        print(f"| {rate_hz // 1000} kHz | {work} | {our_ms:.1f} | {against} | {their_ms:.1f} "
              f"| {their_ms / our_ms:.2f} | {apart} |", flush=True)  # fmt: skip

    row(
        "HPSS ratio", lambda: hpss_ratio(magnitude),
        "librosa.decompose.hpss", lambda: librosa.decompose.hpss(magnitude),
        lambda: abs(hpss_ratio(magnitude) / plain_pipeline.hpss_ratio(samples) - 1),
    )  # fmt: skip
    row(
        "whole comparison", lambda: compared(clip),
        "plain pipeline", lambda: plain_pipeline.comparison(samples, rate_hz),
        lambda: largest_difference(clip),
    )  # fmt: skip
    for slug in ("hbss", "mcra"):
        restorer = RESTORERS[slug]()
        row(
            f"{slug} restore", lambda restorer=restorer: restorer.restore(clip),
            "STFT + ISTFT alone", lambda: istft(stft(samples), samples.size),
        )  # fmt: skip
    for slug, cls in RESTORERS.items():
        opened = Comparison(clip)
        opened.scores(cls())  # the original is measured when a clip is opened
        moves = iter(range(10_000))

        def move(slug=slug, cls=cls, opened=opened, moves=moves):
            opened.scores(_moved(slug, cls, next(moves)))

        our_ms, _ = in_turns(move, lambda: None, rounds)
        print(f"| {rate_hz // 1000} kHz | slider of {slug}: restore and scores | {our_ms:.1f} "
              "| | | | |", flush=True)  # fmt: skip


def _moved(slug: str, cls, step: int):
    """A setting that was not asked for before."""
    name = {"noisereduce": "prop_decrease", "hbss": "alpha", "mcra": "g_floor"}[slug]
    return cls(**{name: 0.3 + 1e-4 * step})


def compared(clip: AudioClip) -> dict:
    """All scores of a clip that was never seen before."""
    opened = Comparison(clip)
    return {slug: opened.scores(cls()) for slug, cls in RESTORERS.items()}


def largest_difference(clip: AudioClip) -> float:
    ours, theirs = compared(clip), plain_pipeline.comparison(clip.samples, clip.sample_rate_hz)
    return max(
        abs(a - b)
        for slug, one in ours.items()
        for a, b in zip(
            (one.delta_hf_band_db, one.delta_hpss_ratio, one.log_mel_distance),
            theirs[slug],
            strict=True,
        )
    )


def in_turns(ours: Callable, theirs: Callable, rounds: int) -> tuple[float, float]:
    """Median milliseconds of both, one after the other in every round; the first is a warm-up."""
    times: list[tuple[float, float]] = []
    for _ in range(rounds + 1):
        moments = [time.perf_counter()]
        for work in (ours, theirs):
            work()
            moments.append(time.perf_counter())
        times.append((moments[1] - moments[0], moments[2] - moments[1]))
    ours_s, theirs_s = (statistics.median(column) for column in zip(*times[1:], strict=True))
    return 1000 * ours_s, 1000 * theirs_s


if __name__ == "__main__":
    main()
