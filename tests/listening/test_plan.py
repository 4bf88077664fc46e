from collections import Counter
from itertools import combinations

import pytest

from listening.plan import TrialDesign, plan_session
from listening.trial import ABX, PAIR, Kind, Question

CONDITIONS = ("original", "noisereduce", "hbss", "mcra")
CLIPS = {f"clip{i}": CONDITIONS for i in range(5)}


def plan(design, number, *, clips=CLIPS, seed=1):
    return plan_session(design, clips, seed=seed, listener_number=number)


def of_kind(trials, kind):
    return [trial for trial in trials if trial.kind == kind]


def spread(counts, expected_keys) -> int:
    """Largest difference between how often things occur; those that never do count as 0."""
    values = [counts.get(key, 0) for key in expected_keys]
    return max(values) - min(values)


@pytest.mark.parametrize("design", [TrialDesign(), TrialDesign(PAIR), TrialDesign(ABX)])
def test_a_plan_follows_from_seed_and_number_alone(design):
    assert plan(design, 3) == plan(design, 3)
    assert plan(design, 3) != plan(design, 4)
    assert plan(design, 3) != plan(design, 3, seed=2)


@pytest.mark.parametrize("n_listeners", [4, 7, 20, 40])
def test_each_condition_stands_at_each_position_equally_often(n_listeners):
    """On every clip's screen, over any number of listeners: +-1 (one square has 4 of them)."""
    counts = {clip: Counter() for clip in CLIPS}
    for number in range(n_listeners):
        for trial in of_kind(plan(TrialDesign(), number), Kind.MAIN):
            counts[trial.clip_id].update(enumerate(trial.conditions))
    places = [(position, condition) for position in range(4) for condition in CONDITIONS]
    assert all(spread(count, places) <= 1 for count in counts.values())


@pytest.mark.parametrize("n_listeners", [5, 8, 30])
def test_each_clip_comes_at_each_place_of_the_session_equally_often(n_listeners):
    counts = Counter()
    for number in range(n_listeners):
        mains = of_kind(plan(TrialDesign(), number), Kind.MAIN)
        assert sorted(trial.clip_id for trial in mains) == sorted(CLIPS)
        counts.update(enumerate(trial.clip_id for trial in mains))
    assert spread(counts, [(place, clip) for place in range(5) for clip in CLIPS]) <= 1


def test_fewer_trials_for_each_listener_still_use_all_clips_equally():
    counts = Counter()
    for number in range(20):
        mains = of_kind(plan(TrialDesign(trials_per_listener=2), number), Kind.MAIN)
        assert len(mains) == 2
        counts.update(trial.clip_id for trial in mains)
    assert spread(counts, CLIPS) == 0


def test_pairs_are_all_pairs_in_both_orders_equally_often():
    counts = Counter()
    for number in range(10):
        mains = of_kind(plan(TrialDesign(PAIR), number), Kind.MAIN)
        assert len(mains) == 5 * 6
        counts.update((trial.clip_id, trial.conditions) for trial in mains)
    orders = [(clip, pair) for clip in CLIPS for two in combinations(CONDITIONS, 2)
              for pair in (two, two[::-1])]  # fmt: skip
    assert set(counts) == set(orders)
    assert spread(counts, orders) == 0


def test_pairs_may_be_those_with_the_original_only():
    mains = of_kind(plan(TrialDesign(PAIR, pairs="against-original"), 0), Kind.MAIN)
    assert len(mains) == 5 * 3
    assert all("original" in trial.conditions for trial in mains)


def test_x_is_each_of_the_two_at_each_label_equally_often():
    counts = Counter()
    for number in range(8):
        for trial in of_kind(plan(TrialDesign(ABX, pairs="against-original"), number), Kind.MAIN):
            a, b, x = trial.conditions
            assert x in (a, b)
            counts[trial.clip_id, frozenset((a, b)), a, x == a] += 1
    assert len(counts) == 5 * 3 * 4
    assert set(counts.values()) == {2}


def test_the_orders_of_different_clips_do_not_follow_one_another():
    """Knowing one screen's order must not tell the next one's."""
    same = sum(
        first.conditions == second.conditions
        for number in range(200)
        for first, second in combinations(of_kind(plan(TrialDesign(), number), Kind.MAIN), 2)
    )
    # 2000 pairs of screens, 24 orders: 83 expected, standard deviation 9.
    assert 83 - 4 * 9 < same < 83 + 4 * 9


def test_hidden_repeats_come_later_and_not_at_once():
    design = TrialDesign(n_repeats=2, has_training=False)
    for number in range(40):
        trials = plan(design, number)
        repeats = of_kind(trials, Kind.REPEAT)
        assert len(trials) == 7
        assert len({trial.clip_id for trial in repeats}) == 2
        for repeat in repeats:
            at = trials.index(repeat)
            [first] = [i for i, trial in enumerate(trials)
                       if trial.clip_id == repeat.clip_id and trial.kind == Kind.MAIN]  # fmt: skip
            last_place = len(trials) - 1
            assert at - first >= 2 or first >= last_place - 2  # the last ones have no room
            assert at > first
            assert sorted(repeat.conditions) == sorted(trials[first].conditions)


def test_a_catch_trial_is_one_condition_twice():
    design = TrialDesign(PAIR, n_catches=3, trials_per_listener=6)
    for number in range(20):
        catches = of_kind(plan(design, number), Kind.CATCH)
        assert len(catches) == 3
        assert all(len(set(trial.conditions)) == 1 for trial in catches)


def test_training_comes_first_and_is_the_same_clip_for_all():
    firsts = [plan(TrialDesign(), number)[0] for number in range(8)]
    assert {trial.kind for trial in firsts} == {Kind.TRAINING}
    assert len({trial.clip_id for trial in firsts}) == 1
    assert Kind.TRAINING not in {t.kind for t in plan(TrialDesign(has_training=False), 0)}


def test_questions_are_asked_in_passes_whose_order_goes_round():
    design = TrialDesign(questions=tuple(Question), has_training=False)
    first_asked = Counter()
    for number in range(6):
        asked = [trial.question for trial in plan(design, number)]
        passes = [asked[i : i + 5] for i in range(0, 15, 5)]
        assert [len(set(one)) for one in passes] == [1, 1, 1]
        assert {one[0] for one in passes} == set(Question)
        first_asked[asked[0]] += 1
    assert set(first_asked.values()) == {2}


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"design": "mushra"}, "must be one of multi, pair, abx"),
        ({"pairs": "some"}, "Pairs must be"),
        ({"n_repeats": -1}, "cannot be negative"),
        ({"n_catches": 1}, "pairs only"),
        ({"trials_per_listener": 0}, "at least one trial"),
        ({"questions": ()}, "at least one question"),
        ({"questions": ("preference", "preference")}, "each only once"),
        ({"questions": ("loudness",)}, "Questions must be from preference, annoyance, naturalness"),
        ({"design": "abx", "questions": ("annoyance",)}, "ABX only asks which one is X"),
    ],
)
def test_designs_that_make_no_sense_are_explained(options, sentence):
    with pytest.raises(ValueError, match=sentence):
        TrialDesign(**options)


def test_a_study_without_anything_to_compare_is_explained():
    for clips in ({}, {"clip": ("original",)}):
        with pytest.raises(ValueError, match="nothing to compare"):
            plan(TrialDesign(), 0, clips=clips)


def test_more_repeats_than_trials_are_explained():
    with pytest.raises(ValueError, match="3 trials cannot be repeated: each listener has only 2"):
        plan(TrialDesign(n_repeats=3, trials_per_listener=2), 0)
