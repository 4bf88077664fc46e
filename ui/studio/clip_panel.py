"""Where a clip comes from: a prompt, a file, or the library."""

from dataclasses import dataclass
from pathlib import Path

import gradio as gr

from audio.files import AudioFileError
from ui.errors import explained
from ui.services import Services
from ui.studio.clip_list_panel import build_library_panel, library_value
from ui.studio.components import ClipList
from ui.studio.notices import notice
from ui.studio.prompt_panel import build_prompt_panel

MAX_TITLE_LENGTH = 80


@dataclass(frozen=True)
class ClipPanel:
    """What the rest of the page looks at.

    clip_id : holds the id of the clip that is open, or None
    clips : the list of all clips
    opened, renamed, deleted : the events after which clip_id names another clip, its title
        changed, or it may be gone
    """

    clip_id: gr.State
    clips: ClipList
    opened: list
    renamed: list
    deleted: list


def build_clip_panel(services: Services, page: gr.Blocks) -> ClipPanel:
    clip_id = gr.State(None)
    clips = ClipList(elem_id="library", render=False)
    status = gr.HTML(elem_id="progress", render=False)
    made = build_prompt_panel(services, status, clip_id, clips)
    with gr.Row(equal_height=False):
        with gr.Column(scale=3, min_width=320):
            clips.render()
        upload = gr.File(
            label="… or upload a clip, 0.5 s to 10 min, mono or stereo",
            height=150,
            elem_id="upload",
            scale=2,
            min_width=320,
        )

    @explained
    def add_upload(path):
        try:
            added = services.clips.add_file(Path(path), title=_title_of(path)).clip_id
        except AudioFileError as error:
            return None, gr.skip(), gr.skip(), notice(error)
        return None, added, library_value(services, added), ""

    uploaded = upload.upload(
        add_upload,
        upload,
        [upload, clip_id, clips, status],
        concurrency_limit=None,
        show_progress="hidden",
    )
    page.load(lambda: library_value(services, chosen=None), outputs=clips, show_progress="hidden")
    events = build_library_panel(services, clips, clip_id)
    return ClipPanel(
        clip_id,
        clips,
        opened=[event.success for event in [*made, uploaded, events["opened"]]],
        renamed=[events["renamed"].success],
        deleted=[events["deleted"].success],
    )


def _title_of(path) -> str:
    """The uploaded file's name without its ending, harmless and short."""
    name = "".join(c for c in Path(path).stem if c.isprintable())
    return name[:MAX_TITLE_LENGTH] or "Uploaded clip"
