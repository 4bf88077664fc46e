"""The clips on disk: rename, delete; opened, searched and downloaded by the page itself."""

import time
from typing import Any

import gradio as gr

from ui.errors import explained
from ui.services import Services
from ui.studio.components import ClipList


def library_value(services: Services, *, opens: str | None = None) -> dict:
    """The value of the ClipList: every clip, newest first, and what is wrong in the folder.

    opens : the clip that the page is to open
    """
    contents = services.clips.contents()
    return {
        "clips": [
            {
                "id": record.clip_id,
                "title": record.title,
                "origin": record.origin,
                "can_be_made_again": record.prompt is not None,
            }
            for record in contents.records
        ],
        "problems": list(contents.problems),
        "open": opens and {"id": opens, "number": time.time_ns() // 1000},
    }


def build_clip_list(services: Services, clips: ClipList) -> None:
    """What the list's events do."""

    @explained
    def rename_clip(event: gr.EventData):
        services.clips.rename(event._data["id"], event._data["title"])
        return library_value(services)

    @explained
    def delete_clip(event: gr.EventData):
        services.clips.delete(event._data["id"])
        return library_value(services)

    @explained
    def show_added(event: gr.EventData):
        return library_value(services, opens=event._data["id"])

    quiet: dict[str, Any] = {"show_progress": "hidden", "concurrency_limit": None}
    clips.rename(rename_clip, outputs=clips, **quiet)
    clips.remove(delete_clip, outputs=clips, **quiet)
    clips.added(show_added, outputs=clips, **quiet)
