"""No other site reaches the Studio through the browser of somebody who may use it."""

from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.access.routes import header, host_of, is_for_listeners, is_loopback

SAFE_METHODS = ("GET", "HEAD")
FOREIGN_HOST = (
    "Without a password the Studio is open to this machine only, under the name localhost. "
    "To reach it under another name, start the app with --password.\n"
)
FOREIGN_ORIGIN = "This request comes from the page of another site.\n"


class OriginGuard:
    """Refuses requests to the Studio that another site's page has made.

    Without a password the Host header must name this machine: a foreign name that resolves to it
    (DNS rebinding) would else read everything. A request that changes something, and a WebSocket,
    must come from a page of ours, if a browser says whose it is.
    """

    def __init__(self, app: ASGIApp, *, has_password: bool):
        self._app = app
        self._has_password = has_password

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        problem = None if scope["type"] == "lifespan" else self._problem(scope)
        if problem is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await PlainTextResponse(problem, 403)(scope, receive, send)

    def _problem(self, scope: Scope) -> str | None:
        if is_for_listeners(scope["path"]):
            return None
        if not self._has_password and not all(is_loopback(host_of(one)) for one in _hosts(scope)):
            return FOREIGN_HOST
        is_safe = scope["type"] == "http" and scope["method"] in SAFE_METHODS
        return None if is_safe or _is_ours(scope) else FOREIGN_ORIGIN


def _is_ours(scope: Scope) -> bool:
    site = header(scope, b"sec-fetch-site")  # no page can set it; sent over HTTPS and to localhost
    if site in ("same-origin", "cross-site"):
        return site == "same-origin"
    origin = header(scope, b"origin")
    if not origin:
        return True  # no browser, or a request of the same origin
    theirs = _netloc(origin)
    return theirs != "" and theirs in {_netloc(f"//{host}") for host in _hosts(scope)}


def _hosts(scope: Scope) -> list[str]:
    """What the request says of the host it was meant for, a proxy's word included.

    A page of another site cannot add X-Forwarded-Host unasked, but one whose name was made to
    resolve to this machine can: so neither is believed without the other.
    """
    forwarded = header(scope, b"x-forwarded-host").split(",")[0].strip()
    return [header(scope, b"host"), *([forwarded] if forwarded else [])]


def _netloc(origin: str) -> str:
    """Host and port, the default ports left out; a proxy may end TLS, so the scheme is not kept."""
    try:
        parts = urlsplit(origin.lower())
        port = parts.port
    except ValueError:
        return ""
    return f"{parts.hostname}:{port}" if port not in (None, 80, 443) else parts.hostname or ""
