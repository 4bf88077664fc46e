"""Where a clip comes from: a prompt, a file, or the library."""

from dataclasses import dataclass
from pathlib import Path

import gradio as gr

from audio.files import AudioFileError, read_clip
from ui.errors import explained
from ui.library_choices import library_choices
from ui.notices import notice
from ui.prompt_panel import build_prompt_panel
from ui.services import Services

MAX_TITLE_LENGTH = 80


@dataclass(frozen=True)
class ClipPanel:
    """What the rest of the page looks at."""

    clip_id: gr.Dropdown
    new_clip: list  # the events after which clip_id names a new clip


def build_clip_panel(services: Services, page: gr.Blocks) -> ClipPanel:
    clip_id = gr.Dropdown(
        label="Your clips",
        info="Everything made or uploaded here, newest first.",
        choices=[],
        elem_id="library",
        scale=3,
        min_width=320,
        render=False,
    )
    status = gr.HTML(elem_id="progress", render=False)
    made = build_prompt_panel(services, status, clip_id)
    with gr.Row(equal_height=False):
        clip_id.render()
        upload = gr.File(
            label="… or upload a clip, 0.5–60 s",
            height=150,
            elem_id="upload",
            scale=2,
            min_width=320,
        )

    @explained
    def add_upload(path):
        try:
            clip = read_clip(path)
        except AudioFileError as error:
            return None, gr.skip(), notice(error)
        record = services.library.add_upload(clip, title=_title_of(path))
        return None, library_choices(services, record.clip_id), ""

    uploaded = upload.upload(
        add_upload,
        upload,
        [upload, clip_id, status],
        concurrency_limit=None,
        show_progress="hidden",
    )
    page.load(lambda: library_choices(services), outputs=clip_id, show_progress="hidden")
    return ClipPanel(clip_id, [*(event.success for event in made), uploaded.success])


def _title_of(path) -> str:
    """The uploaded file's name without its ending, harmless and short."""
    name = "".join(c for c in Path(path).stem if c.isprintable())
    return name[:MAX_TITLE_LENGTH] or "Uploaded clip"
