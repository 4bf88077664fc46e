"""Places and participants, as the server hands them out to many at once."""

import threading

import pytest

import app
from listening import read_votes
from listening.plan import TrialDesign
from listening.recruitment import Recruitment
from listening.session_store import SessionStore
from listening.session_table import read_sessions
from listening.study_store import StudyStore
from tests.support import trials
from tests.support.server import running
from tests.support.trials import new_token
from tests.support.voters import Refused, Voter

N_LISTENERS, N_PLACES = 50, 20


@pytest.fixture
def server(tmp_path):
    """Results folder and address of the app."""
    results = tmp_path / "results"
    options = ["--library", str(tmp_path / "library"), "--results", str(results)]
    with running(app.parse_options(options)) as address:
        yield results, address


def open_study(results, **settings):
    design = TrialDesign("pair", has_training=False, trials_per_listener=1)
    return trials.open_study(StudyStore(results / "studies"), design=design, **settings)


def test_fifty_at_once_for_twenty_places(server):
    results, address = server
    study = open_study(results, recruitment=Recruitment(quota=N_PLACES))
    turned_away, failed = [], []

    def take_part(number):
        voter = Voter(study.study_id, f"10.0.0.{number}")
        voter.connect(address)
        link = {"PROLIFIC_PID": f"p{number}"}
        try:
            entered = {"listener_id": voter.token[:16], "language": "en", "link": link}
            if voter.ask("enter", entered)["step"] == "over_quota":
                turned_away.append(number)
                return
            voter.ask("volume")
            voter.shown = voter.ask("headphones", {"chosen": [0] * 6})["trial"]
            voter.vote()
        except Exception as error:
            failed.append(error)
        finally:
            voter.disconnect()

    threads = [threading.Thread(target=take_part, args=(n,)) for n in range(N_LISTENERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    rows = read_sessions(results / "sessions.csv")
    outcomes = [row["outcome"] for row in rows]
    assert outcomes.count("completed") == N_PLACES
    assert outcomes.count("over_quota") == len(turned_away) == N_LISTENERS - N_PLACES
    assert len({row["trial_id"] for row in read_votes(results / "votes.csv")}) == N_PLACES
    assert {row["participant_id"] for row in rows} == {f"p{n}" for n in range(N_LISTENERS)}


def test_what_is_no_link_is_refused_and_nobody_declines_into_a_session(server):
    results, address = server
    study = open_study(results, recruitment=Recruitment(needs_participant=True))
    voter = Voter(study.study_id)
    voter.connect(address)
    entry = {"listener_id": voter.token[:16], "language": "en"}
    for link, says in (
        ({"PROLIFIC_PID": "a b"}, "not valid"),
        ({}, "does not say who you are"),
        ([1], "could not be read"),
        ({"PROLIFIC_PID": {"a": 1}}, "not valid"),
    ):
        with pytest.raises(Refused, match=says):
            voter.ask("enter", entry | {"link": link})
    for link in ({}, {"PROLIFIC_PID": "a b"}, {"PROLIFIC_PID": "anna"}):
        declined = voter.ask("decline", {"link": link, "language": "it"})
        assert (declined["step"], declined["language"]) == ("declined", "it")
        assert declined["ending"] is None
    assert not (results / "sessions.csv").exists()


def test_an_answer_after_the_place_is_gone_is_told_so(server):
    results, address = server
    study = open_study(results, recruitment=Recruitment(quota=1))
    voters = [Voter(study.study_id) for _ in range(2)]
    for voter in voters:
        voter.connect(address)
    voters[0].to_first_trial()
    store = SessionStore(results)
    [first] = store.of_study(study.study_id).sessions
    store.change(first, lambda _: {"place_until": "2020-01-01T00:00:00.000+00:00"})
    voters[1].to_first_trial()
    state = voters[0].ask("answer", voters[0].answers)
    assert state["step"] == "over_quota"
    assert voters[0].ask("state")["step"] == "over_quota"
    voters[1].vote()
    assert len({row["trial_id"] for row in read_votes(results / "votes.csv")}) == 1


def test_a_link_of_another_participant_does_not_open_the_session(server):
    results, address = server
    study = open_study(results)
    voter = Voter(study.study_id)
    voter.connect(address)
    entry = {"listener_id": voter.token[:16], "language": "en"}
    voter.ask("enter", entry | {"link": {"participant": "anna"}})
    assert voter.ask("state", {"link": {"participant": "anna"}})["step"] == "volume"
    assert voter.ask("state", {})["step"] == "volume"
    with pytest.raises(Refused, match="403.*another participant"):
        voter.ask("state", {"link": {"participant": "ben"}})
    voter.token = new_token()
    again = voter.ask("enter", entry | {"link": {"participant": "anna"}})
    assert (again["goes_on"], again["session"] in voter.token) == (True, False)
