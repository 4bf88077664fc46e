import json
import threading

import pytest

from listening import session_store
from listening.session_store import SessionError, SessionNotKept, SessionStore
from listening.session_table import read_sessions
from listening.study_store import StudyStore
from storage.csv_log import CsvLogError
from tests.support.trials import begin, new_token


def test_a_session_is_found_again_by_its_token_also_after_a_restart(book, study):
    session, token = begin(book, study)
    assert SessionStore(book.folder).find(study.study_id, token) == session
    assert session.trials_planned == len(study.plan(0)) == 2
    assert session.listener.session_id == session.session_id


def test_the_token_itself_is_not_on_disk(book, study):
    _, token = begin(book, study)
    secret = token.split(".")[1]
    for path in book.folder.rglob("*"):
        assert path.is_dir() or secret not in path.read_text()


def test_nobody_gets_in_with_another_token(book, study):
    session, token = begin(book, study)
    _, others = begin(book, study)
    foreign = f"{session.session_id}.{others.split('.')[1]}"
    for wrong in ("", "x", foreign, token[:-1], token + "A", "../" + token, "0" * 16 + token[16:]):
        with pytest.raises(SessionError, match="does not know this session"):
            book.find(study.study_id, wrong)
    with pytest.raises(SessionError, match="does not know this session"):
        book.find("another-study-00000000", token)


