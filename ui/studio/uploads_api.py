"""Files that the page sends by itself: versions of a clip made elsewhere, and clips with them."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import APIRouter, Body, FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from ui.services import Services
from ui.studio.answers import as_object, asked_in, explained_route, json_answer
from ui.studio.clip_panel import title_of

PREFIX = "/workbench"


def add_uploads_api(app: FastAPI, services: Services) -> None:
    """Put the routes into an application; a file is the body of its request."""
    router = APIRouter(prefix=PREFIX)

    @router.post("/clips/add")
    @explained_route
    async def add_clip(request: Request) -> Response:
        """asked : "file", its name"""
        asked = asked_in(request)
        async with _received(request) as path:
            record = await run_in_threadpool(
                services.clips.add_file, path, title=title_of(str(asked.get("file") or ""))
            )
        return json_answer({"id": record.clip_id})

    @router.post("/versions/add")
    @explained_route
    async def add_version(request: Request) -> Response:
        """asked : "clip", "title" of the version, "file", its name"""
        asked = asked_in(request)
        file_name = str(asked.get("file") or "")
        async with _received(request) as path:
            record = await run_in_threadpool(
                services.versions.add,
                str(asked.get("clip")),
                path,
                title=str(asked.get("title") or ""),
                file_name=file_name,
            )
        return json_answer({"version": services.versions.condition_of(record)})

    @router.post("/versions/remove")
    @explained_route
    def remove_version(asked: object = Body()) -> Response:
        """asked : "clip", "version", its condition"""
        known = as_object(asked)
        services.versions.delete(str(known.get("clip")), str(known.get("version")))
        return json_answer({})

    app.include_router(router)


@asynccontextmanager
async def _received(request: Request) -> AsyncIterator[Path]:
    """The body as a file that is gone in the end; ValueError if the upload was cut off."""
    with tempfile.TemporaryDirectory(prefix="upload-") as folder:
        path = Path(folder) / "upload"
        with path.open("wb") as file:
            try:
                async for part in request.stream():
                    file.write(part)
            except ClientDisconnect as error:
                raise ValueError("The upload was cut off, or the file is too large.") from error
        yield path
