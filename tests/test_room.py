import dataclasses

import pytest

from listening import BallotError, VoteLog, VoteNotSaved, read_votes
from listening.design import Kind
from listening.room import ListeningRoom, Step
from listening.schedule import TrialDesign
from listening.sessions import SessionBook, SessionError, read_sessions
from listening.study import StudyRules, StudyStore
from tests import trials
from tests.trials import new_token

SECOND = dataclasses.replace(trials.FACTS, clip_id="20260101-000001-00000000")


@pytest.fixture
def room(tmp_path):
    results = tmp_path / "results"
    return ListeningRoom(
        StudyStore(tmp_path / "studies"),
        SessionBook(results),
        VoteLog(results / "votes.csv"),
        "0.0",
    )


def study_in(room, **settings):
    """An open study of two clips: a training trial and two main ones."""
    made = room.studies.create("a study", **settings)
    for facts in (trials.FACTS, SECOND):
        room.studies.add_clip(made.study_id, facts, trials.treatments(), trials.sounds())
    return room.studies.open(made.study_id)


def enter(room, study):
    """A session of somebody who has consented, and its token."""
    token = new_token()
    session = room.enter(
        study.study_id, token=token, listener_id="someone", language="en", device="browser"
    )
    return session, token


def screened(room, session, correct=6):
    session = room.set_volume(session)
    return room.check_headphones(session, correct=correct, asked=6)


def restarted(room):
    """The same folders after the server was started again."""
    return ListeningRoom(
        StudyStore(room.studies.folder),
        SessionBook(room.sessions.folder),
        VoteLog(room.votes.path),
        "0.0",
    )


def test_a_session_goes_from_consent_to_the_end(room):
    study = study_in(room)
    session, token = enter(room, study)
    steps = [room.step(session)]
    for act in (
        room.set_volume,
        lambda s: room.check_headphones(s, correct=6, asked=6),
    ):
        session = act(session)
        steps.append(room.step(session))
    assert steps == [Step.VOLUME, Step.HEADPHONES, Step.TRIAL]
    kinds = []
    while room.step(session) == Step.TRIAL:
        session, trial = room.open_trial(session)
        kinds.append(trial.kind)
        session = room.answer(session, trials.answers(trial))
    assert kinds == [Kind.TRAINING, Kind.MAIN, Kind.MAIN]
    assert room.step(session) == Step.DONE
    rows = read_votes(room.votes.path)
    assert [row["trial_index"] for row in rows] == ["1"] * 4 + ["2"] * 4 + ["3"] * 4
    assert {row["study_id"] for row in rows} == {study.study_id}
    [told] = read_sessions(room.sessions.path)
    assert (told["event"], told["completed"], told["trials_answered"]) == ("completed", "1", "3")
    assert room.resumed(room.sessions.find(study.study_id, token)) == session


def test_at_every_step_a_reload_finds_the_same_step_and_the_same_trial(room):
    study = study_in(room)
    session, token = enter(room, study)

    def reloaded():
        again = restarted(room)
        return again, again.resumed(again.sessions.find(study.study_id, token))

    again, found = reloaded()
    assert again.step(found) == Step.VOLUME
    session = room.set_volume(session)
    again, found = reloaded()
    assert again.step(found) == Step.HEADPHONES
    session = room.check_headphones(session, correct=3, asked=6)
    while room.step(session) == Step.TRIAL:
        session, trial = room.open_trial(session)
        again, found = reloaded()
        found, same = again.open_trial(found)
        assert same.trial_id == trial.trial_id
        assert same.opened_at == trial.opened_at
        shown = [(s.label, s.condition, s.gain_db) for s in trial.stimuli]
        assert [(s.label, s.condition, s.gain_db) for s in same.stimuli] == shown
        session = room.answer(session, trials.answers(trial))
    again, found = reloaded()
    assert again.step(found) == Step.DONE


def test_an_answer_sent_again_is_acknowledged_and_saved_once(room):
    session, _ = enter(room, study_in(room))
    session, trial = room.open_trial(screened(room, session))
    first = room.answer(session, trials.answers(trial))
    assert room.answer(session, trials.answers(trial)) == first  # the page had not heard of it
    assert room.answer(first, trials.answers(trial)) == first
    assert first.trials_answered == 1
    assert len(read_votes(room.votes.path)) == 4


