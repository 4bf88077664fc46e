"""Tags in the head of Gradio's pages from the first byte on."""

from collections.abc import Collection

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

END_OF_HEAD = b"</head>"


class PageHead:
    """Puts tags into the head of some pages as they are served.

    Gradio's own `head` adds them by a script, after the page has been seen without its styles.

    tags : HTML; pages : the paths
    """

    def __init__(self, app: ASGIApp, tags: str, pages: Collection[str]):
        self._app = app
        self._tags = tags.encode()
        self._pages = frozenset(pages)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] not in self._pages:
            await self._app(scope, receive, send)
            return
        start: Message = {}
        parts: list[bytes] = []

        async def send_with_tags(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            parts.append(message.get("body", b""))
            if message.get("more_body"):
                return
            body = b"".join(parts).replace(END_OF_HEAD, self._tags + END_OF_HEAD, 1)
            if body:  # an answer to HEAD may have a length and no body
                headers = MutableHeaders(raw=list(start["headers"]))
                headers["content-length"] = str(len(body))
                start["headers"] = headers.raw
            await send(start)
            await send({"type": "http.response.body", "body": body})

        await self._app(scope, receive, send_with_tags)
