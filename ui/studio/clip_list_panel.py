"""The clips on disk: search, open and play, rename, delete, download, make again."""

from typing import Any

import gradio as gr

from generation import ClipStoreError
from ui.errors import explained
from ui.services import Services
from ui.studio.components import ClipList


def library_value(services: Services, chosen: str | None) -> dict:
    """The value of the ClipList: every clip, newest first, and what is wrong in the folder."""
    contents = services.clips.contents()
    return {
        "chosen": chosen,
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
        "download": chosen and _download(services, chosen),
    }


def _download(services: Services, clip_id: str) -> str:
    def wav() -> bytes | None:
        try:
            return services.clips.wav(clip_id)
        except ClipStoreError:  # deleted since
            return None

    return services.media.put_later(wav, "audio/wav", filename=f"{clip_id}.wav")


def build_library_panel(services: Services, clips: ClipList, clip_id: gr.State) -> dict:
    """What the list's events do; returns those that others follow: opened, renamed, deleted."""

    @explained
    def open_clip(event: gr.EventData):
        wanted = event._data["id"]
        services.clips.record(wanted)
        return wanted, library_value(services, wanted)

    @explained
    def rename_clip(chosen, event: gr.EventData):
        services.clips.rename(event._data["id"], event._data["title"])
        return library_value(services, chosen)

    @explained
    def delete_clip(chosen, event: gr.EventData):
        deleted = event._data["id"]
        services.clips.delete(deleted)
        chosen = None if chosen == deleted else chosen
        return chosen, library_value(services, chosen)

    quiet: dict[str, Any] = {"show_progress": "hidden", "concurrency_limit": None}
    return {
        "opened": clips.open(open_clip, outputs=[clip_id, clips], **quiet),
        "renamed": clips.rename(rename_clip, clip_id, clips, **quiet),
        "deleted": clips.remove(delete_clip, clip_id, [clip_id, clips], **quiet),
    }