def test_a_vote_saved_just_before_a_crash_is_not_asked_for_again(room, monkeypatch):
    study = study_in(room)
    session, token = enter(room, study)
    session, trial = room.open_trial(screened(room, session))
    with monkeypatch.context() as crashing:
        crashing.setattr(SessionBook, "change", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            room.answer(session, trials.answers(trial))
    again = restarted(room)
    found = again.resumed(again.sessions.find(study.study_id, token))
    assert found.trials_answered == 1
    found, following = again.open_trial(found)
    assert following.trial_id != trial.trial_id


def test_a_second_opinion_on_the_same_trial_is_refused(room):
    session, _ = enter(room, study_in(room))
    session, trial = room.open_trial(screened(room, session))
    after = room.answer(session, trials.answers(trial))
    second = trials.answers(trial, vote="f" * 32, preferred="A")
    with pytest.raises(BallotError, match="no longer open"):
        room.answer(after, second)
    with pytest.raises(VoteNotSaved, match="counts once"):  # another tab, still at that trial
        room.answer(session, second)
    assert len(read_votes(room.votes.path)) == 4


def test_a_listener_cannot_answer_another_s_trial(room):
    study = study_in(room)
    sessions = [screened(room, enter(room, study)[0]) for _ in range(2)]
    (first, trial), (second, other) = [room.open_trial(session) for session in sessions]
    assert trial.trial_id != other.trial_id
    with pytest.raises(BallotError, match="no longer open"):
        room.answer(second, trials.answers(trial))
    room.answer(first, trials.answers(trial))
    # Even the vote's own number does not move the other listener on.
    assert room.answer(second, trials.answers(trial)).trials_answered == 0
    assert len(read_votes(room.votes.path)) == 4


def test_what_was_not_heard_long_enough_is_refused_and_nothing_is_written(room):
    session, _ = enter(room, study_in(room, rules=StudyRules(min_listening_s=3.0)))
    session, trial = room.open_trial(screened(room, session))
    with pytest.raises(BallotError, match="for at least 3 s"):
        room.answer(session, trials.answers(trial))
    assert read_votes(room.votes.path) == []


@pytest.mark.parametrize("answers", [None, [], "x", {}, {"trial": 1, "vote": 2}, {"vote": []}])
def test_nonsense_is_refused(room, answers):
    session, _ = enter(room, study_in(room))
    session, _ = room.open_trial(screened(room, session))
    with pytest.raises(BallotError):
        room.answer(session, answers)
    assert read_votes(room.votes.path) == []


def test_the_headphone_check_is_recorded_and_blocks_only_where_it_must(room):
    for needs, step in ((False, Step.TRIAL), (True, Step.REFUSED)):
        study = study_in(room, rules=StudyRules(needs_headphones=needs))
        session = screened(room, enter(room, study)[0], correct=4)
        assert room.step(session) == step
        again = room.check_headphones(session, correct=6, asked=6)
        assert again.headphones_correct == 4  # the first result counts
        if needs:
            with pytest.raises(ValueError, match="no trial at this step"):
                room.open_trial(session)


def test_orders_differ_between_listeners(room):
    study = study_in(room, design=TrialDesign(has_training=False))
    orders = set()
    for _ in range(4):
        _, trial = room.open_trial(screened(room, enter(room, study)[0]))
        orders.add((trial.clip.clip_id, tuple(s.condition for s in trial.stimuli)))
    assert len(orders) == 4


def test_a_closed_study_takes_nobody_new_and_lets_the_others_finish(room):
    study = study_in(room)
    session, token = enter(room, study)
    room.studies.close(study.study_id)
    with pytest.raises(SessionError, match="not open"):
        enter(room, study)
    session, trial = room.open_trial(
        screened(room, room.resumed(room.sessions.find(study.study_id, token)))
    )
    assert room.answer(session, trials.answers(trial)).trials_answered == 1


def test_what_was_heard_is_told_by_the_labels_of_each_answered_trial(room):
    session, _ = enter(room, study_in(room))
    session = screened(room, session)
    assert room.heard(session) == []
    shown = []
    for _ in range(2):
        session, trial = room.open_trial(session)
        shown.append({stimulus.label: stimulus.condition for stimulus in trial.stimuli})
        session = room.answer(session, trials.answers(trial))
    assert room.heard(session) == shown


def test_a_copy_in_another_room_knows_nobody_and_leaves_the_first_one_alone(room, tmp_path):
    other = ListeningRoom(
        StudyStore(tmp_path / "other"),
        SessionBook(tmp_path / "other"),
        VoteLog(tmp_path / "other" / "votes.csv"),
        "0.0",
    )
    draft = trials.open_study(room.studies, n_clips=1)
    copied = other.take_copy(room, draft.study_id)
    session, trial = other.open_trial(screened(other, enter(other, copied)[0]))
    other.answer(session, trials.answers(trial))
    assert read_votes(room.votes.path) == []
    assert room.sessions.of_study(draft.study_id) == []
    assert other.take_copy(room, draft.study_id).state == "open"
    assert other.sessions.of_study(draft.study_id) == []


def test_an_answer_without_a_number_is_not_taken_for_one_that_was_saved(room):
    session, _ = enter(room, study_in(room))
    session, trial = room.open_trial(screened(room, session))
    for forged in ({"trial": "0" * 16}, {"trial": None}, {"trial": ["x"]}, {}, [], None, "x"):
        with pytest.raises(BallotError):
            room.answer(session, forged)
    assert read_votes(room.votes.path) == []
