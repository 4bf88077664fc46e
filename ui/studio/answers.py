"""How the workbench's routes read questions, and how they answer."""

import functools
import inspect
import json
from collections.abc import Callable
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse

from audio.files import AudioFileError
from generation import ClipStoreError
from ui.errors import EXPLAINED, sentence_for

NO_TRACE = {"Cache-Control": "private, no-store"}


def json_answer(content: Any, *, status: int = 200) -> JSONResponse:
    return JSONResponse(content, status, NO_TRACE)


def explained_route(answer: Callable[..., Any]) -> Callable[..., Any]:
    """An endpoint, also an asynchronous one, whose errors are {"error": a sentence}."""
    if inspect.iscoroutinefunction(answer):

        @functools.wraps(answer)
        async def explained_later(*args: Any, **kwargs: Any) -> Any:
            try:
                return await answer(*args, **kwargs)
            except Exception as error:
                return _refusal(error)

        return explained_later

    @functools.wraps(answer)
    def explained(*args: Any, **kwargs: Any) -> Any:
        try:
            return answer(*args, **kwargs)
        except Exception as error:
            return _refusal(error)

    return explained


def asked_in(request: Request) -> dict[str, Any]:
    """What stands in an address: the same as in the body of a question, as JSON."""
    try:
        asked = json.loads(request.query_params.get("asked", ""))
    except ValueError as error:
        raise ValueError("This address is not complete.") from error
    empty = {"version": None, "is_residual": False, "axis": "", "shown": ""}
    return empty | as_object(asked)


def as_object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("The workbench asked for something that the server does not know.")
    return value


def _refusal(error: Exception) -> JSONResponse:
    return json_answer({"error": sentence_for(error)}, status=_status_of(error))


def _status_of(error: Exception) -> int:
    if isinstance(error, ClipStoreError):
        return 404
    return 400 if isinstance(error, (*EXPLAINED, AudioFileError)) else 500
