"""What to do next, in every state that a study can be in."""

import pytest

from listening.analysis.cards import About, Badge
from listening.analysis.intervals import Scope
from listening.analysis.next_steps import Recruiting, first_steps, next_steps, recruiting
from listening.study import State, Study
from tests.support.cards import NAMES, card, more, standing

DECIDED, LEANING, EARLY = Badge.DECIDED, Badge.LEANING, Badge.EARLY
ON_CLIPS = {"badge": DECIDED, "is_for": True, "scope": Scope.CLIPS}
FOR_MUSIC = {"badge": DECIDED, "is_for": True, "scope": Scope.MUSIC}
OPEN, UNKNOWN = Recruiting.OPEN, Recruiting.UNKNOWN
KEEP = "Keep collecting: pass on the link."


def clips(number, **options):
    return {Scope.CLIPS: more(number, **options)}


CASES = {
    "filtered": (
        card(standing("hbss", 60, None), may_decide=False), OPEN,
        ["Clear the filters by clip, prompt and design to see what is decided."],
    ),
    "no reference": (
        card(standing("hbss", 50, None), standing("mcra", 30, None), about=About.RANKING), OPEN,
        ["Put the original, or a version named “reference”, into the next study: without one "
         "nothing can be decided."],
    ),
    "all decided for music": (
        card(standing("hbss", 80, **FOR_MUSIC)), OPEN, ["Decided: stop collecting."],
    ),
    "all decided, on too few clips for music": (
        card(standing("hbss", 80, **ON_CLIPS), n_clips=4), OPEN,
        ["Decided: stop collecting.",
         "To decide on HB-SS for music like this, a study needs at least 5 clips, better a dozen."],
    ),
    "all decided on clips, music within reach": (
        card(standing("hbss", 80, **ON_CLIPS, more={Scope.MUSIC: more(40)})), OPEN,
        ["Decided: stop collecting.",
         "Only to decide on HB-SS for music like this: about 40 more listeners."],
    ),
    "all decided on clips, music out of reach": (
        card(standing("hbss", 80, **ON_CLIPS, more={Scope.MUSIC: more(None, decided=0.0)})), OPEN,
        ["Decided: stop collecting.",
         "To decide on HB-SS for music like this, it takes more clips rather than more listeners."],
    ),
    "decided against": (
        card(standing("mcra", 20, DECIDED, is_for=False, scope=Scope.MUSIC)), OPEN,
        ["Decided: stop collecting.",
         "Leave MCRA (20 %) out of the next study: it is decided against."],
    ),
    "the soonest is told": (
        card(standing("noisereduce", 75, LEANING, is_for=True, more=clips(12)),
             standing("hbss", 60, more=clips(90))), OPEN,
        [KEEP, "About 12 more listeners would decide on Noisereduce on these clips, in 80 % of "
         "simulations, if they are like those so far."],
    ),
    "one more": (
        card(standing("noisereduce", 75, LEANING, is_for=True, more=clips(1))), UNKNOWN,
        ["Keep collecting.", "About 1 more listener would decide on Noisereduce on these clips, in "
         "80 % of simulations, if they are like those so far."],
    ),
    "too few for a forecast": (
        card(standing("noisereduce", 75, EARLY)), Recruiting.STUDIO,
        ["Keep collecting: let others vote blind here, or publish a study.",
         "An estimate of how many more needs at least five finished listeners."],
    ),
    "a closed study": (
        card(standing("noisereduce", 75, EARLY)), Recruiting.CLOSED,
        ["This study is not recruiting: to collect more, publish another one.",
         "An estimate of how many more needs at least five finished listeners."],
    ),
    "a long way": (
        card(standing("hbss", 55, more=clips(None, decided=0.4))), OPEN,
        [KEEP, "It will take many: 240 more listeners would decide on these clips in only 40 % of "
         "simulations."],
    ),
    "no way": (
        card(standing("hbss", 51, more=clips(None, decided=0.02)),
             standing("mcra", 50, more=clips(None, decided=0.0))), OPEN,
        ["Stop collecting: more listeners would hardly ever decide on HB-SS and MCRA on these "
         "clips. Compare settings that differ more."],
    ),
    "no way for one": (
        card(standing("noisereduce", 75, LEANING, is_for=True, more=clips(12)),
             standing("mcra", 50, more=clips(None, decided=0.0))), OPEN,
        [KEEP, "About 12 more listeners would decide on Noisereduce on these clips, in 80 % of "
         "simulations, if they are like those so far.", "MCRA would hardly ever be decided."],
    ),
    "one leans worse": (
        card(standing("mcra", 22, LEANING, is_for=False, more=clips(30))), UNKNOWN,
        ["Keep collecting.", "About 30 more listeners would decide on MCRA on these clips, in 80 % "
         "of simulations, if they are like those so far.",
         "MCRA (22 %) leans worse: consider dropping it from the next study."],
    ),
    "two lean worse": (
        card(standing("mcra", 22, LEANING, is_for=False),
             standing("hbss", 30, LEANING, is_for=False)), UNKNOWN,
        ["Keep collecting.", "An estimate of how many more needs at least five finished listeners.",
         "HB-SS (30 %) and MCRA (22 %) lean worse: consider dropping them from the next study."],
    ),
    "ABX decided": (
        card(standing("hbss", 90, **ON_CLIPS, is_abx=True), about=About.ABX), OPEN,
        ["Decided: stop collecting."],
    ),
    "ABX open": (
        card(standing("hbss", 60, is_abx=True), about=About.ABX), OPEN, [KEEP],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", list(CASES))
def test_every_state_has_its_steps(case):
    made, source, expected = CASES[case]
    steps = next_steps(made, NAMES, source)
    assert [step.text for step in steps] == expected
    assert [step.has_link for step in steps] == [step.text == KEEP for step in steps]


def test_without_votes_it_says_how_to_get_some():
    assert [one.text for one in first_steps(is_filtered=False)] == [
        "Vote blind in the Studio, or publish a study and pass on its link."
    ]
    assert [one.text for one in first_steps(is_filtered=True)] == [
        "Choose “all” in one of the filters."
    ]


@pytest.mark.parametrize("state", list(State))
def test_only_an_open_study_has_a_link_to_pass_on(state):
    study = Study("s-00000000", "s", state, "2026-01-01", 0)
    assert (recruiting(study) == Recruiting.OPEN) == (state == State.OPEN)
