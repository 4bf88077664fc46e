"""The Studio: make a clip, compare its restorations, vote blind. One page."""

from collections.abc import Callable

import gradio as gr

from ui.services import Services
from ui.studio.clip_panel import build_clip_panel
from ui.studio.compare_panel import build_compare_panel
from ui.studio.experiment_panel import build_experiment_panel
from ui.studio.open_clips import OpenClips
from ui.studio.results_panel import build_results_panel
from ui.studio.study_panel import build_study_panel
from ui.studio.vote_panel import build_vote_panel, new_listener

TITLE = "MusicGen Restoration Lab"
KEEP_UPLOADS_S = 3600
MAX_PAGES = 100  # whose state is kept, half a megabyte each; those longest unused go first
# What is kept under it is no secret, only a random number that tells two browsers apart.
LISTENER_KEY = "musicgen-restoration-lab-listener"


def build_studio(services: Services, *, root_path: str = "") -> gr.Blocks:
    """root_path : as of `ui.server.build_app`."""
    with gr.Blocks(
        title=TITLE,
        analytics_enabled=False,
        delete_cache=(KEEP_UPLOADS_S, KEEP_UPLOADS_S),
        fill_width=True,
    ) as page:
        gr.Markdown(
            f"# {TITLE}\nMake a clip, hear it with its hiss removed in three ways, then vote blind."
        )
        opened = gr.State(None)  # an OpenClip
        open_clips = OpenClips(services.clips, services.media)
        listener = gr.State(None)
        stored_listener = gr.BrowserState("", storage_key=LISTENER_KEY, secret=LISTENER_KEY)
        gr.Markdown("## 1 · The clip")
        clip = build_clip_panel(services, page)
        gr.Markdown("## 2 · Listen")
        with gr.Tabs():
            with gr.Tab("Compare", id="compare"):
                controls = build_compare_panel(services, page, open_clips, opened, clip)
            with gr.Tab("Blind vote", id="vote"):
                build_vote_panel(services, opened, listener, controls)
            with gr.Tab("Studies", id="studies"):
                build_study_panel(services, page, opened, controls, root_path)
            with gr.Tab("Experiment", id="experiment"):
                build_experiment_panel(services, page, controls)
            with gr.Tab("Results", id="results") as results:
                build_results_panel(services, results)
        page.load(
            new_listener,
            stored_listener,
            [listener, stored_listener],
            show_progress="hidden",
        )
        page.unload(_leaving(services, open_clips))
    page.state_session_capacity = MAX_PAGES
    return page


def _leaving(services: Services, open_clips: OpenClips) -> Callable[[gr.Request], None]:
    """What is forgotten when a page is closed."""

    def leave(request: gr.Request) -> None:
        open_clips.close(request.session_hash or "")
        services.previews.forget_owner(request.session_hash or "")

    return leave
