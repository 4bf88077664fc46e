"""What the listeners' page shows at the step of a session."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np

from listening.headphones import HeadphoneTrial, draw_headphone_check, headphone_wav
from listening.recruitment import LinkError, Outcome
from listening.session import Session
from listening.session_flow import SessionFlow, Step
from listening.stimuli import stimulus_files
from listening.study import Study
from listening.trial import Kind, Trial
from ui.listen.question_json import question_json
from ui.listen.sounds import SessionSounds
from ui.listen.trial_json import trial_json


@dataclass(frozen=True)
class StepView:
    """Hands out what the page shows at the step of a session."""

    flow: SessionFlow
    is_preview: bool
    sounds: SessionSounds
    volume_wav: bytes

    def state(self, session: Session) -> dict:
        study = self.flow.studies.get(session.study_id)
        step, trial = self.flow.step(session), None
        if step == Step.TRIAL:
            session, trial = self.flow.open_trial(session)
            step = self.flow.step(session)
        n_training = int(study.design.has_training)
        state = {
            **self._frame(study, step, session.language),
            "session": session.session_id,
            "is_participant": session.participant_id != "",
            "number": session.trials_answered + 1 - n_training,  # 0 while training
            "total": session.trials_planned - n_training,
        }
        part = self.flow.open_part(session)
        if step == Step.QUESTIONS and part is not None:
            questions = study.questionnaire.of(part)
            state["part"] = part
            state["questions"] = [question_json(one, session.language) for one in questions]
        if step == Step.VOLUME:
            state["instructions"] = study.texts.instructions.get(session.language)
            state["sounds"] = self.sounds.put(session, [self.volume_wav])
        if step == Step.HEADPHONES:
            files = [headphone_wav(trial) for trial in headphone_check(self.flow, session)]
            state["sounds"] = self.sounds.put(session, files)
        if trial is not None:
            state["trial"] = self._trial(session, trial, study.rules.min_listening_s)
        if session.outcome is not None:
            self.sounds.put(session, [])
            state["ending"] = self._ending(study.study_id, session.outcome, session.link)
            state["receipt"] = session.session_id
        if step == Step.SCREENED_OUT:
            state["is_eligible"] = session.headphones_correct is not None  # if not by the check
        if step == Step.DONE and study.rules.shows_conditions:
            state["heard"] = [
                {label: study.titles[condition] for label, condition in labels.items()}
                for labels in self.flow.heard(session)
            ]
        return state

    def not_begun(
        self, study_id: str, outcome: Outcome, asked_link: Mapping[str, object], language: str
    ) -> dict:
        """What is told to somebody who has no session."""
        study = self.flow.studies.get(study_id)
        try:
            link = study.recruitment.participant(asked_link).link
        except LinkError:
            link = {}
        return {
            **self._frame(study, outcome, language),
            "ending": self._ending(study_id, outcome, link),
        }

    def _frame(self, study: Study, step: str, language: str) -> dict:
        return {
            "step": step,
            "is_preview": self.is_preview,
            "language": language,
            "name": study.name,
        }

    def _ending(self, study_id: str, outcome: Outcome, link: Mapping[str, str]) -> dict | None:
        ending = self.flow.ending(study_id, outcome, link)
        return asdict(ending) if ending else None

    def _trial(self, session: Session, trial: Trial, min_listening_s: float) -> dict:
        following = self.flow.following_trial(session)
        addresses, ahead = self.sounds.put_trial(
            session,
            session.trials_answered,
            lambda: self._files(trial),
            lambda: self._files(following) if following else [],
            len(following.stimuli) if following else 0,
        )
        by_label = dict(zip(trial.labels, addresses, strict=True))
        shown = trial_json(trial, by_label, min_listening_s=min_listening_s)
        return {**shown, "is_training": trial.kind == Kind.TRAINING, "ahead": ahead}

    def _files(self, trial: Trial) -> list[bytes]:
        """In the order of the labels, never twice the same bytes."""
        files = stimulus_files(trial, self.flow.sounds(trial), np.random.default_rng())
        return [files[label] for label in trial.labels]


def headphone_check(flow: SessionFlow, session: Session) -> tuple[HeadphoneTrial, ...]:
    """The same for a session every time: its right answers are kept nowhere."""
    seed = f"{flow.studies.get(session.study_id).seed} headphones {session.session_id}"
    digest = hashlib.sha256(seed.encode()).digest()
    return draw_headphone_check(np.random.default_rng(list(digest)))
