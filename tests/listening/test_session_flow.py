import dataclasses

import pytest

from listening import BallotError, VoteNotSaved, read_votes
from listening.plan import TrialDesign
from listening.session_flow import Step
from listening.session_store import SessionError, SessionStore
from listening.session_table import read_sessions
from listening.study import StudyRules
from listening.trial import Kind
from tests.support import trials
from tests.support.trials import new_token

SECOND = dataclasses.replace(trials.FACTS, clip_id="20260101-000001-00000000")


@pytest.fixture
def flow(tmp_path):
    results = tmp_path / "results"
    return trials.session_flow(results, tmp_path / "studies")


def study_in(flow, **settings):
    """An open study of two clips: a training trial and two main ones."""
    made = flow.studies.create("a study", **settings)
    for facts in (trials.FACTS, SECOND):
        flow.studies.add_clip(made.study_id, facts, trials.versions(), trials.sounds())
    return flow.studies.open(made.study_id)


def enter(flow, study):
    """A session of somebody who has consented, and its token."""
    token = new_token()
    session = flow.enter(
        study.study_id, token=token, listener_id="someone", language="en", device="browser"
    )
    return session, token


def screened(flow, session, correct=6):
    session = flow.set_volume(session)
    return flow.check_headphones(session, correct=correct, asked=6)


def restarted(flow):
    """The same folders after the server was started again."""
    return trials.session_flow(flow.sessions.folder, flow.studies.folder)


def test_a_session_goes_from_consent_to_the_end(flow):
    study = study_in(flow)
    session, token = enter(flow, study)
    steps = [flow.step(session)]
    for act in (
        flow.set_volume,
        lambda s: flow.check_headphones(s, correct=6, asked=6),
    ):
        session = act(session)
        steps.append(flow.step(session))
    assert steps == [Step.VOLUME, Step.HEADPHONES, Step.TRIAL]
    kinds = []
    while flow.step(session) == Step.TRIAL:
        session, trial = flow.open_trial(session)
        kinds.append(trial.kind)
        session = flow.answer(session, trials.answers(trial))
    assert kinds == [Kind.TRAINING, Kind.MAIN, Kind.MAIN]
    assert flow.step(session) == Step.DONE
    rows = read_votes(flow.votes.path)
    assert [row["trial_index"] for row in rows] == ["1"] * 4 + ["2"] * 4 + ["3"] * 4
    assert {row["study_id"] for row in rows} == {study.study_id}
    [told] = read_sessions(flow.sessions.path)
    assert (told["event"], told["completed"], told["trials_answered"]) == ("completed", "1", "3")
    assert flow.resumed(flow.sessions.find(study.study_id, token)) == session


def test_at_every_step_a_reload_finds_the_same_step_and_the_same_trial(flow):
    study = study_in(flow)
    session, token = enter(flow, study)

    def reloaded():
        again = restarted(flow)
        return again, again.resumed(again.sessions.find(study.study_id, token))

    again, found = reloaded()
    assert again.step(found) == Step.VOLUME
    session = flow.set_volume(session)
    again, found = reloaded()
    assert again.step(found) == Step.HEADPHONES
    session = flow.check_headphones(session, correct=3, asked=6)
    while flow.step(session) == Step.TRIAL:
        session, trial = flow.open_trial(session)
        again, found = reloaded()
        found, same = again.open_trial(found)
        assert same.trial_id == trial.trial_id
        assert same.opened_at == trial.opened_at
        shown = [(s.label, s.condition, s.gain_db) for s in trial.stimuli]
        assert [(s.label, s.condition, s.gain_db) for s in same.stimuli] == shown
        session = flow.answer(session, trials.answers(trial))
    again, found = reloaded()
    assert again.step(found) == Step.DONE


def test_an_answer_sent_again_is_acknowledged_and_saved_once(flow):
    session, _ = enter(flow, study_in(flow))
    session, trial = flow.open_trial(screened(flow, session))
    first = flow.answer(session, trials.answers(trial))
    assert flow.answer(session, trials.answers(trial)) == first  # the page had not heard of it
    assert flow.answer(first, trials.answers(trial)) == first
    assert first.trials_answered == 1
    assert len(read_votes(flow.votes.path)) == 4


