"""What the workbench of this browser has open, for the other pages of the Studio."""

import json

import gradio as gr

from audio.working import WorkingFormat
from restorers import Catalogue, Restorer, parameters_of
from ui.studio.workbench_state import read_format, read_settings, read_shown

KEY = "musicgen-restoration-lab-workbench"  # assets/studio/kept-state.js writes it
# The last input of an event becomes what the browser keeps.
READ = f"(...inputs) => [...inputs.slice(0, -1), localStorage.getItem('{KEY}')]"


def memory_input() -> gr.Textbox:
    """The last input of an event that has READ as its `js`."""
    return gr.Textbox(visible=False)


def remembered_format(text: str | None) -> WorkingFormat:
    """The format of what is open; the report's where the browser keeps none."""
    return read_format(_kept(text).get("format"))


def remembered_settings(text: str | None, catalogue: Catalogue) -> dict[str, Restorer]:
    """The current settings; the report's where the browser keeps none."""
    return read_settings(_kept(text).get("settings"), catalogue)


def remembered_shown(text: str | None) -> frozenset[str] | None:
    """The conditions that the workbench shows; None where the browser keeps none."""
    return read_shown(_kept(text).get("conditions"))


def remembered_clip(text: str | None) -> str | None:
    """The id of the clip that is open; it may have been deleted."""
    clip_id = _kept(text).get("clip")
    return clip_id if isinstance(clip_id, str) else None


def settings_in_words(restorers: dict[str, Restorer]) -> str:
    """What differs from the report's values."""
    moved = [
        f"{restorer.title} {item.name} {_written(getattr(restorer, item.name))}"
        for restorer in restorers.values()
        for item in parameters_of(restorer)
        if getattr(restorer, item.name) != item.default
    ]
    return "Current settings: " + (
        f"{', '.join(moved)}; all others are the report's." if moved else "the report's."
    )


def _written(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def _kept(text: str | None) -> dict:
    try:
        kept = json.loads(text or "{}")
    except ValueError:
        return {}
    return kept if isinstance(kept, dict) else {}
