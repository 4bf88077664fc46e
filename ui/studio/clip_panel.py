"""The sidebar: where a clip comes from, a prompt, a file, or the library."""

from pathlib import Path

import gradio as gr

from audio.files import AudioFileError
from ui.errors import explained
from ui.services import Services
from ui.studio.clip_list_panel import build_clip_list, library_value
from ui.studio.components import ClipList
from ui.studio.notices import notice
from ui.studio.prompt_panel import build_prompt_panel

MAX_TITLE_LENGTH = 80


def build_clip_panel(services: Services) -> ClipList:
    """Returns the list of clips, which opens those that are new."""
    clips = ClipList(elem_id="library", render=False)
    status = gr.HTML(elem_id="progress", render=False)
    with gr.Column(elem_id="lab-new"):
        build_prompt_panel(services, status, clips)
        upload = gr.File(
            label="Upload: 0.5 s to 10 min, mono or stereo", height=110, elem_id="upload"
        )
    status.render()
    clips.render()

    @explained
    def add_upload(path):
        try:
            added = services.clips.add_file(Path(path), title=title_of(path)).clip_id
        except AudioFileError as error:
            return {upload: None, status: notice(error)}
        return {upload: None, clips: library_value(services, opens=added), status: ""}

    upload.upload(
        add_upload,
        upload,
        [upload, clips, status],
        concurrency_limit=None,
        show_progress="hidden",
    )
    build_clip_list(services, clips)
    return clips


def title_of(path: str | Path) -> str:
    """The uploaded file's name without its ending, harmless and short."""
    name = "".join(c for c in Path(path).stem if c.isprintable())
    return name[:MAX_TITLE_LENGTH] or "Uploaded clip"
