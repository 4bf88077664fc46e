"""Plots to hover over and zoom into, drawn only while somebody looks at them."""

import gradio as gr

from listening.trial import ORIGINAL
from ui.condition_titles import TITLES
from ui.errors import explained
from ui.studio.figures import long_term_spectra, spectrogram
from ui.studio.open_clips import OpenClip
from ui.studio.sliders import restorers_from

LONG_TERM = "long-term"


def build_plot_panel(opened: gr.State, controls: list, scored, newest: dict) -> None:
    """scored : the event after which the plot may be drawn anew; newest : options of such events"""
    with gr.Accordion("Plots to hover over and zoom into", open=False, elem_id="plots") as panel:
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
    def draw(now: OpenClip | None, looked_at: bool, chosen: str, *values):
        if now is None or not looked_at:
            return gr.skip()
        comparison = now.comparison
        clips = {ORIGINAL: comparison.original} | {
            slug: comparison.restored(restorer) for slug, restorer in restorers_from(values).items()
        }
        if chosen == LONG_TERM:
            titled = {TITLES[slug]: clip for slug, clip in clips.items()}
            return long_term_spectra(titled, cutoff_hz=comparison.settings.cutoff_hz)
        return spectrogram(clips[chosen], now.presentation.scale)

    inputs = [opened, is_open, choice, *controls]
    panel.expand(lambda: True, outputs=is_open, show_progress="hidden").then(
        draw, inputs, plot, **newest
    )
    panel.collapse(lambda: False, outputs=is_open, show_progress="hidden")
    choice.input(draw, inputs, plot, **newest)
    scored.success(draw, inputs, plot, **newest)
