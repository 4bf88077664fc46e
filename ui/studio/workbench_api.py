"""What a workbench asks of the server: a clip's facts, sounds as PCM, scores, pictures, files.

Every answer follows from the request alone, and from what the clip's file holds: a page has no
state here, so it can be reloaded, and the server started again, at any time.
"""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from fastapi import APIRouter, Body, FastAPI, Request, Response

from comparison import Comparison, Goal, comparison_zip, fit_strength, full_quality_wav
from listening.trial import ORIGINAL
from restorers import (
    Catalogue,
    Restorer,
    params_of,
    settings_from_json,
    settings_json,
    settings_python,
)
from ui.services import Services
from ui.studio.answers import NO_TRACE, as_object, asked_in, explained_route, json_answer
from ui.studio.fit_curve import fit_curve, fit_sentence
from ui.studio.open_clips import OpenClip, OpenClips
from ui.studio.pictures import Version, overview, picture
from ui.studio.playback_gains import playback_gains_db
from ui.studio.score_tables import score_cards, score_table, spoken_scores, verdict_words
from ui.studio.versions import shown_versions, titles_of
from ui.studio.workbench_state import WorkbenchState, read_settings, read_state
from ui.studio.workbench_view import workbench_view
from versions.made_elsewhere import MadeElsewhere

PREFIX = "/workbench"
# A picture's address holds all that it shows, the state of the clip's file among it.
KEPT = {"Cache-Control": "private, max-age=3600"}
BODY = Body()


@dataclass(frozen=True)
class _Desk:
    """Opens what questions are about."""

    open_clips: OpenClips
    catalogue: Catalogue

    def read(self, asked: Any) -> tuple[WorkbenchState, OpenClip]:
        state = read_state(as_object(asked), self.catalogue)
        opened = self.open_clips.open(state.clip_id, state.working_format, part_s=state.part_s)
        return state, opened

    def version(self, opened: OpenClip, value: Any, *, is_residual: Any = False) -> Version:
        """value : None for the original, else {condition: {parameter: value}} with one condition"""
        if value is None:
            return Version()
        slug = _slug(value)
        made_elsewhere = opened.made_elsewhere()
        if slug in made_elsewhere:
            return Version(made_elsewhere[slug], bool(is_residual))
        return Version(self.restorer(slug, value), bool(is_residual))

    def restorer(self, slug: Any, settings: Mapping[str, Any]) -> Restorer:
        """settings : {condition: {parameter: value}}"""
        if slug not in self.catalogue.classes:
            raise ValueError(f"There is no version “{slug}” of this clip any more.")
        return read_settings(settings, self.catalogue)[slug]


def add_workbench_api(app: FastAPI, services: Services, open_clips: OpenClips) -> None:
    """Put the routes /workbench/... into an application."""
    router = APIRouter(prefix=PREFIX)
    desk = _Desk(open_clips, services.catalogue)
    _add_questions(router, desk)
    _add_pictures(router, desk)
    _add_files(router, services, desk)
    _add_settings(router, services)
    app.include_router(router)


def _add_questions(router: APIRouter, desk: _Desk) -> None:
    """JSON in; JSON out, or samples."""

    @router.post("/clip")
    @explained_route
    def clip(asked: Any = BODY) -> Response:
        _, opened = desk.read(asked)
        return json_answer(workbench_view(opened, desk.catalogue))

    @router.post("/sound")
    @explained_route
    def sound(asked: Any = BODY) -> Response:
        _, opened = desk.read(asked)
        named = as_object(as_object(asked).get("versions"))
        versions = {str(name): desk.version(opened, one) for name, one in named.items()}
        return _sound(opened.comparison, versions, asked.get("wanted"))

    @router.post("/scores")
    @explained_route
    def scores(asked: Any = BODY) -> Response:
        """Of all versions that the state shows."""
        state, opened = desk.read(asked)
        shown = shown_versions(opened, state, desk.catalogue)
        titles, comparison = titles_of(opened, desk.catalogue), opened.comparison
        clean = opened.clean()
        return json_answer(
            {
                "json": settings_json(state.restorers),
                "python": settings_python(state.restorers, desk.catalogue),
                "table": score_table(comparison, shown, titles, clean),
                "verdicts": {
                    slug: verdict_words(comparison.scores(one)) for slug, one in shown.items()
                },
                "cards": {slug: score_cards(comparison, one, clean) for slug, one in shown.items()},
                "spoken": {
                    slug: spoken_scores(titles[slug], comparison.scores(one))
                    for slug, one in shown.items()
                },
            }
        )

    @router.post("/fit")
    @explained_route
    def fit(asked: Any = BODY) -> Response:
        """asked : besides a state, "restorer", the condition to fit, and "goal" """
        state, opened = desk.read(asked)
        restorer = desk.restorer(asked.get("restorer"), asked.get("settings") or {})
        fitted = fit_strength(opened.comparison, restorer, _goal(asked.get("goal")))
        return json_answer(
            {
                "value": fitted.chosen.value if fitted.chosen else None,
                "sentence": fit_sentence(restorer.short_title, fitted),
                "curve": fit_curve(fitted),
            }
        )


