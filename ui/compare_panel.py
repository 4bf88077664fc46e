"""Hear and see the clip beside its restorations, and move their parameters."""

import time

import gradio as gr

from audio.working import REPORT_RATE_HZ, WORKING_RATES_HZ, at_working_rate
from experiment import Comparison
from ui.components import Player
from ui.errors import explained
from ui.fit_panel import build_fit_panel
from ui.plot_panel import build_plot_panel
from ui.presentation import TITLES, OpenClip, open_clip, player_value
from ui.preset_panel import build_preset_panel, written_settings
from ui.services import Services
from ui.sliders import build_controls, defaults, limits_for, restorers_from
from ui.tables import hiss_sentence, score_table


def build_compare_panel(
    services: Services, page: gr.Blocks, opened: gr.State, clip_id, new_clip
) -> list:
    """Returns every parameter control, in the order that `restorers_from` reads.

    opened : holds the OpenClip of this visitor
    new_clip : events after which clip_id names a new clip
    """
    rate = gr.Radio(
        choices=[(name, hz) for hz, name in WORKING_RATES_HZ.items()],
        value=REPORT_RATE_HZ,
        label="Working rate",
        elem_id="rate",
    )
    nothing_yet = gr.Markdown(
        "No clip yet. Generate one above, upload one, or choose one of your clips.",
        elem_id="nothing-yet",
    )
    hiss = gr.HTML(elem_id="hiss")
    player = Player(elem_id="player")
    table = gr.HTML(elem_id="scores")
    gr.Markdown("### Parameters")
    reset = gr.Button("Reset to the report's values", size="sm", elem_id="reset")
    controls = build_controls(REPORT_RATE_HZ)
    build_fit_panel(opened, controls)
    settings = build_preset_panel(services, page, controls.all)
    opened_as = gr.State(0)  # changes whenever another clip, or another rate, is opened

    @explained
    def open_chosen(now: OpenClip | None, chosen, rate_hz):
        if chosen is None or _is_open(now, chosen, rate_hz):
            return gr.skip(), gr.skip(), gr.skip(), gr.skip()
        record = services.library.record(chosen)
        original = at_working_rate(services.library.audio(chosen), rate_hz)
        now = open_clip(record, Comparison(original), services.media, time.monotonic_ns())
        return now, hiss_sentence(now.comparison.hiss()), gr.update(visible=False), now.opened_as

    @explained
    def show_sound(now, *values):
        return player_value(now, restorers_from(values)) if now else gr.skip()

    @explained
    def show_scores(now, *values):
        restorers = restorers_from(values)
        table = score_table(now.comparison, restorers, TITLES) if now else gr.skip()
        return table, *written_settings(restorers)

    quiet = {"show_progress": "hidden", "concurrency_limit": None}
    limiting = rate.change(
        lambda hz, *values: limits_for(hz, values), [rate, *controls.all], controls.all, **quiet
    )
    for trigger in [*new_clip, clip_id.input, limiting.success]:
        trigger(
            open_chosen, [opened, clip_id, rate], [opened, hiss, nothing_yet, opened_as], **quiet
        )
    reset.click(defaults, outputs=controls.all, **quiet)

    # One event for everything that can change what is heard. The next run waits for the last one
    # and takes the newest values, so they always win and nothing queues up.
    newest = {"trigger_mode": "always_last", **quiet}
    changed = gr.on(
        [opened_as.change, *(control.change for control in controls.all)],
        show_sound,
        [opened, *controls.all],
        player,
        queue=False,
        **newest,
    )
    scored = changed.success(
        show_scores, [opened, *controls.all], [table, *settings], queue=False, **newest
    )
    build_plot_panel(opened, controls.all, scored, newest)
    return controls.all


def _is_open(now: OpenClip | None, clip_id: str, rate_hz: int) -> bool:
    return (
        now is not None
        and now.record.clip_id == clip_id
        and now.comparison.original.sample_rate_hz == rate_hz
    )
