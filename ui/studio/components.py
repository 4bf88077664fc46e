"""The workbench, the ballot and the list of clips: gr.HTML that our own script fills.

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


class Workbench(_ScriptedHtml):
    """Plays the versions of one clip in step, under their spectrogram, above their settings.

    Its events: `cut` asks for a clip of its own, {"start_s", "end_s"} in what is open; `added`
    tells of a clip that the page has had made, {"id"}; `vote` asks for a blind test; `settled`
    tells that sliders rest at another setting while a plot is looked at.

    value : to the page, {"newest": the clip that a page without a memory begins with}; from the
        page, what `workbench_state.read_state` reads
    """

    css_class = "lab-player"
    mount = "mountWorkbench"
    sends = ("cut", "added", "vote", "settled")


class BallotForm(_ScriptedHtml):
    """One blind trial; its `submit` event carries the listener's answers.

    value : what ui.studio.open_trial.ballot_value returns, or None for no trial
    """

    css_class = "lab-ballot"
    mount = "mountBallot"
    sends = ("submit",)


class ClipList(_ScriptedHtml):
    """The clips of the library; its events name a clip: {"id": ...}, `rename` also its "title".
    `added` tells of clips that the page has sent by itself.

    value : what ui.studio.clip_list_panel.library_value returns
    """

    css_class = "lab-library"
    mount = "mountClipList"
    sends = ("rename", "remove", "again", "added")


def _mounting(mount: str, events: tuple[str, ...]) -> str:
    """JavaScript; an event exists only if its name stands in it between quotes."""
    names = " ".join(f"'{event}'" for event in events)
    return f"/* {names} */ {MOUNT.format(mount=mount)}"
