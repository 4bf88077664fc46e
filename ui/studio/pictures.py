"""The pictures of an open clip: each version's spectrogram, and what it changed."""

from dataclasses import dataclass

from audio.clip import AudioClip
from audio.loudness import Level
from comparison import Comparison
from restorers import Restorer
from ui.studio.open_clips import OpenClip
from ui.studio.spectrograms import CHANGE_SCALE, DecibelScale, change_picture, level_picture

LEVEL, CHANGE = "level", "change"  # what a spectrogram shows


@dataclass(frozen=True)
class Version:
    """One thing to hear: the original (no restorer), a restoration, or what it removed."""

    restorer: Restorer | None = None
    is_residual: bool = False

    def clip(self, comparison: Comparison) -> AudioClip:
        if self.restorer is None:
            return comparison.original
        if self.is_residual:
            return comparison.residual(self.restorer)
        return comparison.restored(self.restorer)

    def level(self, comparison: Comparison) -> Level:
        """Of the original or a restoration."""
        if self.restorer is None:
            return comparison.original_level()
        return comparison.level(self.restorer)


def picture(opened: OpenClip, version: Version, *, axis: str, shown: str) -> bytes:
    """PNG of the version itself (LEVEL), or of what it changed in the original (CHANGE)."""
    comparison, scale = opened.comparison, opened.picture_scale
    frequency_axis = opened.frequency_axis(axis)
    clip = version.clip(comparison)
    if shown == CHANGE:
        return change_picture(comparison.original, clip, frequency_axis, scale)
    return level_picture(clip, frequency_axis, scale)


def overview(opened: OpenClip, *, axis: str) -> bytes:
    """PNG of all of a long clip; raises ValueError for one that is open as a whole."""
    whole = opened.whole
    if whole is None:
        raise ValueError("This clip is open as a whole.")
    return level_picture(whole.sound, opened.frequency_axis(axis), opened.picture_scale)


def legends(opened: OpenClip) -> dict[str, dict]:
    """The colour scale of each kind of picture, as a page draws it."""
    return {LEVEL: _legend(opened.picture_scale), CHANGE: _legend(CHANGE_SCALE)}


def _legend(scale: DecibelScale) -> dict:
    return {
        "low_db": scale.low_db,
        "high_db": scale.high_db,
        "unit": scale.unit,
        "colours": scale.stops(),
    }
