"""What a workbench is told of a clip that it opens: facts and sentences, never samples."""

import zlib
from typing import Any

from audio.files import AudioFileError
from audio.working import FORMAT_TITLES, WorkingFormat
from comparison import Comparison
from restorers import (
    BY_TRUTH,
    Catalogue,
    Parameter,
    Restorer,
    parameters_of,
    params_of,
    strength_of,
)
from restorers.catalogue import note_of
from ui.studio.frequency_axis import KINDS
from ui.studio.open_clips import OpenClip
from ui.studio.pictures import legends
from ui.studio.rate_and_channels import rate_and_channels
from ui.studio.versions import offered_versions
from versions.version_store import VersionRecord


def workbench_view(opened: OpenClip, catalogue: Catalogue) -> dict[str, Any]:
    record, comparison = opened.record, opened.comparison
    original = comparison.original
    return {
        "clip": record.clip_id,
        "format": str(opened.working_format),
        "part_s": opened.part_s or 0.0,
        "state": _state(opened),
        "title": record.title,
        "origin": record.origin,
        "formats": _formats(opened),
        "rate": original.sample_rate_hz,
        "n_channels": original.n_channels,
        "duration_s": original.duration_s,
        "whole": _whole(opened),
        "cutoff_hz": comparison.settings.cutoff_hz,
        "axes": _axes(opened),
        "scales": legends(opened),
        "hiss": _hiss(comparison),
        "download_note": _download_note(opened),
        "versions": [
            {
                "id": one.condition,
                "title": one.title,
                "short": one.short,
                "kind": one.kind,
                "is_shown_at_first": one.is_shown_at_first,
            }
            for one in offered_versions(opened, catalogue)
        ],
        "restorers": {
            slug: _restorer(cls, original.sample_rate_hz, BY_TRUTH.get(slug))
            for slug, cls in catalogue.classes.items()
        },
        "files": {slug: _file(one) for slug, one in opened.versions.records.items()},
        "problems": list(opened.versions.problems),
    }


def _state(opened: OpenClip) -> str:
    """What differs when the sound of the clip, or of a version, does."""
    versions = "".join(f"{c} {one.created_at}" for c, one in opened.versions.records.items())
    return "-".join(map(str, [*opened.sound_state[1:], zlib.crc32(versions.encode())]))


def _formats(opened: OpenClip) -> list[dict]:
    record = opened.record
    kept = rate_and_channels(record.sample_rate_hz, record.n_channels)
    titles = {
        WorkingFormat.REPORT: FORMAT_TITLES[WorkingFormat.REPORT],
        WorkingFormat.FULL: f"Full quality ({kept})",
    }
    return [{"value": str(value), "title": title} for value, title in titles.items()]


def _whole(opened: OpenClip) -> dict | None:
    """Of a long clip, of which only a part is open."""
    if opened.part_s is None:
        return None
    record = opened.record
    return {"duration_s": record.n_samples / record.sample_rate_hz, "part_s": opened.part_s}


def _axes(opened: OpenClip) -> dict[str, dict]:
    cutoff_hz = opened.comparison.settings.cutoff_hz
    axes = {kind: opened.frequency_axis(kind) for kind in KINDS}
    return {
        kind: {"ticks": axis.ticks(), "cutoff_at": float(axis.share_of(cutoff_hz))}
        for kind, axis in axes.items()
    }


def _hiss(comparison: Comparison) -> dict:
    """What the hiss check found, as a word, a sentence and a level."""
    try:
        check = comparison.hiss()
    except AudioFileError as error:
        return {"finding": "unknown", "sentence": str(error), "level": ""}
    return {
        "finding": check.finding.value,
        "sentence": check.sentence,
        "level": f"{check.level_dbfs:.0f} dBFS".replace("-", "−"),
    }


def _download_note(opened: OpenClip) -> str:
    record = opened.record
    kept = rate_and_channels(record.sample_rate_hz, record.n_channels)
    return f"WAV, {kept}, {record.subtype}; 32-bit float if a sample exceeds full scale"


def _file(record: VersionRecord) -> dict:
    """A version made elsewhere: what it was, and what was corrected."""
    alignment = record.alignment
    seconds = alignment.n_samples / alignment.sample_rate_hz
    kept = rate_and_channels(alignment.sample_rate_hz, alignment.n_channels)
    return {
        "title": record.title,
        "file": record.file_name,
        "format": f"{kept}, {seconds:.2f} s",
        "facts": alignment.corrections or ["Length, position and polarity as in the original."],
    }


def _restorer(cls: type[Restorer], sample_rate_hz: int, by_truth: Restorer | None) -> dict:
    strength = strength_of(cls)
    return {
        "title": cls.title,
        "note": note_of(cls),
        "strength": strength.name if strength else None,
        "by_truth": params_of(by_truth) if by_truth else None,
        "parameters": [_parameter(item, sample_rate_hz) for item in parameters_of(cls)],
    }


def _parameter(item: Parameter, sample_rate_hz: int) -> dict:
    facts = {
        "name": item.name,
        "label": item.label,
        "help": item.help,
        "default": item.default,
        "advanced": item.advanced,
    }
    if item.choices:
        return facts | {"choices": list(item.choices)}
    low, high = item.limits
    if item.below_nyquist:
        high = min(high, sample_rate_hz / 2 - item.slider_step)
    return facts | {"low": low, "high": high, "step": item.slider_step}
