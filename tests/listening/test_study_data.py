"""What an owner sees of a study under way, takes along, and takes out."""

import csv
import io
import json
import threading

import pytest

from listening.answer_log import read_answers_csv
from listening.export import LEFT_OUT, study_files
from listening.plan import TrialDesign
from listening.progress import balance, progress_of
from listening.questionnaire import AnswerKind, Questionnaire, SurveyQuestion
from listening.recruitment import Outcome, Recruitment
from listening.removal import RemovalError, remove_session
from listening.session import SessionError
from listening.session_table import COLUMNS, read_events, read_sessions
from listening.study import StudyRules
from listening.votes import read_votes
from tests.support import trials
from tests.support.trials import new_token

WORDS = SurveyQuestion("words", AnswerKind.TEXT, {"en": "Why?"})


@pytest.fixture
def flow(tmp_path):
    return trials.session_flow(tmp_path / "results")


@pytest.fixture
def study(flow):
    return trials.open_study(
        flow.studies,
        n_clips=2,
        conditions=("original", "hbss"),
        design=TrialDesign("pair", has_training=True),
        rules=StudyRules(min_listening_s=0, needs_headphones=True),
        recruitment=Recruitment(quota=10),
        questionnaire=Questionnaire(before=(WORDS,)),
    )


def listen(flow, study, name, *, n_trials=3, n_right=6):
    """A session of a participant, up to some trial; returns it and its token."""
    token = new_token()
    session = flow.enter(
        study.study_id, token=token, listener_id="a" * 16, language="en", device="Browser 1.0",
        link={"participant": name},
    )  # fmt: skip
    session = flow.answer_questions(session, "before", {"words": f"{name} said so"})
    session = flow.check_headphones(flow.set_volume(session), correct=n_right, asked=6)
    for _ in range(n_trials):
        session, trial = flow.open_trial(session)
        session = flow.answer(
            session,
            {
                "trial": trial.trial_id, "vote": new_token()[:16], "preferred": trial.labels[0],
                "comment": "two\nlines", "listened_s": dict.fromkeys(trial.labels, 5),
                "switches": dict.fromkeys(trial.labels, 1),
            },
        )  # fmt: skip
    return session, token


def test_progress_counts_steps_trials_and_ends_and_no_answers(flow, study):
    listen(flow, study, "anna")
    listen(flow, study, "ben", n_trials=2)
    listen(flow, study, "carl", n_trials=0)
    listen(flow, study, "dora", n_trials=0, n_right=2)
    progress = progress_of(study, flow.sessions.of_study(study.study_id).sessions)
    assert progress.reached == {
        "began": 4, "questions": 4, "volume": 4, "headphone check": 4, "first trial": 2,
        "half of the trials": 2, "all trials": 1, "completed": 1,
    }  # fmt: skip
    assert progress.ended == {Outcome.COMPLETED: 1, Outcome.SCREENED_OUT: 1}
    assert (progress.headphones_passed, progress.headphones_checked) == (3, 4)
    assert 0 <= progress.median_min < 1
    assert len(progress.answered) == 2
    assert sum(progress.answered.values()) == 2 + 1  # training is not counted
    assert balance(progress.answered) == (1, 2)


def test_progress_of_nobody(study):
    progress = progress_of(study, ())
    assert (progress.median_min, progress.answered, balance(progress.answered)) == (
        None,
        {},
        (0, 0),
    )
    assert set(progress.reached.values()) == {0}


def rows_of(files, name):
    return list(csv.DictReader(io.StringIO(files[name].decode(), newline="")))


def test_everything_of_a_study_and_nothing_of_another_can_be_taken_along(flow, study):
    other = trials.open_study(flow.studies, name="another")
    anna, _ = listen(flow, study, "anna")
    flow.enter(other.study_id, token=new_token(), listener_id="b" * 16, language="en", device="x")
    files = study_files(flow, study, is_anonymous=False)
    assert sorted(files) == ["README.md", "answers.csv", "sessions.csv", "study.json", "votes.csv"]
    assert {row["session_id"] for row in rows_of(files, "votes.csv")} == {anna.session_id}
    sessions = rows_of(files, "sessions.csv")
    assert [row["event"] for row in sessions] == ["started", "screened", "completed"]
    assert {row["participant_id"] for row in sessions} == {"anna"}
    for name in COLUMNS:
        assert name in files["README.md"].decode()


def test_an_anonymous_copy_names_nobody_and_keeps_who_is_the_same(flow, study):
    anna, _ = listen(flow, study, "anna")
    ben, _ = listen(flow, study, "ben", n_trials=1)
    files = study_files(flow, study, is_anonymous=True)
    tables = b"".join(files[name] for name in ("votes.csv", "sessions.csv", "answers.csv"))
    named = [anna.session_id, anna.listener_id, ben.session_id, ben.listener_id, "Browser 1.0"]
    assert [one for one in named if one.encode() in tables] == []
    assert "recruitment" not in json.loads(files["study.json"])
    for row in rows_of(files, "sessions.csv"):
        assert [row[name] for name in LEFT_OUT] == ["", "", ""]
    by_session = {row["session_id"]: row["listener_id"] for row in rows_of(files, "votes.csv")}
    assert by_session == {"session 1": "listener 1", "session 2": "listener 2"}
    answers = {row["session_id"]: row["answer"] for row in rows_of(files, "answers.csv")}
    assert answers == {"session 1": "anna said so", "session 2": "ben said so"}


