"""Everything about one comparison in one file: every sound, and what was measured."""

import dataclasses
import json
from typing import Any

from audio.files import wav_bytes
from comparison.comparison import Comparison
from metrics import Scores
from restorers import Restorer, written_params
from storage.archive import zip_bytes

SCORES_NAME = "scores.json"


def comparison_zip(comparison: Comparison, restorers: dict[str, Restorer], facts: dict) -> bytes:
    """A ZIP of the original, every restoration, every residual (WAV, 32-bit float, unscaled), and
    `scores.json` with `facts` about the clip, all parameters and all scores.

    restorers : {condition: restorer}
    facts : what is known of the clip; anything that JSON can hold
    """
    sounds = {"original": comparison.original}
    for slug, restorer in restorers.items():
        sounds[slug] = comparison.restored(restorer)
        sounds[f"{slug}-residual"] = comparison.residual(restorer)
    report = {
        "clip": facts,
        "sample_rate_hz": comparison.original.sample_rate_hz,
        "n_channels": comparison.original.n_channels,
        "metric_settings": dataclasses.asdict(comparison.settings),
        "hiss": _hiss(comparison),
        "conditions": {
            "original": _scores(comparison.original_scores())
            | dataclasses.asdict(comparison.original_level())
        }
        | {slug: _restoration(comparison, restorer) for slug, restorer in restorers.items()},
    }
    wavs = {f"{name}.wav": wav_bytes(clip, subtype="FLOAT") for name, clip in sounds.items()}
    written = json.dumps(_finite(report), indent=2, ensure_ascii=False)
    return zip_bytes({**wavs, SCORES_NAME: written.encode()})


def _hiss(comparison: Comparison) -> dict:
    check = comparison.hiss()
    return dataclasses.asdict(check) | {"finding": check.finding.value}


def _restoration(comparison: Comparison, restorer: Restorer) -> dict:
    removal = dataclasses.asdict(comparison.removal(restorer))
    residual = {f"residual_{name}": value for name, value in removal.pop("residual").items()}
    return {
        "params": written_params(restorer),
        **_scores(comparison.scores(restorer)),
        **dataclasses.asdict(comparison.level(restorer)),
        "loudness_change_lu": removal["loudness_change_lu"],
        **residual,
        "noise_share": removal["noise"]["noise_share"],
        "estimated_lsd_gain_db": removal["noise"]["lsd_gain_db"],
        "estimated_snr_gain_db": removal["noise"]["snr_gain_db"],
    }


def _scores(scores: Scores) -> dict:
    numbers = dataclasses.asdict(scores)
    flags = numbers.pop("flags")
    if scores.flags:
        numbers |= flags | {"ok_count": scores.flags.ok_count, "verdict": scores.flags.verdict}
    return numbers


def _finite(value: Any) -> Any:
    """The same with None for infinity, which JSON does not know: the loudness of silence."""
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    return None if isinstance(value, float) and abs(value) == float("inf") else value
