import pytest

from listening import BallotError, read_ballot
from tests.support import trials

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
        ({"vote": None}, "no valid vote ID"),
        ({"vote": "=1+1"}, "no valid vote ID"),
        ({"vote": "a" * 65}, "no valid vote ID"),
        ({"ratings": {}}, "Please rate A, B, C, D"),
        ({"ratings": {**RATINGS, "B": None}}, "Please rate B"),
        ({"ratings": {**RATINGS, "B": 101}}, "rating of B must lie between 0 and 100"),
        ({"ratings": {**RATINGS, "B": -1}}, "rating of B must lie"),
        ({"ratings": {**RATINGS, "B": float("nan")}}, "Please rate B"),
        ({"ratings": {**RATINGS, "B": "50"}}, "Please rate B"),
        ({"ratings": {**RATINGS, "B": True}}, "Please rate B"),
        ({"ratings": [1, 2, 3, 4]}, "Please rate A"),
        ({"preferred": None}, "choose the one you prefer"),
        ({"preferred": "E"}, "choose the one you prefer"),
        ({"preferred": "original"}, "choose the one you prefer"),
        ({"preferred": ["A"]}, "choose the one you prefer"),
        ({"comment": "x" * 2001}, "up to 2000 characters"),
        ({"comment": 5}, "comment"),
        ({"comment": "\ud800"}, "comment"),
        ({"listened_s": {}}, "listening time"),
        ({"listened_s": dict.fromkeys("ABCD", -1)}, "must lie between 0 and"),
        ({"listened_s": dict.fromkeys("ABCD", 10**400)}, "must lie between 0 and"),
        ({"listened_s": dict.fromkeys("ABCD", 1e300)}, "must lie between 0 and"),
        ({"ratings": dict.fromkeys("ABCD", 10**400)}, "must lie between 0 and"),
        ({"switches": dict.fromkeys("ABCD", 10**400)}, "must lie between 0 and"),
        ({"switches": dict.fromkeys("ABCD", float("inf"))}, "switch count"),
    ],
)
def test_a_bad_answer_gets_one_sentence(changes, message):
    with pytest.raises(BallotError, match=message):
        read_ballot(trials.answers(DRAWN, **changes), DRAWN)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("nice\rmusic", "nice\nmusic"),
        ("one\r\ntwo\u2028three\x85four", "one\ntwo\nthree\nfour"),
        ("a\x00b\x1bc\x7f", "abc"),
        ("\ta\tb\r", "a\tb"),
    ],
)
def test_control_characters_of_a_comment_are_normalised(typed, kept):
    assert read_ballot(trials.answers(DRAWN, comment=typed), DRAWN).comment == kept


@pytest.mark.parametrize("answers", [None, [], "A", 3])
def test_what_is_no_answer_is_refused(answers):
    with pytest.raises(BallotError, match="could not be read"):
        read_ballot(answers, DRAWN)


PAIR_TRIAL = trials.arranged(("hbss", "original"), design="pair")
ABX_TRIAL = trials.arranged(("hbss", "original", "hbss"), design="abx")
ANNOYANCE = trials.arranged(trials.CONDITIONS, question="annoyance")


def test_a_pair_asks_for_a_choice_and_no_ratings():
    ballot = read_ballot(trials.answers(PAIR_TRIAL, ratings=None, preferred="B"), PAIR_TRIAL)
    assert (ballot.ratings, ballot.preferred) == ({}, "B")
    assert read_ballot(trials.answers(PAIR_TRIAL, preferred="none"), PAIR_TRIAL).preferred is None


def test_abx_asks_which_one_x_is():
    assert ABX_TRIAL.labels == ("A", "B", "X")
    assert read_ballot(trials.answers(ABX_TRIAL, preferred="A"), ABX_TRIAL).preferred == "A"
    for no_answer in ("X", "none", None):
        with pytest.raises(BallotError, match="which one X is: A / B"):
            read_ballot(trials.answers(ABX_TRIAL, preferred=no_answer), ABX_TRIAL)


def test_a_rating_of_one_quality_asks_for_no_preference():
    ballot = read_ballot(trials.answers(ANNOYANCE, preferred=None), ANNOYANCE)
    assert ballot.preferred is None
    assert ballot.ratings["D"] == 60
    with pytest.raises(BallotError, match="Please rate"):
        read_ballot(trials.answers(ANNOYANCE, ratings={}), ANNOYANCE)


def test_what_was_not_heard_long_enough_cannot_be_judged():
    heard = dict.fromkeys(DRAWN.labels, 2.0) | {"C": 1.9}
    with pytest.raises(BallotError, match="Please listen to C for at least 2 s"):
        read_ballot(trials.answers(DRAWN, listened_s=heard), DRAWN, min_listening_s=2.0)
    assert read_ballot(trials.answers(DRAWN, listened_s=heard), DRAWN, min_listening_s=1.9)
