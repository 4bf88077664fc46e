"""What the listeners' page asks of the server: JSON in, JSON out, and sounds behind tokens.

A listener is known by the secret in the X-Session header. Nothing that is sent before a vote
differs by condition but the samples: labels, lengths, types and headers are the same for all.
"""

import json
import re
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import JSONResponse

from audio.files import wav_bytes
from listening import BallotError, VoteNotSaved
from listening.previews import Previews
from listening.questionnaire import AnswerError
from listening.recruitment import LinkError, Outcome
from listening.refusal import Refusal
from listening.session import NotLetIn, Session, SessionError, SessionNotKept
from listening.session_flow import SessionFlow
from listening.study import State, StudyError
from listening.volume import volume_noise
from messages import ENGLISH, LANGUAGES, Messages
from ui.listen.sounds import SessionSounds
from ui.listen.step_view import StepView, headphone_check

MAX_BODY_BYTES = 512 * 1024  # of the longest answers to a questionnaire, four bytes a character
LISTENER_ID = re.compile(r"[0-9a-f]{16,64}")  # made by the browser
NO_TRACE = {"Cache-Control": "private, no-store"}


class BadRequest(Refusal):
    """What no page of ours asks for."""


class TooLarge(Refusal):
    """More than an answer can hold."""


class SoundGone(Refusal):
    """A sound whose address has been forgotten."""


STATUS_OF: dict[type[Refusal], int] = {
    BadRequest: 400,
    BallotError: 400,
    LinkError: 400,
    AnswerError: 400,
    SessionError: 403,
    SoundGone: 404,
    TooLarge: 413,
    SessionNotKept: 503,
    VoteNotSaved: 503,
}


