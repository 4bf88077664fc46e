"""One web application: the Studio at /, listeners at /listen, and media behind tokens."""

from typing import Any

import gradio as gr
from fastapi import FastAPI, Response

from ui.bundles import STUDIO_SCRIPTS, add_bundle
from ui.listen.pages import add_listen_assets, add_listen_pages
from ui.services import Services
from ui.studio.page import build_studio

STUDIO_USER = "studio"
MAX_UPLOAD = "200mb"  # 60 s of 192 kHz stereo in 64-bit floats
NO_API_PAGES: dict[str, Any] = {"docs_url": None, "redoc_url": None, "openapi_url": None}
NO_TRACE = {"Cache-Control": "private, no-store"}


def build_app(services: Services, *, password: str | None = None) -> FastAPI:
    """The application that uvicorn serves.

    password : what the Studio asks for, with the name STUDIO_USER; None: it is open to everybody
    """
    app = FastAPI(**NO_API_PAGES)
    add_bundle(app, "/assets/lab.js", STUDIO_SCRIPTS, "text/javascript")
    add_bundle(app, "/assets/lab.css", ("lab.css",), "text/css")

    @app.get("/media/{token}")
    def medium(token: str):
        found = services.media.get(token)
        if found is None:
            return Response("There is nothing here any more.", status_code=404, headers=NO_TRACE)
        headers = {**NO_TRACE}
        if found.filename:
            headers["Content-Disposition"] = f'attachment; filename="{found.filename}"'
        return Response(found.data(), media_type=found.media_type, headers=headers)

    add_listen_assets(app)
    add_listen_pages(app, services.flow, "/listen")
    add_listen_pages(app, services.previews, "/preview", is_preview=True)
    return gr.mount_gradio_app(
        app,
        build_studio(services),
        path="/",
        auth=(STUDIO_USER, password) if password else None,
        auth_message=f"The name is “{STUDIO_USER}”; whoever started the app knows the password.",
        app_kwargs={**NO_API_PAGES},  # Gradio adds to the dict it is given
        theme=_theme(),
        head='<link rel="stylesheet" href="assets/lab.css">',
        footer_links=[],
        show_error=False,
        max_file_size=MAX_UPLOAD,
        ssr_mode=False,
        run_history=False,
        enable_monitoring=False,
    )


def _theme() -> gr.themes.Base:
    """System fonts only: a font service would learn of every visitor."""
    return gr.themes.Soft(
        primary_hue="indigo",
        font=["system-ui", "sans-serif"],
        font_mono=["ui-monospace", "monospace"],
    )
