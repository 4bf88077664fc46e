import pytest

from listening import BallotError, read_ballot
from tests import trials

DRAWN = trials.trial()


def test_a_good_answer_is_read():
    ballot = read_ballot(trials.answers(DRAWN), DRAWN)
    assert ballot.ratings == {"A": 0, "B": 20, "C": 40, "D": 60}
    assert ballot.preferred == "D"
    assert ballot.comment == "the last one is calmer"
    assert ballot.switches["A"] == 3


def test_no_preference_is_an_answer():
    assert read_ballot(trials.answers(DRAWN, preferred="none"), DRAWN).preferred is None


RATINGS = {"A": 1, "B": 2, "C": 3, "D": 4}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"trial": "another"}, "no longer open"),
        ({"vote": None}, "no valid number"),
        ({"vote": "=1+1"}, "no valid number"),
        ({"vote": "a" * 65}, "no valid number"),
        ({"ratings": {}}, "give a rating to A and B and C and D"),
        ({"ratings": {**RATINGS, "B": None}}, "give a rating to B"),
        ({"ratings": {**RATINGS, "B": 101}}, "rating of B must lie between 0 and 100"),
        ({"ratings": {**RATINGS, "B": -1}}, "rating of B must lie"),
        ({"ratings": {**RATINGS, "B": float("nan")}}, "give a rating to B"),
        ({"ratings": {**RATINGS, "B": "50"}}, "give a rating to B"),
        ({"ratings": {**RATINGS, "B": True}}, "give a rating to B"),
        ({"ratings": [1, 2, 3, 4]}, "give a rating to A"),
        ({"preferred": None}, "which one you prefer"),
        ({"preferred": "E"}, "which one you prefer"),
        ({"preferred": "original"}, "which one you prefer"),
        ({"preferred": ["A"]}, "which one you prefer"),
        ({"comment": "x" * 2001}, "at most 2000 characters"),
        ({"comment": 5}, "comment"),
        ({"comment": "\ud800"}, "comment"),
        ({"listened_s": {}}, "listening time"),
        ({"listened_s": dict.fromkeys("ABCD", -1)}, "cannot be negative"),
        ({"switches": dict.fromkeys("ABCD", float("inf"))}, "number of switches"),
    ],
)
def test_a_bad_answer_gets_one_sentence(changes, message):
    with pytest.raises(BallotError, match=message):
        read_ballot(trials.answers(DRAWN, **changes), DRAWN)


@pytest.mark.parametrize("answers", [None, [], "A", 3])
def test_what_is_no_answer_is_refused(answers):
    with pytest.raises(BallotError, match="could not be read"):
        read_ballot(answers, DRAWN)
