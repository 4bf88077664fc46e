"""Interactive plots, drawn only while somebody looks at them."""

from typing import Any

import gradio as gr

from listening.trial import ORIGINAL
from ui.condition_titles import TITLES
from ui.errors import explained
from ui.studio.components import Workbench
from ui.studio.figures import long_term_spectra, spectrogram
from ui.studio.open_clips import OpenClips
from ui.studio.workbench_state import read_state

LONG_TERM = "long-term"


def build_plot_panel(open_clips: OpenClips, workbench: Workbench) -> None:
    with gr.Accordion("Interactive plots", open=False, elem_id="plots") as panel:
        choice = gr.Radio(
            choices=[("Long-term average spectrum of all versions", LONG_TERM)]
            + [(f"Spectrogram: {title}", slug) for slug, title in TITLES.items()],
            value=LONG_TERM,
            label="Plot",
            elem_id="plot-choice",
        )
        plot = gr.Plot(show_label=False, elem_id="plot")
    is_open = gr.State(False)

    @explained
    def draw(value, looked_at: bool, chosen: str):
        if not looked_at:
            return gr.skip()
        state = read_state(value)
        now = open_clips.open(state.clip_id, state.working_format, part_s=state.part_s)
        comparison = now.comparison
        clips = {ORIGINAL: comparison.original} | {
            slug: comparison.restored(restorer) for slug, restorer in state.restorers.items()
        }
        if chosen == LONG_TERM:
            titled = {TITLES[slug]: clip for slug, clip in clips.items()}
            return long_term_spectra(titled, cutoff_hz=comparison.settings.cutoff_hz)
        return spectrogram(clips[chosen], now.picture_scale)

    inputs = [workbench, is_open, choice]
    newest: dict[str, Any] = {
        "trigger_mode": "always_last",
        "show_progress": "hidden",
        "concurrency_limit": None,
    }
    panel.expand(lambda: True, outputs=is_open, show_progress="hidden").then(
        draw, inputs, plot, **newest
    )
    panel.collapse(lambda: False, outputs=is_open, show_progress="hidden")
    choice.input(draw, inputs, plot, **newest)
    workbench.settled(draw, inputs, plot, **newest)
