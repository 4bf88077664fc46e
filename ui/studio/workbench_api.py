"""What a workbench asks of the server: a clip's facts, sounds as PCM, scores, pictures, files.

Every answer follows from the request alone, and from what the clip's file holds: a page has no
state here, so it can be reloaded, and the server started again, at any time.
"""

import dataclasses
import functools
import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from fastapi import APIRouter, Body, FastAPI, Request, Response
from fastapi.responses import JSONResponse

from audio.files import AudioFileError
from comparison import Comparison, comparison_zip, fit_strength, full_quality_wav
from generation import ClipStoreError
from listening.trial import ORIGINAL
from restorers import (
    RESTORERS,
    Restorer,
    settings_from_json,
    settings_json,
    settings_python,
)
from ui.condition_titles import SHORT_TITLES, TITLES
from ui.errors import EXPLAINED, sentence_for
from ui.services import Services
from ui.studio.fit_curve import fit_curve, fit_sentence
from ui.studio.open_clips import OpenClip, OpenClips
from ui.studio.pictures import Version, overview, picture
from ui.studio.playback_gains import playback_gains_db
from ui.studio.score_tables import score_cards, score_table, spoken_scores, verdict_words
from ui.studio.workbench_state import WorkbenchState, read_settings, read_state
from ui.studio.workbench_view import workbench_view

PREFIX = "/workbench"
NO_TRACE = {"Cache-Control": "private, no-store"}
# A picture's address holds all that it shows, the state of the clip's file among it.
KEPT = {"Cache-Control": "private, max-age=3600"}
BODY = Body()


def add_workbench_api(app: FastAPI, services: Services, open_clips: OpenClips) -> None:
    """Put the routes /workbench/... into an application."""
    router = APIRouter(prefix=PREFIX)
    _add_questions(router, open_clips)
    _add_pictures(router, open_clips)
    _add_files(router, services, open_clips)
    _add_settings(router, services)
    app.include_router(router)


def _add_questions(router: APIRouter, open_clips: OpenClips) -> None:
    """JSON in; JSON out, or samples."""

    @router.post("/clip")
    @_explained
    def clip(asked: Any = BODY) -> Response:
        return _json(workbench_view(_opened(open_clips, read_state(_object(asked)))))

    @router.post("/sound")
    @_explained
    def sound(asked: Any = BODY) -> Response:
        return _sound(_opened(open_clips, read_state(_object(asked))).comparison, asked)

    @router.post("/scores")
    @_explained
    def scores(asked: Any = BODY) -> Response:
        state = read_state(_object(asked))
        comparison = _opened(open_clips, state).comparison
        return _json(
            {
                "json": settings_json(state.restorers),
                "python": settings_python(state.restorers),
                "table": score_table(comparison, state.restorers, TITLES),
                "verdicts": {
                    slug: verdict_words(comparison.scores(restorer))
                    for slug, restorer in state.restorers.items()
                },
                "cards": {
                    slug: score_cards(comparison, restorer)
                    for slug, restorer in state.restorers.items()
                },
                "spoken": {
                    slug: spoken_scores(TITLES[slug], comparison.scores(restorer))
                    for slug, restorer in state.restorers.items()
                },
            }
        )

    @router.post("/fit")
    @_explained
    def fit(asked: Any = BODY) -> Response:
        """asked : besides a state, "restorer", the condition to fit"""
        asked = _object(asked)
        state = read_state(asked)
        slug = _condition(asked.get("restorer"))
        fitted = fit_strength(_opened(open_clips, state).comparison, state.restorers[slug])
        return _json(
            {
                "value": fitted.chosen.value if fitted.chosen else None,
                "sentence": fit_sentence(SHORT_TITLES[slug], fitted),
                "curve": fit_curve(fitted),
            }
        )


def _sound(comparison: Comparison, asked: Mapping[str, Any]) -> Response:
    """float32, little-endian, one channel after the other, and the gains of all versions whose
    level is known by now.

    asked : "versions" {name: null for the original, else {condition: {parameter: value}} with one
        condition}, and "wanted", one of the names
    """
    versions = {str(name): _version(one) for name, one in _object(asked.get("versions")).items()}
    wanted = asked.get("wanted")
    if ORIGINAL not in versions or wanted not in versions:
        raise ValueError("The original and the version that is wanted must be among them.")
    samples = versions[wanted].clip(comparison).samples
    levels = {wanted: versions[wanted].level(comparison)} | {
        name: version.level(comparison)
        for name, version in versions.items()
        if version.restorer is None or comparison.knows_level(version.restorer)
    }
    headers = {
        **NO_TRACE,
        "X-Channels": str(samples.shape[0]),
        "X-Gains": json.dumps(playback_gains_db(levels)),
    }
    data = np.ascontiguousarray(samples, dtype="<f4").tobytes()
    return Response(data, media_type="application/octet-stream", headers=headers)


def _add_pictures(router: APIRouter, open_clips: OpenClips) -> None:
    @router.get("/picture")
    @_explained
    def version_picture(request: Request) -> Response:
        asked = _query(request)
        png = picture(
            _opened(open_clips, read_state(asked)),
            _version(asked["version"], is_residual=asked["is_residual"]),
            axis=asked["axis"],
            shown=asked["shown"],
        )
        return Response(png, media_type="image/png", headers=KEPT)

    @router.get("/overview")
    @_explained
    def overview_picture(request: Request) -> Response:
        asked = _query(request)
        png = overview(_opened(open_clips, read_state(asked)), axis=asked["axis"])
        return Response(png, media_type="image/png", headers=KEPT)


