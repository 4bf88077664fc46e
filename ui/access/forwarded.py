"""What a proxy on this machine says of the requests that it passes on."""

from typing import Any, cast

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from ui.access.routes import header, is_loopback

PROXIES = ["127.0.0.1", "::1"]


class Forwarded:
    """Puts the browser's address, scheme and host in the place of the proxy's.

    X-Forwarded-For, -Proto and -Host are believed from this machine only.
    """

    def __init__(self, app: ASGIApp):
        self._app = app
        # uvicorn has types of its own for what Starlette calls ASGIApp, Scope, Receive and Send.
        self._with_address: Any = ProxyHeadersMiddleware(cast(Any, app), trusted_hosts=PROXIES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or not is_loopback((scope.get("client") or ("", 0))[0]):
            await self._app(scope, receive, send)
            return
        forwarded = header(scope, b"x-forwarded-host").split(",")[0].strip()
        if forwarded:
            others = [(name, value) for name, value in scope["headers"] if name != b"host"]
            scope = {**scope, "headers": [(b"host", forwarded.encode("latin-1")), *others]}
        await self._with_address(scope, receive, send)
