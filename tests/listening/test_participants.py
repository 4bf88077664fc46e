"""Who takes part once, who has a place, and who comes too late."""

import dataclasses
import json
import threading
from datetime import UTC, datetime

import pytest

from listening.recruitment import Outcome, Participant, Recruitment
from listening.session import NotLetIn
from listening.session_store import SessionError, SessionStore
from listening.session_table import read_sessions
from listening.study import State
from tests.support import trials
from tests.support.trials import begin, new_token


def recruiting(study, **settings):
    return dataclasses.replace(study, recruitment=Recruitment(**settings))


def test_a_participant_takes_part_once_in_whichever_browser(book, study):
    anna = Participant("anna", {"participant": "anna"})
    session, token = begin(book, study, participant=anna)
    elsewhere = new_token()
    again, _ = begin(book, study, participant=anna, token=elsewhere)
    assert again.session_id == session.session_id
    other = f"{session.session_id}.{elsewhere.split('.')[1]}"
    assert book.find(study.study_id, other).session_id == session.session_id
    assert book.find(study.study_id, token).session_id == session.session_id
    with pytest.raises(SessionError, match="does not know this session"):
        book.find(study.study_id, elsewhere)
    begin(book, study, participant=Participant("ben", {"participant": "ben"}))
    begin(book, study)
    begin(book, study)  # nobody is the same as nobody
    sessions = book.of_study(study.study_id).sessions
    assert [one.participant_id for one in sessions] == ["anna", "ben", "", ""]
    row = read_sessions(book.path)[0]
    assert (row["participant_id"], row["link"]) == ("anna", '{"participant": "anna"}')


def test_one_participant_in_many_browsers_at_once_has_one_session(book, study):
    anna = Participant("anna", {"participant": "anna"})
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(begin(book, study, participant=anna)[0]))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({one.session_id for one in found}) == 1
    assert len(book.of_study(study.study_id).sessions) == 1


def test_no_more_are_let_in_than_there_are_places(book, study):
    study = recruiting(study, quota=3)
    refused, stores = [], [book, SessionStore(book.folder)]  # as two processes have them

    def come(number):
        try:
            begin(stores[number % 2], study)
        except NotLetIn as error:
            refused.append(error.outcome)

    threads = [threading.Thread(target=come, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == [Outcome.OVER_QUOTA] * 7
    sessions = book.of_study(study.study_id).sessions
    assert [one.listener_number for one in sessions] == [0, 1, 2]
    outcomes = [row["outcome"] for row in read_sessions(book.path)]
    assert sorted(outcomes) == [""] * 3 + ["over_quota"] * 7


def test_a_place_is_given_back_and_taken_again(book, study):
    study = recruiting(study, quota=1, hold_min=5.0)
    first, _ = begin(book, study)
    with pytest.raises(NotLetIn):
        begin(book, study)
    assert book.hold_place(study, first) == first  # held for long enough
    expired = {"place_until": "2020-01-01T00:00:00.000+00:00"}
    first = book.change(first, lambda _: expired)
    first = book.hold_place(study, first)
    assert first.has_place(datetime.now(UTC))  # nobody else came meanwhile
    first = book.change(first, lambda _: expired)
    second, _ = begin(book, study)
    first = book.hold_place(study, first)
    assert first.outcome == Outcome.OVER_QUOTA
    assert read_sessions(book.path)[0]["outcome"] == "over_quota"
    book.change(second, lambda _: {"ended_as": Outcome.SCREENED_OUT})
    third, _ = begin(book, study)
    assert book.change(third, lambda _: {"completed_at": "2026-01-01"}).outcome == Outcome.COMPLETED
    with pytest.raises(NotLetIn):
        begin(book, study)


def test_nobody_begins_or_goes_on_too_late(book, study):
    past = "2020-01-01T00:00:00+00:00"
    session, _ = begin(book, study)
    with pytest.raises(NotLetIn):
        begin(book, recruiting(study, begin_by=past))
    assert book.hold_place(recruiting(study, begin_by=past), session) == session
    over = book.hold_place(recruiting(study, finish_by=past), session)
    assert over.outcome == Outcome.OVER_QUOTA


def test_who_comes_after_the_end_is_told_where_to_go_if_there_is_a_place_to_go(book, study):
    closed = dataclasses.replace(study, state=State.CLOSED)
    with pytest.raises(SessionError, match="not recruiting"):
        begin(book, closed)
    with pytest.raises(NotLetIn):
        begin(book, recruiting(closed, endings={Outcome.OVER_QUOTA: "FULL"}))


def test_who_has_begun_goes_on_in_another_browser_also_after_the_end(book, study):
    anna = Participant("anna", {"participant": "anna"})
    closed = dataclasses.replace(study, state=State.CLOSED)
    token = new_token()
    assert book.continue_elsewhere(closed, token=token, participant=anna) is None
    session, _ = begin(book, study, participant=anna)
    found = book.continue_elsewhere(closed, token=token, participant=anna)
    assert found.session_id == session.session_id
    assert book.find(study.study_id, f"{session.session_id}.{token.split('.')[1]}") == found
    nobody = Participant()
    assert book.continue_elsewhere(closed, token=new_token(), participant=nobody) is None


def test_a_token_with_the_link_of_another_participant_opens_nothing(book, study):
    anna, ben = (Participant(name, {"participant": name}) for name in ("anna", "ben"))
    _, token = begin(book, study, participant=anna)
    with pytest.raises(SessionError, match="another participant"):
        begin(book, study, participant=ben, token=token)


def test_sessions_of_the_version_before_are_read_and_their_table_taken_over(book, study):
    session, token = begin(book, study)
    path = book._path_of(study.study_id, session.session_id)
    facts = json.loads(path.read_text())
    for name in ("participant_id", "link", "more_tokens_sha256", "place_until", "ended_as"):
        del facts[name]
    path.write_text(json.dumps(facts | {"schema_version": 1}))
    assert SessionStore(book.folder).find(study.study_id, token) == session
    header, row = book.path.read_text().splitlines()
    before = [line.rsplit(",", 3)[0] for line in (header, row)]
    book.path.write_text("\n".join(before) + "\n")
    anew = SessionStore(book.folder)
    begin(anew, study)
    assert [one["outcome"] for one in read_sessions(book.path)] == ["", ""]
    assert len(list(book.folder.glob("sessions.before-*.csv"))) == 1


def test_who_goes_on_elsewhere_without_a_place_is_told_at_once(tmp_path):
    flow = trials.session_flow(tmp_path / "results")
    study = trials.open_study(flow.studies, recruitment=Recruitment(quota=1))

    def enter(name):
        return flow.enter(
            study.study_id, token=new_token(), listener_id="a" * 16, language="en", device="x",
            link={"participant": name},
        )  # fmt: skip

    anna = enter("anna")
    expired = {"place_until": "2020-01-01T00:00:00.000+00:00"}
    flow.sessions.change(anna, lambda _: expired)
    enter("ben")
    assert enter("anna").outcome == Outcome.OVER_QUOTA
