"""A study that takes listeners, and where their sessions are kept."""

import pytest

from listening.session_store import SessionStore
from listening.study_store import StudyStore
from tests.support import trials


@pytest.fixture
def study(tmp_path):
    return trials.open_study(StudyStore(tmp_path / "studies"))


@pytest.fixture
def book(tmp_path):
    return SessionStore(tmp_path / "results")
