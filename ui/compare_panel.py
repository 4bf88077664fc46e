"""Hear and see the clip beside its restorations, and move their parameters."""

import gradio as gr

from audio.working import REPORT_RATE_HZ, WORKING_RATES_HZ, at_working_rate
from experiment import Comparison
from ui.components import Player
from ui.errors import explained
from ui.presentation import ORIGINAL, TITLES, OpenClip, open_clip, player_value
from ui.services import Services
from ui.sliders import build_controls, defaults, limits_for, restorers_from
from ui.tables import score_table


def build_compare_panel(services: Services, opened: gr.State, clip_id, new_clip) -> list:
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
    player = Player(elem_id="player")
    table = gr.HTML(elem_id="scores")
    gr.Markdown("### Parameters")
    reset = gr.Button("Reset to the report's values", size="sm", elem_id="reset")
    controls = build_controls(REPORT_RATE_HZ)

    @explained
    def open_chosen(now: OpenClip | None, chosen, rate_hz, *values):
        if chosen is None or _is_open(now, chosen, rate_hz):
            return gr.skip(), gr.skip(), gr.skip(), gr.skip()
        record = services.library.record(chosen)
        original = at_working_rate(services.library.audio(chosen), rate_hz)
        now = open_clip(record, Comparison(original), services.media)
        sound = player_value(now, restorers_from(values), with_pictures=False)
        return now, sound, "", gr.update(visible=False)

    @explained
    def show_sound(now, *values):
        if now is None:
            return gr.skip()
        return player_value(now, restorers_from(values), with_pictures=False)

    @explained
    def show_scores(now, *values):
        if now is None:
            return gr.skip()
        rows = [(TITLES[ORIGINAL], now.comparison.original_scores())] + [
            (TITLES[slug], now.comparison.scores(restorer))
            for slug, restorer in restorers_from(values).items()
        ]
        return score_table(rows, now.comparison.original.sample_rate_hz)

    @explained
    def show_pictures(now, *values):
        if now is None:
            return gr.skip()
        return player_value(now, restorers_from(values), with_pictures=True)

    quiet = {"show_progress": "hidden", "concurrency_limit": None}
    limiting = rate.change(
        lambda hz, *values: limits_for(hz, values), [rate, *controls], controls, **quiet
    )
    opening = [
        trigger(
            open_chosen,
            [opened, clip_id, rate, *controls],
            [opened, player, table, nothing_yet],
            **quiet,
        )
        for trigger in [*new_clip, clip_id.input, limiting.success]
    ]
    # One event for all controls: the newest values always win, and nothing queues up.
    moving = gr.on(
        [control.input for control in controls],
        show_sound,
        [opened, *controls],
        player,
        queue=False,
        trigger_mode="always_last",
        show_progress="hidden",
    )
    resetting = reset.click(defaults, outputs=controls, **quiet).success(
        show_sound, [opened, *controls], player, **quiet
    )
    for event in [*opening, moving, resetting]:
        event.success(show_scores, [opened, *controls], table, **quiet).success(
            show_pictures, [opened, *controls], player, **quiet
        )
    return controls


def _is_open(now: OpenClip | None, clip_id: str, rate_hz: int) -> bool:
    return (
        now is not None
        and now.record.clip_id == clip_id
        and now.comparison.original.sample_rate_hz == rate_hz
    )
