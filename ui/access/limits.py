"""How large and how frequent requests may be."""

import asyncio
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from starlette.responses import JSONResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from messages import Messages
from ui.access.routes import ENTER, LOGIN, UPLOAD, address_of, header

MAX_UPLOAD_BYTES = 480 * 1024**2  # ten minutes of 96 kHz stereo in 32-bit floats
MAX_BODY_BYTES = 4 * 1024**2  # an event of the Studio with all values of its page
BODY_TIMEOUT_S = 30.0  # between two pieces of an upload
WHOLE_BODY_TIMEOUT_S = 60.0  # of any other body
TOO_LARGE = "This request is larger than the app accepts."


@dataclass(frozen=True)
class Rate:
    """So many at once, and so many a second after that (a token bucket)."""

    burst: int
    per_second: float


LOGIN_RATE = Rate(burst=10, per_second=0.2)  # an address
ENTERS_RATE = Rate(burst=600, per_second=2.0)  # an address, over all studies, real or not
ENTER_RATE = Rate(burst=120, per_second=1.0)  # an address and study: a lecture hall behind one


class RateLimiter:
    """Counts by key; safe to use from several threads.

    kept : keys at most; those longest unused start afresh
    """

    def __init__(
        self, rate: Rate, *, kept: int = 10_000, now: Callable[[], float] = time.monotonic
    ):
        self._rate = rate
        self._kept = kept
        self._now = now
        self._left: OrderedDict[object, tuple[float, float]] = OrderedDict()  # key: left, when
        self._lock = threading.Lock()

    def wait_s(self, key: object) -> float:
        """0 if the key may go on, and counts it; else how many seconds it has to wait."""
        with self._lock:
            now = self._now()
            left, then = self._left.pop(key, (float(self._rate.burst), now))
            left = min(self._rate.burst, left + (now - then) * self._rate.per_second)
            is_free = left >= 1
            self._left[key] = (left - 1 if is_free else left, now)
            while len(self._left) > self._kept:
                self._left.popitem(last=False)
            return 0.0 if is_free else (1 - left) / self._rate.per_second


class RateLimits:
    """Refuses guesses of the password, and sessions begun by the thousand from one address."""

    def __init__(self, app: ASGIApp):
        self._app = app
        self._logins = RateLimiter(LOGIN_RATE)
        self._enters = RateLimiter(ENTER_RATE)
        self._enters_of_address = RateLimiter(ENTERS_RATE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        wait_s = self._wait_s(scope) if scope["type"] == "http" else 0.0
        if not wait_s:
            await self._app(scope, receive, send)
            return
        seconds = math.ceil(wait_s)
        sentence = Messages("errors")("too_many_requests", seconds=seconds)
        content = {"error": sentence, "code": "too_many_requests", "values": {"seconds": seconds}}
        headers = {"Retry-After": str(seconds)}
        is_page = "text/html" in header(scope, b"accept")
        answer = (
            PlainTextResponse(sentence, 429, headers)
            if is_page
            else JSONResponse(content, 429, headers)
        )
        await answer(scope, receive, send)

    def _wait_s(self, scope: Scope) -> float:
        if scope["method"] != "POST":
            return 0.0
        if scope["path"].rstrip("/") == LOGIN:
            return self._logins.wait_s(address_of(scope))
        entered = ENTER.fullmatch(scope["path"])
        if entered is None:
            return 0.0
        address = address_of(scope)
        wait_s = self._enters_of_address.wait_s(address)
        return wait_s or self._enters.wait_s((address, entered[1]))


class BodyLimits:
    """Refuses bodies that are too large, before anything is made of them, or that never come.

    Other bodies than uploads are read whole before the application sees the request.
    """

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self._app(scope, receive, send)
            return
        is_upload = UPLOAD.fullmatch(scope["path"]) is not None
        limit = MAX_UPLOAD_BYTES if is_upload else MAX_BODY_BYTES
        announced = header(scope, b"content-length")
        if announced and (not announced.isdigit() or int(announced) > limit):
            await _refusal(413, TOO_LARGE)(scope, receive, send)
            return
        limited = _LimitedBody(receive, limit)
        if is_upload:
            await self._app(scope, limited.receive, send)
            return
        try:
            async with asyncio.timeout(WHOLE_BODY_TIMEOUT_S):
                body = await limited.whole()
        except _TooLarge:
            await _refusal(413, TOO_LARGE)(scope, receive, send)
            return
        except TimeoutError:
            await _refusal(408, "The request never ended.")(scope, receive, send)
            return
        if body is not None:
            await self._app(scope, _replayed(body, receive), send)


class _TooLarge(Exception):
    pass


class _LimitedBody:
    """A request's body, counted as it comes in."""

    def __init__(self, receive: Receive, limit: int):
        self._receive = receive
        self._left: int | None = limit

    async def receive(self) -> Message:
        """The next message; a body that is too long, or that stalls, ends as a disconnection."""
        try:
            return await self._counted()
        except (_TooLarge, TimeoutError):
            return {"type": "http.disconnect"}

    async def whole(self) -> bytes | None:
        """All of it; None if the other side has gone."""
        parts = []
        while True:
            message = await self._counted()
            if message["type"] == "http.disconnect":
                return None
            parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                return b"".join(parts)

    async def _counted(self) -> Message:
        if self._left is None:  # the body is over: what follows is the end of the connection
            return await self._receive()
        message = await asyncio.wait_for(self._receive(), BODY_TIMEOUT_S)
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            if self._left < 0:
                raise _TooLarge
            if not message.get("more_body", False):
                self._left = None
        return message


def _replayed(body: bytes, receive: Receive) -> Receive:
    """The body as one message, then whatever else comes."""
    pending = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return pending.pop() if pending else await receive()

    return replay


def _refusal(status: int, sentence: str) -> JSONResponse:
    return JSONResponse({"error": sentence}, status, {"Connection": "close"})
