"""The app below a path of a site whose proxy may or may not take that path away."""

import re

from starlette.types import ASGIApp, Receive, Scope, Send

_PATH = re.compile(r"([\w.~-]+(/[\w.~-]+)*)?", re.ASCII)


class RootPath:
    """Takes the path under which a proxy publishes the app off the requests that still have it."""

    def __init__(self, app: ASGIApp, root: str):
        self._app = app
        self._root = root

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan" and self._root:
            path = scope["path"]
            if path == self._root or path.startswith(self._root + "/"):
                inner = path[len(self._root) :] or "/"
                raw = scope.get("raw_path") or path.encode()
                scope = {**scope, "path": inner, "raw_path": raw[len(self._root) :] or b"/"}
        await self._app(scope, receive, send)


def checked_root(root: str) -> str:
    """ "/lab" for "lab", "/lab" or "/lab/"; "" for the whole site.

    Raises ValueError for anything that is no path.
    """
    stripped = root.strip("/")
    if not _PATH.fullmatch(stripped):
        raise ValueError(f"--root-path must be a path such as /lab, got {root!r}.")
    return f"/{stripped}" if stripped else ""