def _add_files(router: APIRouter, services: Services, open_clips: OpenClips) -> None:
    @router.get("/file")
    @_explained
    def stored_file(request: Request) -> Response:
        """The clip's WAV file, as it is stored."""
        clip_id = read_state(_query(request)).clip_id
        return _file(services.clips.wav(clip_id), f"{clip_id}.wav", "audio/wav")

    @router.get("/version")
    @_explained
    def version_file(request: Request) -> Response:
        """The whole of a version at full quality: rate, channels and sample format of the clip's
        own file; 32-bit float if a sample would exceed full scale."""
        asked = _query(request)
        opened = _opened(open_clips, read_state(asked))
        version = _version(asked["version"], is_residual=asked["is_residual"])
        with opened.file() as file:
            data = full_quality_wav(
                file,
                version.restorer,
                is_residual=version.is_residual,
                subtype=opened.record.subtype,
            )
        name = "-".join([*_slugs(asked["version"]), *(["residual"] * version.is_residual)])
        return _file(data, f"{opened.record.clip_id}-{name}.wav", "audio/wav")

    @router.get("/bundle")
    @_explained
    def bundle(request: Request) -> Response:
        """Every sound of what is open, and its scores, as one ZIP."""
        state = read_state(_query(request))
        opened = _opened(open_clips, state)
        facts = dataclasses.asdict(opened.record)
        if opened.part_s is not None:
            facts["part_start_s"] = opened.part_s
        data = comparison_zip(opened.comparison, state.restorers, facts)
        return _file(data, f"{opened.record.clip_id}.zip", "application/zip")


def _add_settings(router: APIRouter, services: Services) -> None:
    presets = services.presets

    @router.post("/presets")
    @_explained
    def list_presets() -> Response:
        return _json({"names": presets.names()})

    @router.post("/presets/load")
    @_explained
    def load_preset(asked: Any = BODY) -> Response:
        return _json({"settings": _written(presets.get(_name(asked)))})

    @router.post("/presets/save")
    @_explained
    def save_preset(asked: Any = BODY) -> Response:
        name = presets.save(_name(asked), read_settings(_object(asked).get("settings")))
        return _json({"names": presets.names(), "name": name})

    @router.post("/presets/delete")
    @_explained
    def delete_preset(asked: Any = BODY) -> Response:
        presets.delete(_name(asked))
        return _json({"names": presets.names()})

    @router.post("/settings")
    @_explained
    def read_pasted(asked: Any = BODY) -> Response:
        """asked : "text", settings as JSON; what it does not name has the report's value"""
        pasted = settings_from_json(str(_object(asked).get("text")), RESTORERS)
        return _json({"settings": _written(pasted)})


def _name(asked: Any) -> str:
    return str(_object(asked).get("name") or "")


def _written(restorers: dict[str, Restorer]) -> dict[str, dict]:
    return {slug: dataclasses.asdict(restorer) for slug, restorer in restorers.items()}


def _explained(answer: Callable[..., Response]) -> Callable[..., Response]:
    """An endpoint whose errors are {"error": a sentence}."""

    @functools.wraps(answer)
    def explained(*args, **kwargs) -> Response:
        try:
            return answer(*args, **kwargs)
        except Exception as error:
            return _json({"error": sentence_for(error)}, status=_status_of(error))

    return explained


def _status_of(error: Exception) -> int:
    if isinstance(error, ClipStoreError):
        return 404
    return 400 if isinstance(error, (*EXPLAINED, AudioFileError)) else 500


def _opened(open_clips: OpenClips, state: WorkbenchState) -> OpenClip:
    return open_clips.open(state.clip_id, state.working_format, part_s=state.part_s)


def _query(request: Request) -> dict[str, Any]:
    """What stands in an address: the same as in the body of a question, as JSON."""
    try:
        asked = json.loads(request.query_params.get("asked", ""))
    except ValueError as error:
        raise ValueError("This address is not complete.") from error
    empty = {"version": None, "is_residual": False, "axis": "", "shown": ""}
    return empty | _object(asked)


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("The workbench asked for something that the server does not know.")
    return value


def _version(value: Any, *, is_residual: Any = False) -> Version:
    """value : None for the original, else {condition: {parameter: value}} with one condition"""
    if value is None:
        return Version()
    [slug] = _slugs(value)
    return Version(_restorer(slug, value), bool(is_residual))


def _slugs(value: Any) -> list[str]:
    if value is None:
        return [ORIGINAL]
    slugs = list(_object(value))
    if len(slugs) != 1:
        raise ValueError("A version is that of one restorer.")
    return [_condition(slugs[0])]


def _condition(value: Any) -> str:
    if value not in RESTORERS:
        raise ValueError(f"There is no restorer “{value}”; there are {', '.join(RESTORERS)}.")
    return value


def _restorer(slug: str, settings: Mapping[str, Any]) -> Restorer:
    return read_settings(settings)[slug]


def _json(content: Any, *, status: int = 200) -> JSONResponse:
    return JSONResponse(content, status, NO_TRACE)


def _file(data: bytes, name: str, media_type: str) -> Response:
    headers = {**NO_TRACE, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type=media_type, headers=headers)
