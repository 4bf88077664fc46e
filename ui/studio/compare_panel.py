"""Hear and see the clip beside its restorations, and move their parameters."""

import time
from typing import Any

import gradio as gr

from audio.files import AudioFileError
from audio.working import REPORT_RATE_HZ, WorkingFormat
from ui.condition_titles import TITLES
from ui.errors import explained, sentence_for
from ui.services import Services
from ui.studio.clip_list_panel import library_value
from ui.studio.clip_panel import ClipPanel
from ui.studio.components import Player
from ui.studio.fit_panel import build_fit_panel
from ui.studio.format_choice import format_choice
from ui.studio.notices import notice
from ui.studio.open_clips import OpenClip, OpenClips
from ui.studio.player_value import player_value
from ui.studio.plot_panel import build_plot_panel
from ui.studio.preset_panel import build_preset_panel, written_settings
from ui.studio.score_tables import hiss_sentence, score_table
from ui.studio.sliders import build_controls, defaults, limits_for, restorers_from

PATIENCE_S = 0.5  # then what is restored by now is heard, and the rest follows


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
    working_format = format_choice("format")
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
    lowered = gr.State({})  # cutoffs beyond the open clip's band, as `limits_for` has them

    def opening(request: gr.Request, chosen, wanted, before, values, part_s: float = 0.0):
        """What the page shows first: the original, with the sliders within the clip's limits."""
        number = time.monotonic_ns()
        now = open_clips.open(
            chosen,
            WorkingFormat(wanted),
            page=request.session_hash or "",
            opened_as=number,
            part_s=part_s,
        )
        limits, cut_off = limits_for(now.comparison.original.sample_rate_hz, values, before)
        shown = player_value(now, restorers_from(values))
        said = _first_words(now, cut_off)
        return now, said, gr.update(visible=False), shown, "", number, cut_off, *limits

    @explained
    def open_chosen(now: OpenClip | None, chosen, wanted, before, request: gr.Request, *values):
        if chosen is None or _is_open(now, chosen, wanted):
            return [gr.skip() for _ in shown_first]
        return opening(request, chosen, wanted, before, values)

    @explained
    def open_part(
        now: OpenClip | None, wanted, before, event: gr.EventData, request: gr.Request, *values
    ):
        if now is None:
            return [gr.skip() for _ in shown_first]
        part_s = float(event._data["start_s"])
        return opening(request, now.record.clip_id, wanted, before, values, part_s)

    @explained
    def cut_to_loop(now: OpenClip | None, event: gr.EventData):
        if now is None:
            raise ValueError("There is no clip to cut; please make or choose one first.")
        start_s, end_s = float(event._data["start_s"]), float(event._data["end_s"])
        cut = now.region(start_s, end_s)
        start_s += now.part_s or 0.0
        made = services.clips.add_cut(cut, now.record, start_s=start_s).clip_id
        return made, library_value(services, made)

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
            restorers = restorers_from(values)
            now.comparison.restore_some(restorers.values(), for_s=PATIENCE_S)
            return player_value(now, restorers), ""
        except Exception as error:
            return gr.skip(), notice(sentence_for(error))

    def show_scores(now, *values):
        try:
            restorers = restorers_from(values)
            scores = score_table(now.comparison, restorers, TITLES) if now else gr.skip()
        except AudioFileError as error:  # it can be heard, but not scored
            return notice(error), *written_settings(restorers)
        except ValueError:  # show_sound has said why, and the sound is still that of the old table
            return gr.skip(), gr.skip(), gr.skip()
        except Exception as error:
            return notice(sentence_for(error)), gr.skip(), gr.skip()
        return scores, *written_settings(restorers)

    quiet: dict[str, Any] = {"show_progress": "hidden", "concurrency_limit": None}
    shown_first = [opened, hiss, nothing_yet, player, table, shown_as, lowered, *controls.all]
    cutting = player.cut(cut_to_loop, opened, [clip.clip_id, clip.clips], **quiet)
    for trigger in [*clip.opened, cutting.success, working_format.change]:
        trigger(
            open_chosen,
            [opened, clip.clip_id, working_format, lowered, *controls.all],
            shown_first,
            **quiet,
        )
    player.part(open_part, [opened, working_format, lowered, *controls.all], shown_first, **quiet)
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
        [shown_as.change, player.load, *(control.change for control in controls.all)],
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


def _first_words(now: OpenClip, lowered: dict) -> str:
    """Whether there is hiss, and whether a cutoff had to be lowered."""
    try:
        said = hiss_sentence(now.comparison.hiss())
    except AudioFileError as error:
        said = notice(error)
    if lowered:
        band_khz = now.comparison.original.nyquist_hz / 1000
        said += notice(
            f"This clip ends at {band_khz:g} kHz: cutoffs above that are lowered while it is open."
        )
    return said


def _is_open(now: OpenClip | None, clip_id: str, working_format: str) -> bool:
    if now is None:
        return False
    return now.record.clip_id == clip_id and now.working_format == working_format
