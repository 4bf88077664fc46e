"""How loud each version is played: as it is, and as loud as the original."""

from collections.abc import Mapping

import numpy as np

from audio.loudness import Level, lowered_to_ceiling_db, matching_gains_db
from listening.trial import ORIGINAL

FULL_SCALE_DBTP = 0.0


def playback_gains_db(levels: dict[str, Level]) -> dict[str, dict[str, float | None]]:
    """{version: {"plain": dB, "matched": dB}}; `levels` holds the original's among others.

    Both lower all versions alike where one of them would clip. "matched" is None for all if one is
    too quiet to have a loudness.
    """
    matched: Mapping[str, float | None] = dict.fromkeys(levels)
    plain = lowered_to_ceiling_db(dict.fromkeys(levels, 0.0), levels, ceiling_dbtp=FULL_SCALE_DBTP)
    if all(np.isfinite(level.loudness_lufs) for level in levels.values()):
        matched = matching_gains_db(levels, target_lufs=levels[ORIGINAL].loudness_lufs)
    return {name: {"plain": plain[name], "matched": matched[name]} for name in levels}
