"""Hear and see the clip beside its restorations, and move their parameters."""

import time
from typing import Any

import gradio as gr

from audio.working import REPORT_RATE_HZ, WORKING_RATES_HZ
from ui.condition_titles import TITLES
from ui.errors import explained, sentence_for
from ui.services import Services
from ui.studio.clip_panel import ClipPanel
from ui.studio.components import Player
from ui.studio.fit_panel import build_fit_panel
from ui.studio.notices import notice
from ui.studio.open_clips import OpenClip, OpenClips
from ui.studio.player_value import player_value
from ui.studio.plot_panel import build_plot_panel
from ui.studio.preset_panel import build_preset_panel, written_settings
from ui.studio.score_tables import hiss_sentence, score_table
from ui.studio.sliders import build_controls, defaults, limits_for, restorers_from


def build_compare_panel(
    services: Services,
    page: gr.Blocks,
    open_clips: OpenClips,
    opened: gr.State,
    clip: ClipPanel,
) -> list:
    """Returns every parameter control, in the order that `restorers_from` reads.

    opened : holds the OpenClip of this visitor
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
    note = gr.HTML(elem_id="parameter-note")
    reset = gr.Button("Reset to the report's values", size="sm", elem_id="reset")
    controls = build_controls(REPORT_RATE_HZ)
    build_fit_panel(opened, controls)
    settings = build_preset_panel(services, page, controls.all)
    shown_as = gr.State(0)  # changes whenever what is open changes

    @explained
    def open_chosen(now: OpenClip | None, chosen, rate_hz, request: gr.Request):
        if chosen is None or _is_open(now, chosen, rate_hz):
            return gr.skip(), gr.skip(), gr.skip(), gr.skip()
        number = time.monotonic_ns()
        now = open_clips.open(chosen, rate_hz, page=request.session_hash or "", opened_as=number)
        return now, hiss_sentence(now.comparison.hiss()), gr.update(visible=False), number

    @explained
    def read_title(now: OpenClip | None):
        if now is None:
            return gr.skip(), gr.skip()
        return open_clips.renamed(now), time.monotonic_ns()

    def close_if_gone(now: OpenClip | None, chosen):
        if now is None or chosen is not None:
            return gr.skip(), gr.skip(), gr.skip(), gr.skip(), gr.skip()
        return None, None, "", "", gr.update(visible=True)

    # Errors of these two are shown in their places: outside the queue they have no other way.
    def show_sound(now, *values):
        if now is None:
            return gr.skip(), gr.skip()
        try:
            return player_value(now, restorers_from(values)), ""
        except Exception as error:
            return gr.skip(), notice(sentence_for(error))

    def show_scores(now, *values):
        try:
            restorers = restorers_from(values)
            scores = score_table(now.comparison, restorers, TITLES) if now else gr.skip()
        except ValueError:  # show_sound has said why, and the sound is still that of the old table
            return gr.skip(), gr.skip(), gr.skip()
        except Exception as error:
            return notice(sentence_for(error)), gr.skip(), gr.skip()
        return scores, *written_settings(restorers)

    quiet: dict[str, Any] = {"show_progress": "hidden", "concurrency_limit": None}
    limiting = rate.change(
        lambda hz, *values: limits_for(hz, values), [rate, *controls.all], controls.all, **quiet
    )
    for trigger in [*clip.opened, limiting.success]:
        trigger(
            open_chosen,
            [opened, clip.clip_id, rate],
            [opened, hiss, nothing_yet, shown_as],
            **quiet,
        )
    for trigger in clip.renamed:
        trigger(read_title, opened, [opened, shown_as], **quiet)
    for trigger in clip.deleted:
        trigger(
            close_if_gone,
            [opened, clip.clip_id],
            [opened, player, table, hiss, nothing_yet],
            **quiet,
        )
    reset.click(defaults, outputs=controls.all, **quiet)

    # One event for everything that can change what is heard. The next run waits for the last one
    # and takes the newest values, so they always win and nothing queues up.
    newest = {"trigger_mode": "always_last", **quiet}
    changed = gr.on(
        [shown_as.change, *(control.change for control in controls.all)],
        show_sound,
        [opened, *controls.all],
        [player, note],
        queue=False,
        **newest,
    )
    scored = changed.success(
        show_scores, [opened, *controls.all], [table, *settings], queue=False, **newest
    )
    build_plot_panel(opened, controls.all, scored, newest)
    return controls.all


def _is_open(now: OpenClip | None, clip_id: str, rate_hz: int) -> bool:
    return now is not None and now.record.clip_id == clip_id and now.sample_rate_hz == rate_hz
