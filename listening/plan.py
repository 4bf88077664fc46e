"""Who hears what in which order: drawn from the study's seed and the listener's number alone.

Orders come from random Latin squares (W. G. Cochran and G. M. Cox, "Experimental Designs", 2nd
edition, 1957, chapter 4): over one square of listeners every condition stands at every position of
its screen once, and every screen at every place of the session once.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from listening.trial import ABX, DESIGNS, MULTI, ORIGINAL, PAIR, Kind, Question

ALL_PAIRS, AGAINST_ORIGINAL = "all", "against-original"
REPEAT_DISTANCE = 2  # a hidden repeat has at least one other trial between itself and the first


@dataclass(frozen=True)
class TrialDesign:
    """What the trials of a study are like.

    design : "multi" all conditions on one screen, "pair" A/B, "abx"
    pairs : which pairs "pair" and "abx" compare
    n_repeats, n_catches : hidden repeats, and A/A trials ("pair" only), for each pass
    trials_per_listener : main trials of each pass; None: all there are
    questions : one pass through the trials for each
    """

    design: str = MULTI
    pairs: str = ALL_PAIRS
    n_repeats: int = 0
    n_catches: int = 0
    has_training: bool = True
    trials_per_listener: int | None = None
    questions: tuple[str, ...] = (Question.PREFERENCE,)

    def __post_init__(self):
        if self.design not in DESIGNS:
            raise ValueError(f"The design must be one of {', '.join(DESIGNS)}, got {self.design}.")
        if self.pairs not in (ALL_PAIRS, AGAINST_ORIGINAL):
            raise ValueError(f"Pairs must be {ALL_PAIRS} or {AGAINST_ORIGINAL}, got {self.pairs}.")
        if min(self.n_repeats, self.n_catches) < 0:
            raise ValueError("The number of repeats or catch trials cannot be negative.")
        if self.n_catches and self.design != PAIR:
            raise ValueError("A catch trial compares a version with itself: pairs only.")
        if self.trials_per_listener is not None and self.trials_per_listener < 1:
            raise ValueError("A listener needs at least one trial.")
        known = tuple(Question)
        if not self.questions or len(set(self.questions)) < len(self.questions):
            raise ValueError("A study needs at least one question, each only once.")
        if not set(self.questions) <= set(known):
            raise ValueError(
                f"Questions must be from {', '.join(known)}, got {', '.join(self.questions)}."
            )
        if self.design == ABX and tuple(self.questions) != (Question.PREFERENCE,):
            raise ValueError("ABX only asks which one is X; it takes no other questions.")


@dataclass(frozen=True)
class PlannedTrial:
    """One trial before its sounds are made.

    conditions : in the order of the labels A, B, ...; under "abx" the last one is X
    """

    kind: str
    question: str
    clip_id: str
    conditions: tuple[str, ...]


@dataclass(frozen=True)
class _Screen:
    """What can be asked once: conditions of one clip, in no order yet."""

    clip_id: str
    conditions: tuple[str, ...]


def plan_session(
    design: TrialDesign, clips: Mapping[str, Sequence[str]], *, seed: int, listener_number: int
) -> tuple[PlannedTrial, ...]:
    """All trials of one listener, in order.

    clips : {clip_id: its conditions}
    listener_number : 0 for the first listener of the study, then counting up
    The same arguments always give the same plan.
    Raises ValueError if there is nothing to compare.
    """
    screens = _screens(design, clips)
    first_question = listener_number % len(design.questions)
    questions = design.questions[first_question:] + design.questions[:first_question]
    plan = []
    if design.has_training:
        screen = screens[_rng(seed, "training").integers(len(screens))]
        conditions = _arranged(design, screen, seed, "training", listener_number)
        plan.append(PlannedTrial(Kind.TRAINING, questions[0], screen.clip_id, conditions))
    for question in questions:
        plan += _one_pass(design, screens, question, seed, listener_number)
    return tuple(plan)


def _screens(design: TrialDesign, clips: Mapping[str, Sequence[str]]) -> list[_Screen]:
    screens = []
    for clip_id, conditions in clips.items():
        if design.design == MULTI:
            groups = [tuple(conditions)] if len(conditions) > 1 else []
        else:
            groups = [
                pair
                for pair in itertools.combinations(conditions, 2)
                if design.pairs == ALL_PAIRS or ORIGINAL in pair
            ]
        screens += [_Screen(clip_id, group) for group in groups]
    if not screens:
        raise ValueError("There is nothing to compare: a study needs a clip with two versions.")
    return screens


def _one_pass(design, screens, question, seed, listener_number) -> list[PlannedTrial]:
    order = _row(len(screens), listener_number, seed, question, "order")
    chosen = [screens[index] for index in order][: design.trials_per_listener]

    def trial(kind, screen, salt):
        conditions = _arranged(design, screen, seed, f"{question} {salt}", listener_number)
        return PlannedTrial(kind, question, screen.clip_id, conditions)

    trials = [trial(Kind.MAIN, screen, "main") for screen in chosen]
    rng = _rng(seed, question, "extras", listener_number)
    if design.n_repeats > len(chosen):
        raise ValueError(
            f"{design.n_repeats} trials cannot be repeated: each listener has only {len(chosen)}."
        )
    for index in sorted(rng.choice(len(chosen), design.n_repeats, replace=False)):
        first = trials.index(trial(Kind.MAIN, chosen[index], "main"))
        earliest = min(first + REPEAT_DISTANCE, len(trials))
        place = int(rng.integers(earliest, len(trials) + 1))
        trials.insert(place, trial(Kind.REPEAT, chosen[index], "repeat"))
    for _ in range(design.n_catches):
        screen = chosen[rng.integers(len(chosen))]
        condition = screen.conditions[rng.integers(2)]
        catch = PlannedTrial(Kind.CATCH, question, screen.clip_id, (condition, condition))
        trials.insert(int(rng.integers(len(trials) + 1)), catch)
    return trials


def _arranged(design, screen: _Screen, seed, salt: str, listener_number) -> tuple[str, ...]:
    """The conditions of a screen in the order of its labels, for one listener."""
    source = (seed, salt, screen.clip_id, *screen.conditions)
    if design.design == ABX:
        arrangements = [
            (*pair, x) for pair in itertools.permutations(screen.conditions) for x in pair
        ]
        return arrangements[_row(len(arrangements), listener_number, *source)[0]]
    order = _row(len(screen.conditions), listener_number, *source)
    return tuple(screen.conditions[index] for index in order)


def _row(size: int, listener_number: int, *seed_and_salt) -> list[int]:
    """One row of a random Latin square; the next square begins after `size` listeners."""
    square, row = divmod(listener_number, size)
    rng = _rng(*seed_and_salt, square)
    rows, columns, symbols = (rng.permutation(size) for _ in range(3))
    return [int(symbols[(rows[row] + column) % size]) for column in columns]


def _rng(seed: int, *salt) -> np.random.Generator:
    """Random numbers of their own for every purpose."""
    return np.random.default_rng([seed, *"\x1f".join(map(str, salt)).encode()])
