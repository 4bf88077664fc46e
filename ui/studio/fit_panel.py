"""Fit: the strongest setting of one restorer that still changes the sound little enough."""

import gradio as gr

from comparison import Fit, fit_strength
from restorers import RESTORERS
from ui.errors import explained
from ui.studio.figures import trade_off
from ui.studio.notices import notice
from ui.studio.open_clips import OpenClip
from ui.studio.sliders import Controls, restorers_from


def build_fit_panel(opened: gr.State, controls: Controls) -> None:
    """What the Fit buttons of `controls` do, and the place where their curve is shown."""
    note = gr.HTML(elem_id="fit-note")
    curve = gr.Plot(visible=False, elem_id="fit-curve", show_label=False)

    def fitting(slug: str):
        @explained
        def fit(now: OpenClip | None, *values):
            if now is None:
                raise ValueError("There is no clip to fit to yet; please make or choose one first.")
            found = fit_strength(now.comparison, restorers_from(values)[slug])
            value = found.chosen.value if found.chosen else gr.skip()
            figure = gr.update(value=trade_off(found), visible=True)
            return value, notice(_sentence(RESTORERS[slug].title, found)), figure

        return fit

    for slug, button in controls.fit.items():
        button.click(
            lambda: notice("Looking for the strongest setting …"),
            outputs=note,
            queue=False,
            show_progress="hidden",
        ).then(
            fitting(slug),
            [opened, *controls.all],
            [controls.strength_control(slug), note, curve],
            concurrency_limit=None,
            show_progress="hidden",
        )


def _sentence(title: str, found: Fit) -> str:
    if found.chosen is None:
        return (
            f"{title}: even the weakest {found.parameter} exceeds a log-mel distance of "
            f"{found.limit:g} with the other parameters as they are; nothing was changed."
        )
    change = f"{found.chosen.delta_hf_band_db:+.2f}".replace("-", "−")
    return (
        f"{title}: {found.parameter} = {found.chosen.value:g} is the strongest setting with a "
        f"log-mel distance of at most {found.limit:g} (it has "
        f"{found.chosen.log_mel_distance:.3f}); Δ HF {change} dB."
    )
