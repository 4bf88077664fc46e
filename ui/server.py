"""One web application: the Studio at /, its workbench's questions at /workbench, listeners at
/listen, and media behind tokens."""

import warnings
from collections.abc import Iterable, Sequence
from typing import Any

import gradio as gr
from fastapi import FastAPI, Response
from starlette.types import ASGIApp

from messages import ENGLISH
from ui.access.forwarded import THIS_MACHINE, Forwarded
from ui.access.limits import MAX_UPLOAD_BYTES, BodyLimits, RateLimits
from ui.access.login import LoginGate
from ui.access.origin import OriginGuard
from ui.access.root_path import RootPath
from ui.access.routes import LISTENERS
from ui.listen.pages import LISTEN_FILES, add_listen_pages
from ui.page_files import PageFiles
from ui.page_head import PageHead
from ui.services import Services
from ui.studio.navigation import PAGES
from ui.studio.open_clips import OpenClips
from ui.studio.page import build_studio
from ui.studio.uploads_api import add_uploads_api
from ui.studio.workbench_api import add_workbench_api

NO_API_PAGES: dict[str, Any] = {"docs_url": None, "redoc_url": None, "openapi_url": None}
STUDIO_FILES = PageFiles("assets", "studio", languages=(ENGLISH,), sections=("trial",))
STUDIO_PATHS = [f"/{address}".removesuffix("./") for address in PAGES.values()]
ALL_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
NO_TRACE = {"Cache-Control": "private, no-store"}


def build_app(
    services: Services,
    *,
    password: str | None = None,
    root_path: str = "",
    proxies: Sequence[str] = THIS_MACHINE,
) -> ASGIApp:
    """The application that uvicorn serves.

    password : what the Studio asks for, with the name STUDIO_USER; None: it is open to everybody
        on this machine
    root_path : the path under which a proxy publishes the app, such as "/lab"; "" for none
    proxies : whose X-Forwarded headers are believed
    """
    pages = PageHead(_pages(services, root_path), STUDIO_FILES.tags(), STUDIO_PATHS)
    app: ASGIApp = BodyLimits(pages)
    if password is not None:
        app = LoginGate(app, password, root=root_path)
    app = Forwarded(RateLimits(app), proxies)
    return RootPath(OriginGuard(app, has_password=password is not None), root_path)


def _pages(services: Services, root_path: str) -> FastAPI:
    app = FastAPI(**NO_API_PAGES)
    STUDIO_FILES.add_to(app)

    @app.get("/media/{token}")
    def medium(token: str) -> Response:
        found = services.media.get(token)
        if found is None:
            return Response("There is nothing here any more.", status_code=404, headers=NO_TRACE)
        headers = {**NO_TRACE}
        if found.filename:
            headers["Content-Disposition"] = f'attachment; filename="{found.filename}"'
        return Response(found.data(), media_type=found.media_type, headers=headers)

    open_clips = OpenClips(services.clips, services.versions)
    add_workbench_api(app, services, open_clips)
    add_uploads_api(app, services)
    LISTEN_FILES.add_to(app)
    add_listen_pages(app, services.flow, "/listen")
    add_listen_pages(app, services.previews.flow, "/preview", previews=services.previews)
    _end_paths(app, LISTENERS)
    studio = build_studio(services, open_clips, root_path=root_path)
    with warnings.catch_warnings():
        # Told of more than one page, Gradio warns that it switches off what is off already.
        warnings.filterwarnings("ignore", "SSR mode is not supported", UserWarning)
        return gr.mount_gradio_app(
            app,
            studio,
            path="/",
            root_path=root_path or None,
            app_kwargs={**NO_API_PAGES},  # Gradio adds to the dict it is given
            theme=_theme(),
            footer_links=[],
            show_error=False,
            max_file_size=MAX_UPLOAD_BYTES,
            ssr_mode=False,
            run_history=False,
            enable_monitoring=False,
        )


def _end_paths(app: FastAPI, roots: Iterable[str]) -> None:
    """What is below them and has not been found by now is not to be looked for in the Studio."""

    def nothing() -> Response:
        return Response("There is nothing here.", status_code=404, headers=NO_TRACE)

    for root in roots:
        for path in (root, root + "/{rest:path}"):
            app.add_api_route(path, nothing, methods=ALL_METHODS)


def _theme() -> gr.themes.Base:
    """System fonts only: a font service would learn of every visitor. Colours are a step darker
    than the theme's own, for a contrast of 4.5:1 (WCAG 2.2, 1.4.3; 3:1 for edges of controls)."""
    return gr.themes.Soft(
        primary_hue="indigo",
        font=["system-ui", "sans-serif"],
        font_mono=["ui-monospace", "monospace"],
    ).set(
        color_accent="*primary_600",
        link_text_color="*primary_700",
        link_text_color_dark="*primary_300",
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_300",
        block_info_text_color="*neutral_600",
        block_info_text_color_dark="*neutral_300",
        block_label_text_color="*primary_700",
        block_title_text_color="*primary_700",
        input_placeholder_color="*neutral_500",
        input_placeholder_color_dark="*neutral_400",
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_dark="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        button_primary_background_fill_hover_dark="*primary_700",
        button_secondary_background_fill_hover_dark="*primary_600",
        checkbox_label_background_fill_selected="*primary_600",
        checkbox_border_color="*neutral_500",
        checkbox_border_color_dark="*neutral_400",
        slider_color="*primary_600",
        slider_color_dark="*primary_400",
    )