async def read_json(request: Request) -> dict:
    """The object in the request's body; refuses anything large, or that is no JSON object."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise TooLarge("answer_too_large")
    try:
        content = json.loads(body or b"{}", parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise BadRequest("answer_unreadable") from error
    if not isinstance(content, dict):
        raise BadRequest("answer_unreadable")
    return content


def add_listen_api(
    app: FastAPI, flow: SessionFlow, prefix: str, *, previews: Previews | None = None
) -> None:
    """Put the routes {prefix}/{study_id}/api/... into an application.

    previews : whose pages these are, so that they say that nothing is kept
    """
    app.include_router(_router(flow, prefix, previews))
    # Starlette calls each with its own kind of error only, which its types do not say.
    for kind in STATUS_OF:
        app.add_exception_handler(kind, _refused)  # type: ignore[arg-type]
    app.add_exception_handler(StudyError, _no_study)  # type: ignore[arg-type]
    app.add_exception_handler(Exception, _failed)


def _router(flow: SessionFlow, prefix: str, previews: Previews | None) -> APIRouter:
    def look_up_preview(study_id: str) -> None:
        if previews is not None:
            previews.look_up(study_id)

    router = APIRouter(prefix=prefix + "/{study_id}/api", dependencies=[Depends(look_up_preview)])
    volume_wav = wav_bytes(volume_noise())
    views = StepView(flow, previews is not None, SessionSounds(), volume_wav)
    _add_entry(router, flow, views)
    _add_steps(router, flow, views)
    return router


def _add_entry(router: APIRouter, flow: SessionFlow, views: "StepView") -> None:
    """What is asked without a session."""

    @router.get("/about")
    def about(study_id: str) -> Response:
        study = flow.studies.get(study_id)
        return _answer(
            {
                "name": study.name,
                "is_preview": views.is_preview,
                "is_open": study.state == State.OPEN and study.recruitment.is_begun_in_time(),
                "consent": study.texts.consent,
                "link_names": study.recruitment.names,
            }
        )

    @router.post("/enter")
    def enter(
        study_id: str, request: Request, body: Annotated[dict, Depends(read_json)]
    ) -> Response:
        listener_id = body.get("listener_id")
        if not isinstance(listener_id, str) or not LISTENER_ID.fullmatch(listener_id):
            raise BadRequest("listener_id_invalid")
        token = request.headers.get("x-session", "")
        link, language = _link_in(body), _known_language(body.get("language"))
        try:
            session = flow.enter(
                study_id,
                token=token,
                listener_id=listener_id,
                language=language,
                device=request.headers.get("user-agent", ""),
                link=link,
            )
        except NotLetIn as refused:
            return _answer(views.not_begun(study_id, refused.outcome, link, language))
        is_elsewhere = not token.startswith(session.session_id)  # begun in another browser
        return _answer({**views.state(flow.resumed(session)), "goes_on": is_elsewhere})

    @router.post("/continue")
    def continue_elsewhere(
        study_id: str, request: Request, body: Annotated[dict, Depends(read_json)]
    ) -> Response:
        """Of a study that nobody can begin any more: who has begun goes on, others are told."""
        link, language = _link_in(body), _known_language(body.get("language"))
        token = request.headers.get("x-session", "")
        session = flow.continue_elsewhere(study_id, token=token, link=link)
        if session is None:
            view = views.not_begun(study_id, Outcome.OVER_QUOTA, link, language)
            return _answer({**view, "is_open": False})
        return _answer({**views.state(flow.resumed(session)), "goes_on": True})

    @router.post("/decline")
    def decline(study_id: str, body: Annotated[dict, Depends(read_json)]) -> Response:
        """Nothing is kept of somebody who does not consent."""
        language = _known_language(body.get("language"))
        return _answer(views.not_begun(study_id, Outcome.DECLINED, _link_in(body), language))


def _link_in(body: dict) -> dict:
    link = body.get("link", {})
    if not isinstance(link, dict):
        raise BadRequest("answer_unreadable")
    return link


def _known_language(asked: object) -> str:
    return asked if isinstance(asked, str) and asked in LANGUAGES else ENGLISH


def _add_steps(router: APIRouter, flow: SessionFlow, views: "StepView") -> None:
    """What a session asks; a listener is known by the secret in the X-Session header."""

    def session_of(request: Request, study_id: str) -> Session:
        return flow.known(study_id, request.headers.get("x-session", ""))

    Known = Annotated[Session, Depends(session_of)]

    @router.post("/state")
    def state(study_id: str, body: Annotated[dict, Depends(read_json)], session: Known) -> Response:
        goes_on = flow.is_named_by(session, _link_in(body))
        return _answer({**views.state(flow.resumed(session)), "goes_on": goes_on})

    @router.post("/questions")
    def questions(
        study_id: str, body: Annotated[dict, Depends(read_json)], session: Known
    ) -> Response:
        answered = flow.answer_questions(session, body.get("part"), body.get("answers"))
        return _answer(views.state(answered))

    @router.post("/volume")
    def volume(study_id: str, session: Known) -> Response:
        return _answer(views.state(flow.set_volume(session)))

    @router.post("/headphones")
    def headphones(
        study_id: str, body: Annotated[dict, Depends(read_json)], session: Known
    ) -> Response:
        check = headphone_check(flow, session)
        chosen = body.get("chosen")
        if not isinstance(chosen, list) or len(chosen) != len(check):
            raise BadRequest("headphones_incomplete")
        correct = sum(answer == trial.quietest for answer, trial in zip(chosen, check, strict=True))
        session = flow.check_headphones(session, correct=correct, asked=len(check))
        return _answer(views.state(session))

    @router.post("/answer")
    def answer(
        study_id: str, body: Annotated[dict, Depends(read_json)], session: Known
    ) -> Response:
        return _answer(views.state(flow.answer(session, body)))

    @router.get("/media/{token}")
    def medium(study_id: str, token: str, request: Request) -> Response:
        data = views.sounds.get(request.headers.get("x-session", ""), f"media/{token}")
        if data is None:
            raise SoundGone("sound_gone")
        return Response(data, media_type="audio/wav", headers=NO_TRACE)


def _refused(request: Request, error: Refusal) -> Response:
    content = {"error": str(error), "code": error.code, "values": _plain(error.values)}
    return _answer(content, status_code=STATUS_OF[type(error)])


def _no_study(request: Request, error: StudyError) -> Response:
    return _refused_with("study_unavailable", 404)


def _failed(request: Request, error: Exception) -> Response:
    return _refused_with("server_error", 500)


def _refused_with(code: str, status_code: int) -> Response:
    content = {"error": Messages("errors")(code), "code": code, "values": {}}
    return _answer(content, status_code=status_code)


def _plain(values: dict[str, object]) -> dict[str, object]:
    """Values as JSON has them."""
    return {
        name: value if isinstance(value, (int, float, str)) else str(value)
        for name, value in values.items()
    }


def _answer(content: dict, status_code: int = 200) -> JSONResponse:
    return JSONResponse(content, status_code=status_code, headers=NO_TRACE)


def _refuse_constant(name: str):
    raise ValueError(f"{name} is no number")
