"""The Studio: a workbench for one clip, and pages for studies, experiments and results."""

from collections.abc import Callable

import gradio as gr

from ui.services import Services
from ui.studio.clip_panel import build_clip_panel
from ui.studio.experiment_panel import build_experiment_panel
from ui.studio.navigation import PAGES, navigation
from ui.studio.open_clips import OpenClips
from ui.studio.plot_panel import build_plot_panel
from ui.studio.results_panel import build_results_panel
from ui.studio.study_panel import build_study_panel
from ui.studio.vote_panel import build_vote_panel
from ui.studio.workbench_panel import build_workbench_panel

TITLE = "MusicGen Restoration Lab"
KEEP_UPLOADS_S = 3600
MAX_PAGES = 100  # whose state is kept, half a megabyte each; those longest unused go first


def build_studio(services: Services, open_clips: OpenClips, *, root_path: str = "") -> gr.Blocks:
    """root_path : as of `ui.server.build_app`."""
    with gr.Blocks(
        title=TITLE,
        analytics_enabled=False,
        delete_cache=(KEEP_UPLOADS_S, KEEP_UPLOADS_S),
        fill_width=True,
    ) as studio:
        _head("Studio")
        with gr.Row(elem_id="lab-studio"):
            with gr.Column(elem_id="lab-sidebar"):
                clips = build_clip_panel(services)
            with gr.Column(elem_id="lab-main"):
                workbench = build_workbench_panel(services, studio, open_clips, clips)
                build_vote_panel(services, studio, open_clips, workbench)
                build_plot_panel(services, open_clips, workbench)
        studio.unload(_leaving(services))
    pages: dict[str, Callable[[], None]] = {
        "Studies": lambda: build_study_panel(services, studio, open_clips, root_path),
        "Experiment": lambda: build_experiment_panel(services, studio),
        "Results": lambda: build_results_panel(services, studio),
    }
    for name, build in pages.items():
        with studio.route(name, PAGES[name]):
            _head(name)
            with gr.Column(elem_id="lab-main"):
                build()
            studio.unload(_leaving(services))
    studio.state_session_capacity = MAX_PAGES
    return studio


def _head(name: str) -> None:
    gr.Navbar(visible=False)  # ours says which page is which to those who do not see it
    gr.HTML(navigation(name), elem_id="lab-navigation", apply_default_css=False)


def _leaving(services: Services) -> Callable[[gr.Request], None]:
    """What is forgotten when a page is closed."""

    def leave(request: gr.Request) -> None:
        services.previews.forget_owner(request.session_hash or "")

    return leave
