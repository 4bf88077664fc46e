"""Previews of studies: what their owner tries tells nothing of what listeners will get."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor

import pytest

from listening import read_votes
from listening.previews import LEFT_S, MAX_PREVIEWS, Previews
from listening.study import StudyError
from tests.support import trials
from tests.support.trials import new_token


def flow_in(folder):
    return trials.session_flow(folder)


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def flow(tmp_path):
    return flow_in(tmp_path / "results")


@pytest.fixture
def draft(flow):
    made = flow.studies.create("a study")
    for number in range(3):
        facts = dataclasses.replace(trials.FACTS, clip_id=f"20260101-{number:06d}-00000000")
        flow.studies.add_clip(made.study_id, facts, trials.versions(), trials.sounds())
    return flow.studies.get(made.study_id)


@pytest.fixture
def previews(tmp_path, flow, clock):
    return Previews(flow.studies, flow_in(tmp_path / "previews"), now=clock)


def is_there(previews, preview_id) -> bool:
    try:
        previews.look_up(preview_id)
    except StudyError:
        assert not (previews.flow.studies.folder / preview_id).exists()
        return False
    return True


def test_a_preview_has_an_address_and_orders_of_its_own(previews, draft):
    preview_id = previews.begin(draft.study_id, "page")
    copy = previews.flow.studies.get(preview_id)
    assert draft.study_id not in preview_id
    assert len(preview_id) > 40
    assert copy.seed != draft.seed
    assert [copy.plan(k) for k in range(8)] != [draft.plan(k) for k in range(8)]
    assert copy.clips == draft.clips


def test_nothing_of_a_preview_reaches_the_study(previews, flow, draft):
    preview_id = previews.begin(draft.study_id, "page")
    session = previews.flow.enter(
        preview_id, token=new_token(), listener_id="me", language="en", device=""
    )
    session = previews.flow.set_volume(session)
    session = previews.flow.check_headphones(session, correct=6, asked=6)
    session, trial = previews.flow.open_trial(session)
    previews.flow.answer(session, trials.answers(trial))
    assert read_votes(flow.votes.path) == []
    assert flow.sessions.of_study(draft.study_id).sessions == ()
    assert flow.studies.get(draft.study_id).is_draft


@pytest.mark.parametrize("end", ["open", "owner", "again", "remove", "close"])
def test_a_preview_ends(previews, flow, draft, clock, end):
    preview_id = previews.begin(draft.study_id, "page")
    assert is_there(previews, preview_id)
    if end == "open":
        flow.studies.open(draft.study_id)  # by whichever process
    elif end == "owner":
        previews.forget_owner("another page")
        assert is_there(previews, preview_id)
        previews.forget_owner("page")
    elif end == "again":
        assert is_there(previews, previews.begin(draft.study_id, "page"))
    elif end == "close":
        previews.leave(preview_id)
        clock.now += LEFT_S + 1
    else:
        previews.forget_study(draft.study_id)
    assert not is_there(previews, preview_id)


def test_a_reload_does_not_end_a_preview(previews, draft, clock):
    preview_id = previews.begin(draft.study_id, "page")
    previews.leave(preview_id)
    clock.now += 2
    assert is_there(previews, preview_id)
    clock.now += 10 * LEFT_S
    assert is_there(previews, preview_id)


def test_the_oldest_previews_make_way(previews, flow, draft):
    ids = []
    for number in range(MAX_PREVIEWS + 2):
        study = trials.open_study(flow.studies, name=f"study {number}", n_clips=1)
        ids.append(previews.begin(study.study_id, "page"))
    assert [is_there(previews, one) for one in ids] == [False] * 2 + [True] * MAX_PREVIEWS


def test_a_study_that_cannot_be_carried_out_leaves_no_preview(previews, flow):
    empty = flow.studies.create("no clips")
    with pytest.raises(StudyError):
        previews.begin(empty.study_id, "page")
    assert list(previews.flow.studies.folder.glob("preview-*")) == []


@pytest.mark.parametrize("unknown", ["", "\0", "../x", "preview-0-00000000"])
def test_an_unknown_preview_is_not_found(previews, unknown):
    with pytest.raises(StudyError, match="has ended"):
        previews.look_up(unknown)


def test_of_two_previews_begun_at_once_one_stays(previews, draft):
    with ThreadPoolExecutor(2) as pool:
        for _ in range(5):
            ids = list(pool.map(lambda _: previews.begin(draft.study_id, "page"), range(2)))
            assert [is_there(previews, one) for one in ids].count(True) == 1
