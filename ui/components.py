"""The player and the ballot: gr.HTML with a fixed template, drawn by our own script.

Their values reach the page as data and are put in as text, never as markup.
"""

import gradio as gr

# Only the name inside quotes makes `component.submit(...)` an event of gr.HTML.
_MOUNT_PLAYER = "RestorationLab.mountPlayer({element, props, watch});"
_MOUNT_BALLOT = "/* 'submit' */ RestorationLab.mountBallot({element, props, watch, trigger});"
SCRIPT_TAG = '<script src="assets/lab.js"></script>'


class _ScriptedHtml(gr.HTML):
    def api_info(self) -> dict:
        return {"type": "object"}


class Player(_ScriptedHtml):
    """Plays the versions of one clip in step, each under its spectrogram.

    value : what ui.presentation.player_value returns, or None for no clip
    """

    def __init__(self, **options):
        super().__init__(
            html_template='<div class="lab-player"></div>',
            js_on_load=_MOUNT_PLAYER,
            head=SCRIPT_TAG,
            apply_default_css=False,
            **options,
        )


class BallotForm(_ScriptedHtml):
    """One blind trial; its `submit` event carries the listener's answers.

    value : what ui.presentation.ballot_value returns, or None for no trial
    """

    def __init__(self, **options):
        super().__init__(
            html_template='<div class="lab-ballot"></div>',
            js_on_load=_MOUNT_BALLOT,
            head=SCRIPT_TAG,
            apply_default_css=False,
            **options,
        )