def _sound(comparison: Comparison, versions: Mapping[str, Version], wanted: Any) -> Response:
    """float32, little-endian, one channel after the other, and the gains of all versions whose
    level is known by now.

    versions : by the page's names, the original among them; wanted : one of the names
    """
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


def _add_pictures(router: APIRouter, desk: _Desk) -> None:
    @router.get("/picture")
    @explained_route
    def version_picture(request: Request) -> Response:
        asked = asked_in(request)
        _, opened = desk.read(asked)
        png = picture(
            opened,
            desk.version(opened, asked["version"], is_residual=asked["is_residual"]),
            axis=asked["axis"],
            shown=asked["shown"],
        )
        return Response(png, media_type="image/png", headers=KEPT)

    @router.get("/overview")
    @explained_route
    def overview_picture(request: Request) -> Response:
        asked = asked_in(request)
        _, opened = desk.read(asked)
        png = overview(opened, axis=asked["axis"])
        return Response(png, media_type="image/png", headers=KEPT)


def _add_files(router: APIRouter, services: Services, desk: _Desk) -> None:
    @router.get("/file")
    @explained_route
    def stored_file(request: Request) -> Response:
        """The clip's WAV file, as it is stored."""
        clip_id = read_state(asked_in(request), desk.catalogue).clip_id
        return _file(services.clips.wav(clip_id), f"{clip_id}.wav", "audio/wav")

    @router.get("/version")
    @explained_route
    def version_file(request: Request) -> Response:
        """The whole of a version at full quality: rate, channels and sample format of the clip's
        own file; 32-bit float if a sample would exceed full scale."""
        asked = asked_in(request)
        _, opened = desk.read(asked)
        version = desk.version(opened, asked["version"], is_residual=asked["is_residual"])
        if isinstance(version.restorer, MadeElsewhere):
            found = opened.made_elsewhere(at_full_quality=True)
            version = replace(version, restorer=found[_slug(asked["version"])])
        with opened.file() as file:
            data = full_quality_wav(
                file,
                version.restorer,
                is_residual=version.is_residual,
                subtype=opened.record.subtype,
            )
        name = "-".join([_slug(asked["version"]), *(["residual"] * version.is_residual)])
        return _file(data, f"{opened.record.clip_id}-{name}.wav", "audio/wav")

    @router.get("/bundle")
    @explained_route
    def bundle(request: Request) -> Response:
        """Every sound of what is open, and its scores, as one ZIP."""
        state, opened = desk.read(asked_in(request))
        facts = dataclasses.asdict(opened.record)
        if opened.part_s is not None:
            facts["part_start_s"] = opened.part_s
        shown = shown_versions(opened, state, desk.catalogue)
        data = comparison_zip(opened.comparison, shown, facts)
        return _file(data, f"{opened.record.clip_id}.zip", "application/zip")


def _add_settings(router: APIRouter, services: Services) -> None:
    presets, catalogue = services.presets, services.catalogue

    @router.post("/presets")
    @explained_route
    def list_presets() -> Response:
        return json_answer({"names": presets.names()})

    @router.post("/presets/load")
    @explained_route
    def load_preset(asked: Any = BODY) -> Response:
        return json_answer({"settings": _written(presets.get(_name(asked)))})

    @router.post("/presets/save")
    @explained_route
    def save_preset(asked: Any = BODY) -> Response:
        name = presets.save(
            _name(asked), read_settings(as_object(asked).get("settings"), catalogue)
        )
        return json_answer({"names": presets.names(), "name": name})

    @router.post("/presets/delete")
    @explained_route
    def delete_preset(asked: Any = BODY) -> Response:
        presets.delete(_name(asked))
        return json_answer({"names": presets.names()})

    @router.post("/settings")
    @explained_route
    def read_pasted(asked: Any = BODY) -> Response:
        """asked : "text", settings as JSON; what it does not name has the report's value"""
        pasted = settings_from_json(str(as_object(asked).get("text")), catalogue.classes)
        return json_answer({"settings": _written(pasted)})


def _goal(value: Any) -> Goal:
    try:
        return Goal(value or Goal.LOG_MEL)
    except ValueError as error:
        raise ValueError(f"There is no goal “{value}”; there are {', '.join(Goal)}.") from error


def _name(asked: Any) -> str:
    return str(as_object(asked).get("name") or "")


def _written(restorers: dict[str, Restorer]) -> dict[str, dict]:
    return {slug: params_of(restorer) for slug, restorer in restorers.items()}


def _slug(value: Any) -> str:
    """The condition of a version as `_Desk.version` takes it."""
    if value is None:
        return ORIGINAL
    slugs = list(as_object(value))
    if len(slugs) != 1:
        raise ValueError("A version is that of one restorer.")
    return str(slugs[0])


def _file(data: bytes, name: str, media_type: str) -> Response:
    headers = {**NO_TRACE, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type=media_type, headers=headers)
