"""The Studio's password: a page that asks for it, and a gate that nothing passes without it."""

import asyncio
import hashlib
import secrets
import threading
import time
from collections.abc import Iterator
from html import escape
from urllib.parse import parse_qs, quote

from starlette.requests import ClientDisconnect, Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.access.routes import LOGIN, LOGOUT, header, is_for_listeners

STUDIO_USER = "studio"
COOKIE = "restoration-lab"
LASTS_S = 7 * 86_400
MAX_LOGINS = 1000  # at once; the oldest end first
MAX_FORM_BYTES = 4096
FORM_TIMEOUT_S = 10.0
NO_FORM = "This is no form of the login page.\n"
WRONG = "The name or the password is wrong."
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Log in · Restoration Lab</title>
<link rel="icon" href="data:,">
<style>
:root {{ color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }}
body {{ display: grid; place-items: center; min-height: 100vh; margin: 0; padding: 1rem; }}
main {{ width: min(20rem, 100%); }}
form {{ display: grid; gap: .75rem; }}
input, button {{ font: inherit; box-sizing: border-box; width: 100%; min-height: 44px; }}
input, button {{ padding: 0 .75rem; }}
p {{ margin: 0; }}
</style>
</head>
<body>
<main>
<form method="post" action="{action}">
<h1>Restoration Lab</h1>
<p>The name is “{user}”; whoever started the app knows the password.</p>
{problem}
<label>Username <input name="username" autocomplete="username" value="{user}" required></label>
<label>Password <input name="password" type="password" autocomplete="current-password"
 required autofocus></label>
<button type="submit">Log in</button>
</form>
</main>
</body>
</html>
"""
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",  # with no-referrer the form would come from Origin: null
    "X-Content-Type-Options": "nosniff",
}


class Logins:
    """Who has given the password; safe to use from several threads, forgotten at a restart."""

    def __init__(self, password: str):
        self._password = password.encode()
        self._ends: dict[bytes, float] = {}  # by the digest of a cookie, in the order of logging in
        self._lock = threading.Lock()

    def cookie_for(self, user: str, password: str) -> str | None:
        """A new cookie; None if name or password is wrong."""
        is_user = secrets.compare_digest(user.encode(), STUDIO_USER.encode())
        is_password = secrets.compare_digest(password.encode(), self._password)
        if not (is_user and is_password):
            return None
        cookie = secrets.token_urlsafe(32)
        with self._lock:
            self._ends[_digest(cookie)] = time.monotonic() + LASTS_S
            while len(self._ends) > MAX_LOGINS:
                del self._ends[next(iter(self._ends))]
        return cookie

    def knows(self, cookie: str) -> bool:
        with self._lock:
            return self._ends.get(_digest(cookie), 0.0) > time.monotonic()

    def forget(self, cookie: str) -> None:
        with self._lock:
            self._ends.pop(_digest(cookie), None)


class LoginGate:
    """Lets through who has given the password, and everybody to the listeners' pages.

    root : the path under which browsers reach the app, "" if it is the whole site
    """

    def __init__(self, app: ASGIApp, password: str, *, root: str = ""):
        self._app = app
        self._logins = Logins(password)
        self._root = root

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_public = scope["type"] == "http" and is_for_listeners(scope["path"])
        if scope["type"] == "lifespan" or is_public:
            await self._app(scope, receive, send)
            return
        cookies = list(_cookies_in(scope))
        path = scope["path"].rstrip("/")
        if scope["type"] == "http" and path == LOGIN:
            answer = await self._login(Request(scope, receive))
        elif scope["type"] == "http" and path == LOGOUT:
            for cookie in cookies:
                self._logins.forget(cookie)
            answer = RedirectResponse(f"{self._root}{LOGIN}", 303)
            answer.delete_cookie(COOKIE, path=f"{self._root}/")
        elif any(map(self._logins.knows, cookies)):
            await self._app(scope, receive, send)
            return
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        else:
            answer = self._refusal(scope)
        await answer(scope, receive, send)

    async def _login(self, request: Request) -> Response:
        then = _path_of_ours(request.query_params.get("next", ""))
        if request.method != "POST":
            return self._page(then)
        form = await _form_of(request)
        if form is None:
            return PlainTextResponse(NO_FORM, 413, {"Connection": "close"})
        fields = parse_qs(form.decode("utf-8", "replace"))
        user, password = (fields.get(name, [""])[0] for name in ("username", "password"))
        cookie = self._logins.cookie_for(user, password)
        if cookie is None:
            return self._page(then, problem=WRONG)
        answer = RedirectResponse(f"{self._root}{then}", 303)
        answer.set_cookie(
            COOKIE,
            cookie,
            max_age=LASTS_S,
            path=f"{self._root}/",
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
        return answer

    def _page(self, then: str, problem: str = "") -> HTMLResponse:
        page = PAGE.format(
            action=escape(f"{self._root}{LOGIN}?next={quote(then)}"),
            user=STUDIO_USER,
            problem=f'<p role="alert">{problem}</p>' if problem else "",
        )
        return HTMLResponse(page, 400 if problem else 200, HEADERS)

    def _refusal(self, scope: Scope) -> Response:
        if scope["method"] == "GET" and "text/html" in header(scope, b"accept"):
            then = quote(scope["path"])
            return RedirectResponse(f"{self._root}{LOGIN}?next={then}", 303, HEADERS)
        return JSONResponse({"detail": "Not authenticated"}, 401)


async def _form_of(request: Request) -> bytes | None:
    """A body of at most MAX_FORM_BYTES; None if it is larger, or never ends."""
    form = b""
    try:
        async with asyncio.timeout(FORM_TIMEOUT_S):
            async for chunk in request.stream():
                form += chunk
                if len(form) > MAX_FORM_BYTES:
                    return None
    except (TimeoutError, ClientDisconnect):
        return None
    return form


def _cookies_in(scope: Scope) -> Iterator[str]:
    """All of our name: another app on the same host may have left one, too."""
    for key, value in scope["headers"]:
        if key == b"cookie":
            for part in value.decode("latin-1").split(";"):
                name, _, content = part.strip().partition("=")
                if name == COOKIE:
                    yield content


def _path_of_ours(path: str) -> str:
    """A path on this site: anything that a browser might take for another site becomes "/"."""
    is_plain = path.startswith("/") and not path.startswith("//") and path.isprintable()
    return quote(path) if is_plain and "\\" not in path else "/"


def _digest(cookie: str) -> bytes:
    """Looked up instead of the cookie itself, so that timing tells nothing of it."""
    return hashlib.sha256(cookie.encode("utf-8", "replace")).digest()
