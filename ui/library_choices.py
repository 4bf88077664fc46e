"""The library as a dropdown sees it."""

import gradio as gr

from ui.services import Services


def library_choices(services: Services, chosen: str | None = None):
    """An update of the dropdown: all clips, newest first, one of them chosen."""
    choices = [(record.label, record.clip_id) for record in services.library.records()]
    return gr.update(choices=choices, value=chosen)
