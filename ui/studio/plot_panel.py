"""Interactive plots, drawn only while somebody looks at them."""

from typing import Any

import gradio as gr

from listening.trial import ORIGINAL
from ui.errors import explained
from ui.services import Services
from ui.studio.components import Workbench
from ui.studio.figures import long_term_spectra, spectrogram
from ui.studio.open_clips import OpenClips
from ui.studio.versions import shown_versions, titles_of
from ui.studio.workbench_state import read_state

LONG_TERM = "long-term"
FIRST_CHOICE = ("Long-term average spectrum of all versions", LONG_TERM)


def build_plot_panel(services: Services, open_clips: OpenClips, workbench: Workbench) -> None:
    with gr.Accordion("Interactive plots", open=False, elem_id="plots") as panel:
        choice = gr.Radio(
            choices=[FIRST_CHOICE],
            value=LONG_TERM,
            label="Plot",
            elem_id="plot-choice",
        )
        plot = gr.Plot(show_label=False, elem_id="plot")
    is_open = gr.State(False)

    @explained
    def draw(value, looked_at: bool, chosen: str):
        if not looked_at:
            return {}
        state = read_state(value, services.catalogue)
        now = open_clips.open(state.clip_id, state.working_format, part_s=state.part_s)
        comparison = now.comparison
        clips = {ORIGINAL: comparison.original} | {
            slug: comparison.restored(restorer)
            for slug, restorer in shown_versions(now, state, services.catalogue).items()
        }
        titles = titles_of(now, services.catalogue)
        offered = [FIRST_CHOICE, *((f"Spectrogram: {titles[slug]}", slug) for slug in clips)]
        if chosen not in clips:
            chosen = LONG_TERM
            titled = {titles[slug]: clip for slug, clip in clips.items()}
            drawn = long_term_spectra(titled, cutoff_hz=comparison.settings.cutoff_hz)
        else:
            drawn = spectrogram(clips[chosen], now.picture_scale)
        return {choice: gr.update(choices=offered, value=chosen), plot: drawn}

    inputs = [workbench, is_open, choice]
    newest: dict[str, Any] = {
        "trigger_mode": "always_last",
        "show_progress": "hidden",
        "concurrency_limit": None,
    }
    panel.expand(lambda: True, outputs=is_open, show_progress="hidden").then(
        draw, inputs, [choice, plot], **newest
    )
    panel.collapse(lambda: False, outputs=is_open, show_progress="hidden")
    choice.input(draw, inputs, [choice, plot], **newest)
    workbench.settled(draw, inputs, [choice, plot], **newest)
