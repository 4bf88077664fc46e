"""What a listener does next, and what becomes of it.

Knows nothing of pages or addresses. Every step is on disk before it is acknowledged, and doing a
step twice is doing it once, so that a reload or a lost answer never loses or repeats anything.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from audio.clip import AudioClip
from listening.answer_log import AnswerLog
from listening.ballot import BallotError, read_ballot
from listening.headphones import CORRECT_TO_PASS
from listening.plan import PlannedTrial
from listening.questionnaire import Part, read_answers
from listening.recruitment import Ending, Outcome, Participant
from listening.session import SessionError, sha256_of
from listening.session_store import Session, SessionStore
from listening.study import Study
from listening.study_store import StudyStore
from listening.trial import Trial, arrange_trial, labels_for
from listening.votes import Vote, VoteLog, cast_vote
from storage.result_cache import ResultCache

KEPT_PLANS = 1000  # of as many sessions at once; others are drawn again


class Step(StrEnum):
    """Where a listener is."""

    QUESTIONS = "questions"
    VOLUME = "volume"
    HEADPHONES = "headphones"
    TRIAL = "trial"
    DONE = "done"
    SCREENED_OUT = "screened_out"
    OVER_QUOTA = "over_quota"


OVER = {
    Outcome.COMPLETED: Step.DONE,
    Outcome.SCREENED_OUT: Step.SCREENED_OUT,
    Outcome.OVER_QUOTA: Step.OVER_QUOTA,
}


@dataclass(frozen=True)
class SessionFlow:
    """Listeners on their way through studies."""

    studies: StudyStore
    sessions: SessionStore
    votes: VoteLog
    answers: AnswerLog
    app_version: str
    _plans: ResultCache = field(default_factory=lambda: ResultCache(KEPT_PLANS), compare=False)

    def enter(
        self,
        study_id: str,
        *,
        token: str,
        listener_id: str,
        language: str,
        device: str,
        link: Mapping[str, object] | None = None,
    ) -> Session:
        """The session of a listener who has consented.

        listener_id : of the browser; where the link names a person, the session has one that is
            the person's, in whichever browser
        link : {name: value} of the address that was opened
        Raises StudyError, SessionError, LinkError, or NotLetIn.
        """
        study = self.studies.get(study_id)
        participant = study.recruitment.participant(link or {})
        session = self.sessions.begin(
            study,
            token=token,
            listener_id=_listener_id(study, participant) or listener_id,
            language=language,
            device=device,
            participant=participant,
        )
        return self.sessions.hold_place(study, session)

    def continue_elsewhere(
        self, study_id: str, *, token: str, link: Mapping[str, object]
    ) -> Session | None:
        """The session that the link's participant has begun in another browser, if there is one.

        For a study that lets nobody begin any more. Raises as `enter`.
        """
        study = self.studies.get(study_id)
        participant = study.recruitment.participant(link)
        session = self.sessions.continue_elsewhere(study, token=token, participant=participant)
        return session and self.sessions.hold_place(study, session)

    def known(self, study_id: str, token: str) -> Session:
        """The session of a token, its place held; raises SessionError if there is none."""
        session = self.sessions.find(study_id, token)
        return self.sessions.hold_place(self.studies.get(study_id), session)

    def is_named_by(self, session: Session, link: Mapping[str, object]) -> bool:
        """Whether an address that was opened names the session's participant, not nobody.

        Raises SessionError if it names another.
        """
        recruitment = self.studies.get(session.study_id).recruitment.without_limits()
        participant_id = recruitment.participant(link).participant_id
        if session.is_of_another(participant_id):
            raise SessionError("session_of_another")
        return bool(participant_id)

    def resumed(self, session: Session) -> Session:
        """A session at the step where it was left, also by a server that died meanwhile."""
        if session.open_trial_id and self.votes.vote_of(session.open_trial_id):
            return self._next_trial(session, session.open_trial_id)  # saved, but not told
        return session

    def ending(self, study_id: str, outcome: Outcome, link: Mapping[str, str]) -> Ending | None:
        """Where somebody with that link goes; None if the study's owner has not said."""
        return self.studies.get(study_id).recruitment.ending(outcome, link)

    def step(self, session: Session) -> Step:
        if session.outcome is not None:
            return OVER[session.outcome]
        if self.open_part(session) == Part.BEFORE:
            return Step.QUESTIONS
        if not session.has_set_volume:
            return Step.VOLUME
        if session.headphones_correct is None:
            return Step.HEADPHONES
        if self._fails_headphones(session.study_id, session.headphones_correct):
            return Step.SCREENED_OUT  # a session of an earlier version, which kept no outcome
        if session.trials_answered < session.trials_planned:
            return Step.TRIAL
        return Step.DONE if self.open_part(session) is None else Step.QUESTIONS

    def open_part(self, session: Session) -> Part | None:
        """The part of the questionnaire that a session has yet to answer; None if there is none."""
        questionnaire = self.studies.get(session.study_id).questionnaire
        open_parts = (
            part for part in Part if questionnaire.of(part) and part not in session.parts_answered
        )
        return next(open_parts, None)

    def answer_questions(self, session: Session, part: object, given: object) -> Session:
        """Save the answers to the open part of the questionnaire; once, and only to that.

        Raises AnswerError for what is no answer to it, SessionNotKept if the disk refuses.
        """
        open_part = self.open_part(session)
        if self.step(session) != Step.QUESTIONS or open_part is None or part != open_part:
            return session
        questions = self.studies.get(session.study_id).questionnaire.of(open_part)
        answers = read_answers(questions, given, session.language)

        def answered(latest: Session) -> dict:
            if open_part in latest.parts_answered or latest.outcome is not None:
                return {}
            kept = self.answers.append(latest, open_part, answers)
            fields: dict = {"parts_answered": (*latest.parts_answered, open_part)}
            if open_part == Part.AFTER:
                fields["completed_at"] = _now()
            elif any(one.screens_out for one in kept):
                fields["ended_as"] = Outcome.SCREENED_OUT
            return fields

        return self.sessions.change(session, answered)

    def set_volume(self, session: Session) -> Session:
        return self.sessions.change(session, lambda latest: {"has_set_volume": True})

    def check_headphones(self, session: Session, *, correct: int, asked: int) -> Session:
        """Keep the result of the headphone check; the first one counts.

        Who fails a check that the study requires is screened out.
        """
        fails = self._fails_headphones(session.study_id, correct)

        def result(latest: Session) -> dict:
            is_due = latest.has_set_volume and latest.outcome is None
            if latest.headphones_correct is not None or not is_due:
                return {}
            fields: dict = {"headphones_correct": correct, "headphones_asked": asked}
            return fields | {"ended_as": Outcome.SCREENED_OUT} if fails else fields

        return self.sessions.change(session, result)

    def _fails_headphones(self, study_id: str, correct: int) -> bool:
        return self.studies.get(study_id).rules.needs_headphones and correct < CORRECT_TO_PASS

    def open_trial(self, session: Session) -> tuple[Session, Trial | None]:
        """The trial that is on: the same one, in the same order, however often it is asked for.

        None if by now another page of the session has answered the last one; what is on is decided
        by the session as it is kept, not as it was when it was asked for.
        Raises ValueError if the session is at another step.
        """
        if self.step(session) != Step.TRIAL:
            raise ValueError("There is no trial at this step.")

        def opened(latest: Session) -> dict:
            is_over = latest.trials_answered >= latest.trials_planned
            if is_over or latest.open_trial_id is not None:
                return {}
            return {"open_trial_id": secrets.token_hex(8), "open_trial_since": _now()}

        session = self.sessions.change(session, opened)
        if self.step(session) != Step.TRIAL:
            return session, None
        return session, self._arranged(self.studies.get(session.study_id), session)

    def following_trial(self, session: Session) -> Trial | None:
        """The trial after the open one, as it will be but for its id; None after the last one."""
        after = session.trials_answered + 1
        if after >= session.trials_planned:
            return None
        following = replace(
            session, trials_answered=after, open_trial_id=None, open_trial_since=None
        )
        return self._arranged(self.studies.get(session.study_id), following)

    def sounds(self, trial: Trial) -> dict[str, AudioClip]:
        """What a trial lets one hear, by condition."""
        study = self.studies.get(trial.listener.study_id)
        return {
            stimulus.condition: self.studies.sound(study, trial.clip.clip_id, stimulus.condition)
            for stimulus in trial.stimuli
        }

    def heard(self, session: Session) -> list[dict[str, str]]:
        """The condition behind every label, for each trial answered."""
        study = self.studies.get(session.study_id)
        plan = self._plan(study, session)[: session.trials_answered]
        design = study.design.design
        return [
            dict(zip(labels_for(design, len(trial.conditions)), trial.conditions, strict=True))
            for trial in plan
        ]

    def answer(self, session: Session, answers) -> Session:
        """Save the answers to the open trial and go on to the next; none where the session is over.

        Answers that were saved before are acknowledged again. Raises BallotError for answers
        that cannot be counted, VoteNotSaved if they are not on disk.
        """
        if session.ended_as is not None:
            return session
        trial_id: Any = answers.get("trial") if isinstance(answers, dict) else None
        if trial_id != session.open_trial_id or trial_id is None:
            vote_id = answers.get("vote") if isinstance(trial_id, str) else None
            if vote_id is not None and self.votes.vote_of(trial_id) == vote_id:
                return self._next_trial(session, trial_id)
            raise BallotError("trial_not_open")
        study = self.studies.get(session.study_id)
        trial = self._arranged(study, session)
        ballot = read_ballot(answers, trial, min_listening_s=study.rules.min_listening_s)
        vote = cast_vote(trial, ballot, app_version=self.app_version)
        return self._next_trial(session, trial.trial_id, vote)

    def _next_trial(self, session: Session, answered_id: str, vote: Vote | None = None) -> Session:
        """The session with a trial answered.

        vote : to be saved first, while nobody else changes or removes the session
        """
        has_questions_after = bool(self.studies.get(session.study_id).questionnaire.after)

        def answered(latest: Session) -> dict:
            if latest.ended_as is not None:
                return {}
            if vote is not None:
                self.votes.append(vote)
            if latest.open_trial_id != answered_id:
                return {}
            is_last = latest.trials_answered + 1 == latest.trials_planned
            return {
                "trials_answered": latest.trials_answered + 1,
                "open_trial_id": None,
                "open_trial_since": None,
                "completed_at": _now() if is_last and not has_questions_after else None,
            }

        return self.sessions.change(session, answered)

    def _plan(self, study: Study, session: Session) -> tuple[PlannedTrial, ...]:
        number = session.listener_number
        key = (study.study_id, study.opened_at, number)
        return self._plans.get(key, lambda: study.plan(number))

    def _arranged(self, study: Study, session: Session) -> Trial:
        planned = self._plan(study, session)[session.trials_answered]
        since = session.open_trial_since
        return arrange_trial(
            session.listener,
            study.clip(planned.clip_id).facts,
            [study.version(planned.clip_id, condition) for condition in planned.conditions],
            trial_index=session.trials_answered + 1,
            design=study.design.design,
            kind=planned.kind,
            question=planned.question,
            trial_id=session.open_trial_id,
            opened_at=datetime.fromisoformat(since) if since else None,
        )


def _listener_id(study: Study, participant: Participant) -> str:
    """The same in every browser, and of no use without the study's seed; empty for nobody."""
    if not participant.participant_id:
        return ""
    return sha256_of(f"{study.seed} participant {participant.participant_id}")[:32]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
