"""The choice of what is restored: the report's format, or full quality."""

import gradio as gr

from audio.working import FORMAT_TITLES, WorkingFormat


def format_choice(elem_id: str) -> gr.Radio:
    """Its value is that of a WorkingFormat."""
    return gr.Radio(
        choices=[(title, str(one)) for one, title in FORMAT_TITLES.items()],
        value=str(WorkingFormat.REPORT),
        label="Format",
        info="What is restored. Scores are always those of the 16 kHz mono mix.",
        elem_id=elem_id,
    )
