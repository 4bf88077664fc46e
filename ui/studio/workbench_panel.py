"""The workbench on the page: what it begins with, and what of it becomes a clip of its own."""

import threading
from typing import Any

import gradio as gr

from generation import Prompt
from generation.prompt import REPORT_DURATION_S, REPORT_FIRST_SEED, REPORT_PROMPTS
from ui.errors import explained
from ui.services import Services
from ui.studio.clip_list_panel import library_value
from ui.studio.components import ClipList, Workbench
from ui.studio.open_clips import OpenClips
from ui.studio.workbench_state import read_state


def build_workbench_panel(
    services: Services, page: gr.Blocks, open_clips: OpenClips, clips: ClipList
) -> Workbench:
    workbench = Workbench(elem_id="player")
    first_clip = _FirstClip(services)

    def begin():
        newest = first_clip.newest()
        return {clips: library_value(services), workbench: {"newest": newest}}

    @explained
    def cut_to_loop(value, event: gr.EventData):
        state = read_state(value, services.catalogue)
        opened = open_clips.open(state.clip_id, state.working_format, part_s=state.part_s)
        start_s, end_s = float(event._data["start_s"]), float(event._data["end_s"])
        region = start_s, end_s
        cut = opened.region(*region)
        start_s += opened.part_s or 0.0
        made = services.clips.add_cut(cut, opened.record, start_s=start_s).clip_id
        for record, part in opened.version_regions(*region):
            services.versions.add_part(made, record, part)
        return library_value(services, opens=made)

    @explained
    def open_added(event: gr.EventData):
        return library_value(services, opens=str(event._data["id"]))

    quiet: dict[str, Any] = {"show_progress": "hidden", "concurrency_limit": None}
    page.load(begin, outputs=[clips, workbench], **quiet)
    workbench.cut(cut_to_loop, workbench, clips, **quiet)
    workbench.added(open_added, None, clips, **quiet)
    return workbench


class _FirstClip:
    """What a page without a memory begins with: the newest clip, or a demo in an empty library."""

    def __init__(self, services: Services):
        self._services = services
        self._lock = threading.Lock()

    def newest(self) -> str | None:
        with self._lock:
            contents = self._services.clips.contents()
            if contents.records:
                return contents.records[0].clip_id
            if contents.problems:
                return None  # it is not a first visit
            prompt = Prompt(REPORT_PROMPTS[0], REPORT_DURATION_S, REPORT_FIRST_SEED)
            generator = self._services.synthetic
            record = self._services.clips.add_generated(
                generator.generate(prompt), prompt, generator
            )
            return self._services.clips.rename(record.clip_id, "Demo").clip_id
