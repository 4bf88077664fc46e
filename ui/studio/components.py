"""The player, the ballot and the list of clips: gr.HTML that our own script fills.

Their values reach the page as data and are put in as text, never as markup.
"""

import gradio as gr

# Gradio leaves out a script tag's type, so a module cannot stand in a component's `head`.
MOUNT = (
    "import(new URL('assets/studio/main.js', document.baseURI))"
    ".then((studio) => studio.{mount}({{element, props, watch, trigger}}));"
)


class _ScriptedHtml(gr.HTML):
    """An empty box that a function of our script fills and keeps in step with the value."""

    css_class: str
    mount: str  # what studio/main.js exports
    sends: tuple[str, ...] = ()  # its events

    def __init__(self, **options):
        super().__init__(
            html_template=f'<div class="{self.css_class}"></div>',
            js_on_load=_mounting(self.mount, self.sends),
            apply_default_css=False,
            **options,
        )

    def api_info(self) -> dict:
        return {"type": "object"}


class Player(_ScriptedHtml):
    """Plays the versions of one clip in step, each under its spectrogram.

    Its events: `load` asks for what is still to be restored of the value; `part` for another part
    of a long clip, {"start_s"}; `cut` for a clip of its own, {"start_s", "end_s"} in what is open.

    value : what ui.presentation.player_value returns, or None for no clip
    """

    css_class = "lab-player"
    mount = "mountPlayer"
    sends = ("load", "part", "cut")


class BallotForm(_ScriptedHtml):
    """One blind trial; its `submit` event carries the listener's answers.

    value : what ui.presentation.ballot_value returns, or None for no trial
    """

    css_class = "lab-ballot"
    mount = "mountBallot"
    sends = ("submit",)


class ClipList(_ScriptedHtml):
    """The clips of the library; its events name a clip: {"id": ...}, `rename` also its "title".

    value : what ui.library_panel.library_value returns
    """

    css_class = "lab-library"
    mount = "mountClipList"
    sends = ("open", "rename", "remove", "again")


def _mounting(mount: str, events: tuple[str, ...]) -> str:
    """JavaScript; an event exists only if its name stands in it between quotes."""
    names = " ".join(f"'{event}'" for event in events)
    return f"/* {names} */ {MOUNT.format(mount=mount)}"