def test_one_listener_is_taken_out_of_everything_and_the_others_stay(flow, study):
    anna, token = listen(flow, study, "anna", n_trials=1)
    ben, ben_token = listen(flow, study, "ben", n_trials=1)
    removal = remove_session(flow, anna.session_id)
    assert removal.rows == {"votes.csv": 2, "answers.csv": 1, "sessions.csv": 2}
    assert removal.has_session
    for path in flow.votes.path.parent.rglob("*"):
        assert path.is_dir() or anna.session_id.encode() not in path.read_bytes()
        assert anna.session_id not in path.name
    assert {row["session_id"] for row in read_votes(flow.votes.path)} == {ben.session_id}
    assert {row["session_id"] for row in read_events(flow.sessions.path)} == {ben.session_id}
    assert len(read_answers_csv(flow.answers.path)) == 1
    with pytest.raises(SessionError):
        flow.known(study.study_id, token)
    ben = flow.known(study.study_id, ben_token)
    session, trial = flow.open_trial(ben)
    assert trial is not None
    carl, _ = listen(flow, study, "carl", n_trials=1)
    assert carl.listener_number == 2  # a number that was given stays taken
    assert remove_session(flow, anna.session_id).is_empty


def test_votes_go_on_in_every_process_after_a_removal(flow, study):
    """Another process has read the table before it was replaced by a shorter one."""
    elsewhere = trials.session_flow(flow.votes.path.parent)
    anna, _ = listen(flow, study, "anna", n_trials=2)
    ben, _ = listen(elsewhere, study, "ben", n_trials=1)
    remove_session(flow, anna.session_id)
    carl, _ = listen(flow, study, "carl", n_trials=3)  # longer than what the other has read
    dora, _ = listen(elsewhere, study, "dora", n_trials=1)
    votes = read_votes(flow.votes.path)
    assert {row["session_id"] for row in votes} == {
        ben.session_id, carl.session_id, dora.session_id,
    }  # fmt: skip
    assert len({row["vote_id"] for row in votes}) == 5
    for one in {row["trial_id"] for row in votes}:
        assert elsewhere.votes.vote_of(one) is not None


@pytest.mark.parametrize("receipt", ["", "-", "a", "nobody", "../" * 4 + "etc", "0" * 16])
def test_an_id_of_nobody_removes_nothing(flow, study, receipt):
    listen(flow, study, "anna", n_trials=1)
    before = {path: path.read_bytes() for path in flow.votes.path.parent.glob("*.csv")}
    if len(receipt) == 16:
        removal = remove_session(flow, receipt)
        assert (removal.is_empty, removal.also_in) == (True, ())
    else:
        with pytest.raises(RemovalError, match="has 16 digits"):
            remove_session(flow, receipt)
    assert {path: path.read_bytes() for path in before} == before
    assert len(read_sessions(flow.sessions.path)) == 1


def test_a_vote_in_flight_does_not_outlive_a_deletion(flow, study, monkeypatch):
    """The deletion comes when the request has found its session, and its vote is not saved yet."""
    anna, _ = listen(flow, study, "anna", n_trials=1)
    session, trial = flow.open_trial(anna)
    answers = {
        "trial": trial.trial_id, "vote": new_token()[:16], "preferred": "none", "comment": "",
        "listened_s": dict.fromkeys(trial.labels, 5), "switches": dict.fromkeys(trial.labels, 1),
    }  # fmt: skip
    assert remove_session(flow, anna.session_id).has_session
    with pytest.raises(SessionError, match="does not know this session"):
        flow.answer(session, answers)
    assert read_votes(flow.votes.path) == []
    left = [path.name for path in flow.votes.path.parent.rglob("*") if anna.session_id in path.name]
    assert left == []


def test_a_session_is_found_in_whichever_study_it_is(flow, study):
    anna, token = listen(flow, study, "anna", n_trials=1)
    trials.open_study(flow.studies, name="another")
    assert remove_session(flow, anna.session_id).has_session
    with pytest.raises(SessionError):
        flow.known(study.study_id, token)


def test_damaged_rows_that_still_have_the_id_are_named(flow, study):
    anna, _ = listen(flow, study, "anna", n_trials=1)
    with flow.sessions.path.open("a") as file:
        file.write(f"2,{anna.session_id},too,few,cells\n")
    assert remove_session(flow, anna.session_id).also_in == (flow.sessions.path,)


def test_no_number_is_given_twice_while_sessions_are_removed(flow, study):
    numbers, gone = [], [listen(flow, study, f"g{n}", n_trials=0)[0] for n in range(6)]

    def remove():
        for one in gone:
            remove_session(flow, one.session_id)

    removing = threading.Thread(target=remove)
    removing.start()
    for n in range(4):
        numbers.append(listen(flow, study, f"n{n}", n_trials=0)[0].listener_number)
    removing.join()
    assert numbers == [6, 7, 8, 9]


def test_a_damaged_row_before_it_hides_no_row_from_a_deletion(flow, study):
    """An open quote, which seems to go on through the rows that follow."""
    flow.enter(study.study_id, token=new_token(), listener_id="b" * 16, language="en", device="x")
    with flow.sessions.path.open("a") as file:
        file.write('2,"open,and never closed\n')
    anna, _ = listen(flow, study, "anna", n_trials=0)
    removal = remove_session(flow, anna.session_id)
    assert removal.rows["sessions.csv"] == 2
    assert removal.also_in == ()


def test_files_beside_the_tables_that_still_have_the_id_are_named(flow, study):
    anna, _ = listen(flow, study, "anna", n_trials=1)
    aside = flow.votes.path.with_name("votes.before-20260101-000000-000000.csv")
    aside.write_bytes(flow.votes.path.read_bytes())
    assert remove_session(flow, anna.session_id).also_in == (aside,)