def test_listeners_are_numbered_without_gaps_however_many_come_at_once(book, study):
    threads = [threading.Thread(target=begin, args=(book, study)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sessions = book.of_study(study.study_id).sessions
    assert [session.listener_number for session in sessions] == list(range(12))
    assert len(read_sessions(book.path)) == 12


def test_beginning_twice_is_beginning_once(book, study):
    session, token = begin(book, study)
    again, _ = begin(book, study, token=token, listener_id="another", language="it")
    assert again == session
    assert book.of_study(study.study_id).sessions == (session,)
    thief = f"{session.session_id}.{new_token().split('.')[1]}"
    with pytest.raises(SessionError, match="does not know this session"):
        begin(book, study, token=thief)
    with pytest.raises(SessionError, match="session is not valid"):
        begin(book, study, token="../" + token)


def test_an_event_that_could_not_be_told_is_told_the_next_time(book, study):
    book.path.parent.mkdir()
    book.path.write_text("another,header\n")
    token = new_token()
    with pytest.raises(SessionNotKept):
        begin(book, study, token=token)
    book.path.unlink()
    session, _ = begin(book, study, token=token)
    assert session.listener_number == 0
    good = book.path.read_text()
    book.path.write_text("another,header\n")
    ended = {"completed_at": "2026-01-01"}
    with pytest.raises(SessionNotKept):
        book.change(session, lambda latest: ended)
    book.path.write_text(good)
    book.change(session, lambda latest: ended)
    assert [row["event"] for row in read_sessions(book.path)] == ["completed"]


def test_a_change_builds_on_the_latest_state(book, study):
    session, token = begin(book, study)
    session = book.change(session, lambda _: {"trials_planned": 8})

    def one_more(latest):
        return {"trials_answered": latest.trials_answered + 1}

    threads = [threading.Thread(target=book.change, args=(session, one_more)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert book.find(study.study_id, token).trials_answered == 8


def test_what_happened_becomes_rows_and_the_last_one_counts(book, study):
    first, _ = begin(book, study, device="=cmd\x00" + "x" * 400)
    begin(book, study, language="it")
    screened = {"headphones_correct": 5, "headphones_asked": 6}
    book.change(first, lambda latest: screened)
    book.change(first, lambda latest: {"completed_at": "2026-01-01"})
    rows = read_sessions(book.path)
    assert [row["event"] for row in rows] == ["completed", "started"]
    assert [row["completed"] for row in rows] == ["1", "0"]
    assert (rows[0]["headphones_correct"], rows[1]["headphones_correct"]) == ("5", "")
    assert [row["language"] for row in rows] == ["en", "it"]
    assert rows[0]["device"] == "=cmd" + "x" * 296
    assert "'=cmd" in book.path.read_text()  # no formula in a spreadsheet


def test_an_empty_change_writes_nothing(book, study):
    session, _ = begin(book, study)
    before = book.path.read_bytes()
    assert book.change(session, lambda latest: {}) == session
    assert book.path.read_bytes() == before


def test_only_an_open_study_takes_listeners(book, study, tmp_path):
    closed = StudyStore(tmp_path / "studies").close(study.study_id)
    with pytest.raises(SessionError, match="not recruiting"):
        begin(book, closed)


def test_a_session_of_another_version_is_refused(book, study):
    session, token = begin(book, study)
    path = book.folder / "sessions" / study.study_id / f"{session.session_id}.json"
    path.write_text(json.dumps({"schema_version": 99}))
    with pytest.raises(SessionError, match="by another version"):
        book.find(study.study_id, token)


@pytest.mark.parametrize(
    "damage", [b"", b"\xff\xfe", b"[]", b"{", b"[" * 100_000, b'{"schema_version": 1}']
)
def test_a_damaged_session_is_named_and_hides_no_other(book, study, damage):
    _, token = begin(book, study)
    other, _ = begin(book, study)
    path = book.folder / "sessions" / study.study_id / f"{token.partition('.')[0]}.json"
    path.write_bytes(damage)
    with pytest.raises(SessionError, match="cannot be read: its file is damaged"):
        book.find(study.study_id, token)
    sessions = book.of_study(study.study_id)
    assert sessions.sessions == (other,)
    assert len(sessions.problems) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"trials_answered": -99},
        {"trials_answered": 99},
        {"trials_planned": -1},
        {"open_trial_since": "yesterday", "open_trial_id": "0" * 16},
        {"open_trial_since": "2026-01-01T00:00:00", "open_trial_id": "0" * 16},
        {"open_trial_id": "0" * 16},
    ],
)
def test_a_session_of_impossible_values_is_damaged(book, study, wrong):
    session, token = begin(book, study)
    path = book.folder / "sessions" / study.study_id / f"{session.session_id}.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | wrong))
    with pytest.raises(SessionError, match="cannot be read: its file is damaged"):
        book.find(study.study_id, token)


def test_a_session_with_a_token_that_is_none_opens_to_nobody(book, study):
    session, token = begin(book, study)
    path = book.folder / "sessions" / study.study_id / f"{session.session_id}.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"token_sha256": "é"}))
    with pytest.raises(SessionError, match="does not know this session"):
        book.find(study.study_id, token)


@pytest.mark.parametrize("study_id", ["\0", "../studies", "a/b", "", "x" * 5000])
def test_no_study_of_an_odd_name_has_sessions(book, study_id):
    with pytest.raises(SessionError, match="does not know this session"):
        book.find(study_id, new_token())


def test_only_sessions_that_changed_are_read_again(book, study, monkeypatch):
    sessions = [begin(book, study)[0] for _ in range(5)]
    book.of_study(study.study_id)
    read = []
    monkeypatch.setattr(session_store, "read_session", lambda path: read.append(path) or ...)
    book.of_study(study.study_id)
    assert read == []
    monkeypatch.undo()
    book.change(sessions[3], lambda _: {"has_set_volume": True})
    [changed] = [s for s in book.of_study(study.study_id).sessions if s.has_set_volume]
    assert changed.session_id == sessions[3].session_id


def test_a_folder_that_cannot_be_written_is_explained(tmp_path, study):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SessionNotKept, match="could not be saved"):
        begin(SessionStore(tmp_path / "file"), study)


def test_a_torn_row_is_set_aside_at_the_next_start(book, study):
    begin(book, study)
    whole = book.path.read_bytes()
    book.path.write_bytes(whole + b"1,half")
    [aside] = SessionStore(book.folder).recover()
    assert aside.read_bytes() == b"1,half"
    assert book.path.read_bytes() == whole
    book.path.write_text("another,header\n")
    with pytest.raises(CsvLogError, match="another version"):
        book.recover()
