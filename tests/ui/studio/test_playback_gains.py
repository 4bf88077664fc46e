import pytest

from audio.loudness import Level
from ui.studio.playback_gains import playback_gains_db

QUIET, LOUD = Level(-23.0, -10.0, -10.5), Level(-20.0, -7.0, -7.5)
SILENT = Level(float("-inf"), float("-inf"), float("-inf"))


def test_versions_are_matched_to_the_original_s_loudness():
    gains = playback_gains_db({"original": QUIET, "a": LOUD})
    assert gains["a"] == {"plain": 0.0, "matched": pytest.approx(-3.0)}
    assert gains["original"] == {"plain": 0.0, "matched": pytest.approx(0.0)}


def test_what_would_clip_is_lowered_with_all_others():
    gains = playback_gains_db({"original": QUIET, "a": Level(-20.0, 2.0, 1.5)})
    assert [gain["plain"] for gain in gains.values()] == [pytest.approx(-2.0)] * 2


def test_a_silent_version_cannot_be_matched_and_still_plays():
    gains = playback_gains_db({"original": QUIET, "a": SILENT})
    assert all(gain["matched"] is None for gain in gains.values())
    assert all(gain["plain"] == 0.0 for gain in gains.values())
