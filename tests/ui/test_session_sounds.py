"""Sounds of one trial, and of the next, for one listener only."""

import pytest

from listening.session import Session, sha256_of
from ui.listen.sounds import SessionSounds

SECRET = "5" * 32


@pytest.fixture
def session():
    return Session(
        session_id="a" * 16, study_id="s", listener_id="l", listener_number=0,
        token_sha256=sha256_of(SECRET), language="en", device="", started_at="2026-01-01",
    )  # fmt: skip


@pytest.fixture
def token(session):
    return f"{session.session_id}.{SECRET}"


class Maker:
    """Makes files that say which ones they are, and counts."""

    def __init__(self, *files):
        self.files = [one.encode() for one in files]
        self.n_made = 0

    def __call__(self):
        self.n_made += 1
        return self.files


def test_what_comes_next_is_made_when_it_is_fetched_and_stays_where_it_is(session, token):
    sounds = SessionSounds()
    first, second, third = Maker("a1", "b1"), Maker("a2", "b2", "c2"), Maker("a3")
    now, ahead = sounds.put_trial(session, 0, first, second, n_ahead=3)
    assert [sounds.get(token, one) for one in now] == [b"a1", b"b1"]
    assert (first.n_made, second.n_made) == (1, 0)
    assert [sounds.get(token, one) for one in ahead] == [b"a2", b"b2", b"c2"]
    again = Maker("another")
    now_second, ahead_second = sounds.put_trial(session, 1, again, third, n_ahead=1)
    assert now_second == ahead
    assert [sounds.get(token, one) for one in now] == [None, None]
    assert [sounds.get(token, one) for one in now_second] == [b"a2", b"b2", b"c2"]
    assert (second.n_made, again.n_made, third.n_made) == (1, 0, 0)
    last, nothing = sounds.put_trial(session, 2, again, Maker(), n_ahead=0)
    assert (last, nothing) == (ahead_second, [])
    sounds.put(session, [])
    assert sounds.get(token, last[0]) is None


def test_a_trial_that_is_shown_again_is_made_again(session, token):
    sounds = SessionSounds()
    now, ahead = sounds.put_trial(session, 3, Maker("x"), Maker("y"), n_ahead=1)
    again, ahead_again = sounds.put_trial(session, 3, Maker("z"), Maker("y"), n_ahead=1)
    assert {*now, *ahead}.isdisjoint({*again, *ahead_again})
    assert [sounds.get(token, one) for one in (*now, *ahead)] == [None, None]
    assert sounds.get(token, again[0]) == b"z"


def test_nobody_else_hears_them(session, token):
    sounds = SessionSounds()
    now, ahead = sounds.put_trial(session, 0, Maker("a"), Maker("b"), n_ahead=1)
    for wrong in ("", f"{session.session_id}.{'6' * 32}", f"{'b' * 16}.{SECRET}"):
        assert [sounds.get(wrong, one) for one in (*now, *ahead)] == [None, None]
