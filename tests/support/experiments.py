"""What tests of the experiment need: clips on disk, and workers in this very process."""

from concurrent.futures import Future
from pathlib import Path

import numpy as np

from audio.files import wav_bytes
from experiment.measuring import ClipResult, SettingResult, measure_clip
from experiment.protocol import Protocol
from experiment.running.sources import find_clips
from experiment.running.workers import Workers
from metrics import CriteriaFlags, Scores
from metrics.hiss import HissCheck
from metrics.known_truth import Truth
from metrics.residual import Residual
from metrics.residual_noise import ResidualNoise
from restorers import REPORT_RESTORERS, RESTORERS
from tests.support.signals import music_with_hiss


class InThisProcess(Workers):
    """Does each task when it is handed over; remembers which clips it was given."""

    at_once = 2

    def __init__(self):
        self.tracks: list[str] = []

    def __exit__(self, *exception: object) -> None:
        pass

    def submit(self, task, *arguments) -> Future:
        self.tracks.append(arguments[0].track)
        future = Future()
        future.set_result(task(*arguments))
        return future

    def renew(self) -> None:
        raise AssertionError("nothing of it can break")


def write_clips(folder: Path, n_clips: int, *, duration_s: float = 0.6) -> Path:
    """clip_1.wav, clip_2.wav, ... with different hiss."""
    folder.mkdir(parents=True, exist_ok=True)
    for index in range(n_clips):
        clip = music_with_hiss(duration_s=duration_s, seed=index)
        (folder / f"clip_{index + 1}.wav").write_bytes(wav_bytes(clip, subtype="FLOAT"))
    return folder


def report_protocol(*arguments, **settings) -> Protocol:
    """Of the report's three restorers only."""
    restorers = {slug: RESTORERS[slug]() for slug in REPORT_RESTORERS}
    return Protocol(*arguments, restorers=restorers, **settings)


def measured(folder: Path, **settings) -> list[ClipResult]:
    """The clips of a folder under the report's protocol, or with other settings of it."""
    protocol = Protocol(**settings)
    results = [measure_clip(source, protocol) for source in find_clips([str(folder)])]
    assert all(isinstance(one, ClipResult) for one in results)
    return results


def bytes_below(folder: Path) -> dict[str, bytes]:
    """{relative path: content} of every file."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def result(track: str, scores: dict[str, Scores], **facts) -> ClipResult:
    """A result with made-up numbers."""
    common = {
        "url": f"file:///{track}.wav",
        "fingerprint": "f",
        "sha256": "ab" * 32,
        "duration_s": 10.0,
        "file_rate_hz": 32_000,
        "working_rate_hz": 16_000,
        "n_channels": 1,
        "hiss": HissCheck(6000.0, -50.0, -48.0, 0.57, 0.5, -50.0),
        "original": Scores(35.0, 0.0, 5.0, 0.0, 0.0, None),
        "removals": {},
        "sweeps": {},
    }
    return ClipResult(track=track, scores=scores, **(common | facts))


def truth(**facts) -> Truth:
    """Ten decibels of hiss and two of music removed, six of SNR gained, unless told otherwise."""
    common = {
        "hiss_removed_db": 10.0, "music_removed_db": 2.0, "snr_before_db": 0.0,
        "snr_after_db": 6.0, "si_sdr_before_db": 30.0, "si_sdr_after_db": 33.0,
        "lsd_before_db": 9.0, "lsd_after_db": 5.0, "lsd_high_before_db": 30.0,
        "lsd_high_after_db": 20.0, "log_mel_before": 0.5, "log_mel_after": 0.3,
        "musical_noise_db": -12.0,
    }  # fmt: skip
    return Truth(**(common | facts))


def known(truths: dict[str, Truth], scores: Scores) -> list[SettingResult]:
    """What is measured on one clip with known hiss; truths : {setting: Truth}"""
    measured = scores, Residual(-60.0, 0.5), ResidualNoise(0.9, 8.0, 7.0)
    return [SettingResult(name, *measured, one) for name, one in truths.items()]


def scores(delta_hf: float, delta_hpss: float, distance: float) -> Scores:
    flags = CriteriaFlags(delta_hf < 0, delta_hpss >= 0, distance <= 0.2)
    return Scores(35.0 + delta_hf, delta_hf, 5.0 + delta_hpss, delta_hpss, distance, flags)


def rms(samples) -> float:
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))
