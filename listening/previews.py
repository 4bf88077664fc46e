"""Studies as their owner tries them before they open: of a preview nothing is kept or told."""

import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from listening.session_flow import SessionFlow
from listening.study import Study, StudyError
from listening.study_store import StudyStore

MAX_PREVIEWS = 16  # at once; the oldest go first
LEFT_S = 30.0  # a page that was closed may come back by then: that was a reload
GONE = "This preview has ended; please open a new one in the Studio."


@dataclass
class _Preview:
    previewed: Study
    owner: str
    left_at: float | None = None


class Previews:
    """Copies of studies with ids and orders of their own; safe to use from several threads.

    A preview ends when a newer one of the same study begins, the study changes its state, its page
    is closed, or its owner's page in the Studio is.

    flow : of the previews alone, in a folder of its own
    """

    def __init__(
        self,
        studies: StudyStore,
        flow: SessionFlow,
        *,
        now: Callable[[], float] = time.monotonic,
    ):
        self.flow = flow
        self._studies = studies
        self._now = now
        self._previews: dict[str, _Preview] = {}  # by the copy's id, oldest first
        self._lock = threading.Lock()

    def begin(self, study_id: str, owner: str) -> str:
        """The id of a new preview of a study, as its pages are asked for.

        owner : of a page in the Studio, as in `forget_owner`
        Raises StudyError if the study cannot be carried out.
        """
        study = self._studies.get(study_id)
        self.forget_study(study_id)
        copy = self.flow.studies.take_copy(self._studies, study_id)
        try:
            self.flow.studies.open(copy.study_id)
        except StudyError:
            self._delete(copy.study_id)
            raise
        with self._lock:
            older = [
                key for key, one in self._previews.items() if one.previewed.study_id == study_id
            ]
            self._previews[copy.study_id] = _Preview(study, owner)
            older += list(self._previews)[:-MAX_PREVIEWS]
        self._forget(older)
        return copy.study_id

    def look_up(self, preview_id: str) -> None:
        """Raises StudyError if there is no such preview any more; a page that left is back."""
        with self._lock:
            preview = self._previews.get(preview_id)
        if preview is None:
            raise StudyError(GONE)
        has_left = preview.left_at is not None and self._now() - preview.left_at > LEFT_S
        if has_left or self._has_changed(preview.previewed):
            self._forget([preview_id])
            raise StudyError(GONE)
        preview.left_at = None

    def leave(self, preview_id: str) -> None:
        """Its page was closed, or is about to be loaded again."""
        with self._lock:
            preview = self._previews.get(preview_id)
            if preview is not None:
                preview.left_at = self._now()

    def forget_owner(self, owner: str) -> None:
        self._forget_where(lambda preview: preview.owner == owner)

    def forget_study(self, study_id: str) -> None:
        self._forget_where(lambda preview: preview.previewed.study_id == study_id)

    def _forget_where(self, is_meant: Callable[[_Preview], bool]) -> None:
        with self._lock:
            meant = [key for key, preview in self._previews.items() if is_meant(preview)]
        self._forget(meant)

    def _has_changed(self, study: Study) -> bool:
        try:
            return self._studies.get(study.study_id).state != study.state
        except StudyError:
            return True

    def _forget(self, preview_ids: list[str]) -> None:
        for preview_id in preview_ids:
            with self._lock:
                is_there = self._previews.pop(preview_id, None) is not None
            if is_there:
                self._delete(preview_id)

    def _delete(self, preview_id: str) -> None:
        self.flow.sessions.forget(preview_id)
        shutil.rmtree(self.flow.studies.folder / preview_id, ignore_errors=True)
