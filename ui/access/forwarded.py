"""What a proxy says of the requests that it passes on."""

from collections.abc import Sequence
from ipaddress import ip_address, ip_network
from typing import Any, cast

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from ui.access.routes import header

THIS_MACHINE = ("127.0.0.0/8", "::1")
ANY = "*"


class Forwarded:
    """Puts the browser's address, scheme and host in the place of the proxy's.

    X-Forwarded-For, -Proto and -Host are believed from these proxies only.

    proxies : as `checked_proxies` returns them
    """

    def __init__(self, app: ASGIApp, proxies: Sequence[str] = THIS_MACHINE):
        self._app = app
        self._believes_all = ANY in proxies
        self._proxies = [ip_network(one) for one in proxies if one != ANY]
        trusted = ANY if self._believes_all else list(proxies)
        # uvicorn has types of its own for what Starlette calls ASGIApp, Scope, Receive and Send.
        self._with_address: Any = ProxyHeadersMiddleware(cast(Any, app), trusted_hosts=trusted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or not self._believes((scope.get("client") or ("", 0))[0]):
            await self._app(scope, receive, send)
            return
        if self._believes_all:  # of a list of addresses, the last one is the proxy's own word
            last = header(scope, b"x-forwarded-for").rpartition(",")[2].strip()
            others = [pair for pair in scope["headers"] if pair[0] != b"x-forwarded-for"]
            scope = {**scope, "headers": [(b"x-forwarded-for", last.encode("latin-1")), *others]}
        forwarded = header(scope, b"x-forwarded-host").split(",")[0].strip()
        if forwarded:
            others = [(name, value) for name, value in scope["headers"] if name != b"host"]
            scope = {**scope, "headers": [(b"host", forwarded.encode("latin-1")), *others]}
        await self._with_address(scope, receive, send)

    def _believes(self, host: str) -> bool:
        if self._believes_all:
            return True
        try:
            address = ip_address(host)
        except ValueError:
            return False
        address = getattr(address, "ipv4_mapped", None) or address
        return any(address in network for network in self._proxies)


def checked_proxies(text: str) -> tuple[str, ...]:
    """Addresses and networks, or "*", from a list with commas; raises ValueError for others."""
    proxies = tuple(part.strip() for part in text.split(",") if part.strip())
    for proxy in proxies:
        try:
            if proxy != ANY:
                ip_network(proxy)
        except ValueError as error:
            raise ValueError(
                f"--trusted-proxies takes addresses, networks or *, got {proxy!r}."
            ) from error
    return proxies
