"""How fast are metrics, restorers and a whole comparison, against plain use of the libraries?

    python -m bench.computation [CLIP] [--rounds 7]

Measures both in turns in one run, on CLIP (without it: ten seconds of synthetic music); prints a
Markdown table of medians and ratios, and how far the numbers are apart.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import librosa
import numpy as np

from audio.clip import AudioClip
from audio.files import read_clip
from audio.stft import HOP_LENGTH, N_FFT, common_magnitude, stft
from audio.working import WorkingFormat, in_working_format
from bench import plain_pipeline
from bench.tables import in_turns, print_head, print_machine, print_row
from comparison import Comparison
from generation import Prompt, SyntheticMusic
from metrics.hpss import hpss_ratio
from restorers import RESTORERS

DURATION_S = 10.0
LIBRARIES = ("numpy", "scipy", "librosa", "noisereduce", "numba")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clip", nargs="?", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    print_machine(*LIBRARIES)
    print(f"Medians of {options.rounds} rounds in turns, a clip of {DURATION_S:g} s.\n")
    print_head("rate", "work", "ms", "against", "ms", "ratio", "numbers differ by")
    measure(ten_seconds(options.clip), options.rounds)


def ten_seconds(path: Path | None) -> AudioClip:
    """Of the clip at `path`, cut or repeated; of synthetic music without it."""
    made = read_clip(path) if path else SyntheticMusic().generate(Prompt("music", DURATION_S))
    clip = in_working_format(made, WorkingFormat.REPORT)
    return clip.with_samples(np.resize(clip.samples, round(DURATION_S * clip.sample_rate_hz)))


def measure(clip: AudioClip, rounds: int) -> None:
    [samples], rate_hz = clip.samples, clip.sample_rate_hz
    magnitude = common_magnitude(stft(clip.samples))
    rate = f"{rate_hz // 1000} kHz"

    def row(work, ours: Callable, against, theirs: Callable, differ: Callable | None = None):
        our_s, their_s = in_turns([ours, theirs], rounds)
        apart = f"{differ():.1e}" if differ else ""
        ratio = their_s / our_s
        print_row(rate, work, 1000 * our_s, against, 1000 * their_s, ratio, apart)

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
            "STFT + ISTFT alone", lambda: there_and_back(samples),
        )  # fmt: skip
    for slug, cls in RESTORERS.items():
        opened = Comparison(clip)
        opened.scores(cls())  # the original is measured when a clip is opened
        moves = iter(range(10_000))

        def move(slug=slug, cls=cls, opened=opened, moves=moves):
            opened.scores(moved(slug, cls, next(moves)))

        def move_and_tell_all(slug=slug, cls=cls, opened=opened, moves=moves):
            restorer = moved(slug, cls, next(moves))
            opened.scores(restorer)
            opened.removal(restorer)

        move_s, all_s = in_turns([move, move_and_tell_all], rounds)
        print_row(rate, f"slider of {slug}: restore, scores", 1000 * move_s, "", "", "", "")
        work = f"slider of {slug}: and loudness, residual"
        print_row(rate, work, 1000 * all_s, "", "", "", "")


def there_and_back(samples: np.ndarray) -> np.ndarray:
    spectrum = librosa.stft(samples, n_fft=N_FFT, hop_length=HOP_LENGTH)
    return librosa.istft(spectrum, n_fft=N_FFT, hop_length=HOP_LENGTH, length=samples.size)


def moved(slug: str, cls, step: int):
    """A restorer with a setting that was not asked for before."""
    name = {"noisereduce": "prop_decrease", "hbss": "alpha", "mcra": "g_floor"}[slug]
    return cls(**{name: 0.3 + 1e-4 * step})


def compared(clip: AudioClip) -> dict:
    """All scores of a clip that was never seen before."""
    opened = Comparison(clip)
    return {slug: opened.scores(cls()) for slug, cls in RESTORERS.items()}


def largest_difference(clip: AudioClip) -> float:
    ours, theirs = compared(clip), plain_pipeline.comparison(clip.samples[0], clip.sample_rate_hz)
    return max(
        abs(a - b)
        for slug, one in ours.items()
        for a, b in zip(
            (one.delta_hf_band_db, one.delta_hpss_ratio, one.log_mel_distance),
            theirs[slug],
            strict=True,
        )
    )


if __name__ == "__main__":
    main()