def test_a_vote_saved_just_before_a_crash_is_not_asked_for_again(flow, monkeypatch):
    study = study_in(flow)
    session, token = enter(flow, study)
    session, trial = flow.open_trial(screened(flow, session))
    with monkeypatch.context() as crashing:
        crashing.setattr(SessionStore, "_keep", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            flow.answer(session, trials.answers(trial))
    again = restarted(flow)
    found = again.resumed(again.sessions.find(study.study_id, token))
    assert found.trials_answered == 1
    found, following = again.open_trial(found)
    assert following.trial_id != trial.trial_id


def test_a_second_opinion_on_the_same_trial_is_refused(flow):
    session, _ = enter(flow, study_in(flow))
    session, trial = flow.open_trial(screened(flow, session))
    after = flow.answer(session, trials.answers(trial))
    second = trials.answers(trial, vote="f" * 32, preferred="A")
    with pytest.raises(BallotError, match="no longer open"):
        flow.answer(after, second)
    with pytest.raises(VoteNotSaved, match="counts once"):  # another tab, still at that trial
        flow.answer(session, second)
    assert len(read_votes(flow.votes.path)) == 4


def test_a_listener_cannot_answer_another_s_trial(flow):
    study = study_in(flow)
    sessions = [screened(flow, enter(flow, study)[0]) for _ in range(2)]
    (first, trial), (second, other) = [flow.open_trial(session) for session in sessions]
    assert trial.trial_id != other.trial_id
    with pytest.raises(BallotError, match="no longer open"):
        flow.answer(second, trials.answers(trial))
    flow.answer(first, trials.answers(trial))
    # Even the vote's own number does not move the other listener on.
    assert flow.answer(second, trials.answers(trial)).trials_answered == 0
    assert len(read_votes(flow.votes.path)) == 4


def test_what_was_not_heard_long_enough_is_refused_and_nothing_is_written(flow):
    session, _ = enter(flow, study_in(flow, rules=StudyRules(min_listening_s=3.0)))
    session, trial = flow.open_trial(screened(flow, session))
    with pytest.raises(BallotError, match="for at least 3 s"):
        flow.answer(session, trials.answers(trial))
    assert read_votes(flow.votes.path) == []


@pytest.mark.parametrize("answers", [None, [], "x", {}, {"trial": 1, "vote": 2}, {"vote": []}])
def test_nonsense_is_refused(flow, answers):
    session, _ = enter(flow, study_in(flow))
    session, _ = flow.open_trial(screened(flow, session))
    with pytest.raises(BallotError):
        flow.answer(session, answers)
    assert read_votes(flow.votes.path) == []


def test_the_headphone_check_is_recorded_and_blocks_only_where_it_must(flow):
    for needs, step in ((False, Step.TRIAL), (True, Step.SCREENED_OUT)):
        study = study_in(flow, rules=StudyRules(needs_headphones=needs))
        session = screened(flow, enter(flow, study)[0], correct=4)
        assert flow.step(session) == step
        again = flow.check_headphones(session, correct=6, asked=6)
        assert again.headphones_correct == 4  # the first result counts
        if needs:
            with pytest.raises(ValueError, match="no trial at this step"):
                flow.open_trial(session)


def test_orders_differ_between_listeners(flow):
    study = study_in(flow, design=TrialDesign(has_training=False))
    orders = set()
    for _ in range(4):
        _, trial = flow.open_trial(screened(flow, enter(flow, study)[0]))
        orders.add((trial.clip.clip_id, tuple(s.condition for s in trial.stimuli)))
    assert len(orders) == 4


def test_a_closed_study_takes_nobody_new_and_lets_the_others_finish(flow):
    study = study_in(flow)
    session, token = enter(flow, study)
    flow.studies.close(study.study_id)
    with pytest.raises(SessionError, match="not recruiting"):
        enter(flow, study)
    session, trial = flow.open_trial(
        screened(flow, flow.resumed(flow.sessions.find(study.study_id, token)))
    )
    assert flow.answer(session, trials.answers(trial)).trials_answered == 1


def test_what_was_heard_is_told_by_the_labels_of_each_answered_trial(flow):
    session, _ = enter(flow, study_in(flow))
    session = screened(flow, session)
    assert flow.heard(session) == []
    shown = []
    for _ in range(2):
        session, trial = flow.open_trial(session)
        shown.append({stimulus.label: stimulus.condition for stimulus in trial.stimuli})
        session = flow.answer(session, trials.answers(trial))
    assert flow.heard(session) == shown


def test_a_page_that_asks_late_makes_nobody_lose_a_trial(flow):
    """One page asks for its state while another one of the same session answers."""
    study = study_in(flow)
    session, token = enter(flow, study)
    late, trial = flow.open_trial(screened(flow, session))
    votes = []
    while trial is not None:
        answered = flow.answer(late, trials.answers(trial))
        votes.append(trial.trial_id)
        late, trial = flow.open_trial(late)  # as it was before that answer
        assert late.trials_answered == answered.trials_answered
    assert len(set(votes)) == late.trials_planned
    assert flow.step(late) == Step.DONE
    rows = read_votes(flow.votes.path)
    assert {row["trial_id"] for row in rows} == set(votes)


def test_an_answer_without_a_number_is_not_taken_for_one_that_was_saved(flow):
    session, _ = enter(flow, study_in(flow))
    session, trial = flow.open_trial(screened(flow, session))
    for forged in ({"trial": "0" * 16}, {"trial": None}, {"trial": ["x"]}, {}, [], None, "x"):
        with pytest.raises(BallotError):
            flow.answer(session, forged)
    assert read_votes(flow.votes.path) == []
