"""What the player is given: addresses and labels, never arrays."""

from collections.abc import Mapping

import numpy as np

from audio.loudness import Level, lowered_to_ceiling_db, matching_gains_db
from audio.working import WORKING_RATES_HZ
from listening.trial import ORIGINAL
from restorers import Restorer
from ui.condition_titles import TITLES
from ui.studio.frequency_axis import KINDS
from ui.studio.open_clips import OpenClip
from ui.studio.presentation import CHANGE, LEVEL, Presentation, Version
from ui.studio.spectrograms import CHANGE_SCALE, DecibelScale

FULL_SCALE_DBTP = 0.0


def player_value(opened: OpenClip, restorers: dict[str, Restorer]) -> dict:
    """The value of the Player: the original, every restoration, every residual, in this order."""
    presentation, comparison = opened.presentation, opened.comparison
    original = comparison.original
    versions = {ORIGINAL: Version()} | {slug: Version(one) for slug, one in restorers.items()}
    gains = _gains({slug: version.level(comparison) for slug, version in versions.items()})
    return {
        "clip": f"{opened.record.clip_id}@{original.sample_rate_hz}",
        "opened_as": opened.opened_as,
        "headline": f"{opened.record.label} · at {WORKING_RATES_HZ[original.sample_rate_hz]}",
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
        "stimuli": [
            {
                "id": slug,
                "title": TITLES[slug],
                "is_residual": False,
                "audio": presentation.sound(version),
                "pictures": _pictures(presentation, version),
                "gain_db": gains[slug],
            }
            for slug, version in versions.items()
        ]
        + [
            {
                "id": f"{slug}-residual",
                "title": f"Removed by {TITLES[slug]}",
                "is_residual": True,
                "audio": presentation.sound(residual),
                "pictures": _pictures(presentation, residual),
                "gain_db": {"plain": 0.0, "matched": None},
            }
            for slug, residual in (
                (slug, Version(one, is_residual=True)) for slug, one in restorers.items()
            )
        ],
        "bundle": presentation.bundle(restorers),
    }


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
