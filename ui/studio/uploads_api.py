"""Files that the page sends by itself: versions of a clip made elsewhere, and clips with them."""

import math
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from fastapi import APIRouter, Body, FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from generation import ClipRecord
from generation.codec import DEFAULT_CODEC
from known_hiss import AddedHiss, HissModel, HissShape, hash_of_recording
from known_hiss.hissy_clips import add_hissy_clip
from ui.services import Services
from ui.studio.answers import as_object, asked_in, explained_route, json_answer
from ui.studio.clip_panel import title_of

PREFIX = "/workbench"
T = TypeVar("T", bound=StrEnum)


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

    @router.post("/hiss/add")
    @explained_route
    async def add_hiss(request: Request) -> Response:
        """asked : "clip", "kind", "shape" and "level_dbfs" of the hiss, "file", the name of a
        recording of it, which is the body; else that is empty"""
        asked = asked_in(request)
        async with _received(request) as path:
            added = await run_in_threadpool(_with_hiss, services, asked, path)
        return json_answer({"id": added.clip_id})

    @router.post("/versions/remove")
    @explained_route
    def remove_version(asked: object = Body()) -> Response:
        """asked : "clip", "version", its condition"""
        known = as_object(asked)
        services.versions.delete(str(known.get("clip")), str(known.get("version")))
        return json_answer({})

    app.include_router(router)


def _with_hiss(services: Services, asked: dict[str, Any], recording: Path) -> ClipRecord:
    kind, level = asked.get("kind"), asked.get("level_dbfs")
    is_file = kind == HissModel.FILE
    name = str(asked.get("file") or "")
    hiss = AddedHiss(
        _level(level),
        model=_one_of(HissModel, kind),
        shape=_one_of(HissShape, asked.get("shape")),
        file=str(recording) if is_file else "",
        file_sha256=hash_of_recording(str(recording), name=name or "hiss") if is_file else "",
        codec=_codec(services) if kind == HissModel.CODEC else "",
    )
    return add_hissy_clip(
        services.clips,
        services.versions,
        str(asked.get("clip")),
        hiss,
        file_name=name,
    )


def _level(value: Any) -> float | None:
    """In dBFS; None for what is no number. What is too large for one is infinite."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _codec(services: Services) -> str:
    """That inside the app's model, where it is at hand."""
    model = services.musicgen
    return model.name if model.is_on_this_machine() else DEFAULT_CODEC


def _one_of(names: type[T], value: Any) -> T:
    try:
        return names(value)
    except ValueError as error:
        raise ValueError(f"There is no hiss “{value}”; choose from {', '.join(names)}.") from error


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
