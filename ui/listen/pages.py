"""The listeners' pages: one shell for every study; which one it is stands in the address only."""

from fastapi import FastAPI, Response
from fastapi.responses import HTMLResponse

from listening.previews import Previews
from listening.session_flow import SessionFlow
from messages import LANGUAGES
from ui.listen.api import add_listen_api
from ui.page_files import PageFiles

LISTEN_FILES = PageFiles(
    "listen-assets", "listen", languages=LANGUAGES, sections=("trial", "listen", "errors")
)
SHELL = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Listening test</title>
<link rel="icon" href="data:,">
{LISTEN_FILES.tags("../")}
</head>
<body>
<main>
<noscript>
<p>This listening test needs JavaScript.</p>
<p lang="it">Questo test d’ascolto richiede JavaScript.</p>
</noscript>
<div class="listen-too-old">
<p>If nothing else appears here, this browser is too old: please use Chrome or Edge 111,
Firefox 113, Safari 16.2, or a newer one.</p>
<p lang="it">Se qui non compare altro, questo browser è troppo vecchio: usi Chrome o Edge 111,
Firefox 113, Safari 16.2, o uno più recente.</p>
</div>
</main>
<script type="module" src="../listen-assets/listen/main.js"></script>
</body>
</html>
"""
NO_STUDY = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Listening test</title>
</head>
<body>
<main>
<h1>Listening test</h1>
<p>Please open the link that you were sent: it names the study.</p>
<p lang="it">Apra il link che ha ricevuto: contiene il nome dello studio.</p>
</main>
</body>
</html>
"""
# Nothing is loaded from elsewhere, and the address of the study is told to nobody.
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "media-src blob:; img-src data:; base-uri 'none'; form-action 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
# A beacon from a page that tells no referrer has no origin either, and the Studio refuses it.
PREVIEW_HEADERS = {**HEADERS, "Referrer-Policy": "same-origin"}


def add_listen_pages(
    app: FastAPI, flow: SessionFlow, prefix: str, *, previews: Previews | None = None
) -> None:
    """Put {prefix}/{study_id} and what it asks for into an application.

    previews : whose pages these are; None for those of real listeners
    """

    headers = HEADERS if previews is None else PREVIEW_HEADERS

    @app.get(prefix + "/{study_id}")
    def page(study_id: str) -> HTMLResponse:
        return HTMLResponse(SHELL, headers=headers)

    @app.get(prefix)
    def no_study():
        return HTMLResponse(NO_STUDY, status_code=404, headers=HEADERS)

    add_listen_api(app, flow, prefix, previews=previews)
    if previews is not None:

        @app.post(prefix + "/{study_id}/api/leave")
        def leave(study_id: str) -> Response:
            previews.leave(study_id)
            return Response(status_code=204)
