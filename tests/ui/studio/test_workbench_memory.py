import json

import pytest

from audio.working import WorkingFormat
from restorers import RESTORERS, Catalogue
from ui.studio.workbench_memory import (
    remembered_clip,
    remembered_format,
    remembered_settings,
    settings_in_words,
)
from ui.studio.workbench_state import read_settings, read_state

DEFAULTS = {slug: cls() for slug, cls in RESTORERS.items()}


@pytest.mark.parametrize("kept", [None, "", "{", "[]", "null", "7", "{}"])
def test_a_browser_that_keeps_nothing_readable_has_the_report_s_settings(kept):
    assert remembered_settings(kept, Catalogue()) == DEFAULTS
    assert remembered_clip(kept) is None
    assert remembered_format(kept) == WorkingFormat.REPORT


def test_what_the_workbench_kept_is_read():
    kept = json.dumps({"clip": "a", "format": "full", "settings": {"hbss": {"alpha": 2.5}}})
    assert remembered_clip(kept) == "a"
    assert remembered_format(kept) == WorkingFormat.FULL
    assert remembered_settings(kept, Catalogue()) == DEFAULTS | {
        "hbss": RESTORERS["hbss"](alpha=2.5)
    }


def test_what_was_moved_is_told():
    assert settings_in_words(DEFAULTS) == "Current settings: the report's."
    moved = DEFAULTS | {"hbss": RESTORERS["hbss"](alpha=2.5, beta=0.1)}
    assert settings_in_words(moved) == (
        f"Current settings: {RESTORERS['hbss'].title} alpha 2.5, {RESTORERS['hbss'].title} "
        "beta 0.1; all others are the report's."
    )


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (None, "No clip is open yet"),
        ({"clip": ""}, "No clip is open yet"),
        ({"clip": "a", "format": "mp3"}, "no format “mp3”"),
        ({"clip": "a", "part_s": "soon"}, "“soon” is no time"),
        ({"clip": "a", "part_s": float("nan")}, "is no time"),
        ({"clip": "a", "settings": {"hbss": {"alpha": 400}}}, "alpha must lie between"),
        ({"clip": "a", "conditions": "hbss"}, "must be a list of names"),
        ({"clip": "a", "conditions": [1]}, "must be a list of names"),
        ({"clip": "a", "settings": [1]}, "Settings must look like"),
    ],
)
def test_anything_else_is_refused_in_a_sentence(value, says):
    with pytest.raises(ValueError, match=says):
        read_state(value, Catalogue())


def test_settings_that_do_not_go_together_are_refused():
    with pytest.raises(ValueError, match="hop_length must lie between"):
        read_settings({"hbss": {"n_fft": 512}}, Catalogue())


def test_settings_of_a_restorer_that_is_gone_are_left_out():
    """The browser may keep those of a command that is not listed any more."""
    assert read_settings({"demucs": {"shifts": 2}}, Catalogue()) == DEFAULTS
