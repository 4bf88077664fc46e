"""What the player is given: addresses and labels, never arrays."""

from collections.abc import Mapping

import numpy as np

from audio.loudness import Level, lowered_to_ceiling_db, matching_gains_db
from audio.working import FORMAT_TITLES, WorkingFormat
from listening.trial import ORIGINAL
from restorers import Restorer
from ui.condition_titles import TITLES
from ui.studio.frequency_axis import KINDS
from ui.studio.open_clips import OpenClip
from ui.studio.presentation import CHANGE, LEVEL, Presentation, Version
from ui.studio.rate_and_channels import rate_and_channels
from ui.studio.spectrograms import CHANGE_SCALE, DecibelScale

FULL_SCALE_DBTP = 0.0


def player_value(opened: OpenClip, restorers: dict[str, Restorer]) -> dict:
    """The value of the Player: the original, every restoration, every residual, in this order.

    What is not restored yet has no sound, no picture and no gain.
    """
    comparison = opened.comparison
    levels = {
        slug: version.level(comparison)
        for slug, version in _versions(restorers).items()
        if version.restorer is None or comparison.has(version.restorer)
    }
    return _value(opened, restorers, dict.fromkeys(restorers) | _gains(levels))


def _versions(restorers: dict[str, Restorer]) -> dict[str, Version]:
    return {ORIGINAL: Version()} | {slug: Version(one) for slug, one in restorers.items()}


def _value(opened: OpenClip, restorers: dict[str, Restorer], gains: dict) -> dict:
    """gains : of each version; None for one that is still to be restored"""
    presentation, comparison = opened.presentation, opened.comparison
    original = comparison.original
    return {
        "clip": f"{opened.record.clip_id}@{opened.working_format}",
        "opened_as": opened.opened_as,
        "headline": f"{opened.record.label} · {_format_title(opened)}",
        "rate": original.sample_rate_hz,
        "duration_s": original.duration_s,
        "cutoff_hz": comparison.settings.cutoff_hz,
        "axes": {
            kind: {
                "ticks": axis.ticks(),
                "cutoff_at": float(axis.share_of(comparison.settings.cutoff_hz)),
            }
            for kind, axis in presentation.axes.items()
        },
        "scales": {LEVEL: _legend(presentation.scale), CHANGE: _legend(CHANGE_SCALE)},
        "whole": _whole(opened),
        "download_note": _download_note(opened),
        "stimuli": [
            _stimulus(presentation, slug, TITLES[slug], version, gains[slug])
            for slug, version in _versions(restorers).items()
        ]
        + [
            _stimulus(
                presentation,
                f"{slug}-residual",
                f"Removed by {TITLES[slug]}",
                Version(one, is_residual=True),
                gains[slug] and {"plain": 0.0, "matched": None},
            )
            for slug, one in restorers.items()
        ],
        "bundle": presentation.bundle(restorers),
    }


def _stimulus(
    presentation: Presentation, name: str, title: str, version: Version, gain_db: dict | None
) -> dict:
    is_here = gain_db is not None
    return {
        "id": name,
        "title": title,
        "is_residual": version.is_residual,
        "audio": presentation.sound(version) if is_here else None,
        "download": presentation.download(version, name) if is_here else None,
        "pictures": _pictures(presentation, version) if is_here else None,
        "gain_db": gain_db,
    }


def _whole(opened: OpenClip) -> dict | None:
    """Where the part that is open lies in a long clip; None for one that is open as a whole."""
    if opened.part_s is None:
        return None
    record = opened.record
    return {
        "duration_s": record.n_samples / record.sample_rate_hz,
        "part_s": opened.part_s,
        "pictures": {axis: opened.presentation.overview(axis) for axis in KINDS},
    }


def _format_title(opened: OpenClip) -> str:
    if opened.working_format == WorkingFormat.REPORT:
        return FORMAT_TITLES[WorkingFormat.REPORT]
    original = opened.comparison.original
    heard = rate_and_channels(original.sample_rate_hz, original.n_channels)
    return f"{heard} (full quality)"


def _download_note(opened: OpenClip) -> str:
    record = opened.record
    kept = rate_and_channels(record.sample_rate_hz, record.n_channels)
    return f"WAV, {kept}, {record.subtype}; 32-bit float if a sample exceeds full scale"


def _pictures(presentation: Presentation, version: Version) -> dict:
    shown = [LEVEL] if version.restorer is None or version.is_residual else [LEVEL, CHANGE]
    return {
        what: {axis: presentation.picture(version, axis, what) for axis in KINDS} for what in shown
    }


def _gains(levels: dict[str, Level]) -> dict[str, dict]:
    """The gain of each version in dB: as it is, and as loud as the original.

    Both lower all versions alike where one of them would clip; "matched" is None if a version is
    too quiet to have a loudness.
    """
    matched: Mapping[str, float | None]
    plain = lowered_to_ceiling_db(dict.fromkeys(levels, 0.0), levels, ceiling_dbtp=FULL_SCALE_DBTP)
    if all(np.isfinite(level.loudness_lufs) for level in levels.values()):
        matched = matching_gains_db(levels, target_lufs=levels[ORIGINAL].loudness_lufs)
    else:
        matched = dict.fromkeys(levels)
    return {slug: {"plain": plain[slug], "matched": matched[slug]} for slug in levels}


def _legend(scale: DecibelScale) -> dict:
    return {
        "low_db": scale.low_db,
        "high_db": scale.high_db,
        "unit": scale.unit,
        "colours": scale.stops(),
    }
