"""The headline says no more than the decisions do."""

import pytest

from listening.analysis.card_headline import card_headline, counts_text
from listening.analysis.cards import About, Badge
from listening.analysis.intervals import Scope
from tests.support.cards import NAMES, card, standing

DECIDED, LEANING, EARLY = Badge.DECIDED, Badge.LEANING, Badge.EARLY
FOR, AGAINST = {"is_for": True}, {"is_for": False}
CLIPS, MUSIC = {"scope": Scope.CLIPS}, {"scope": Scope.MUSIC}

CASES = {
    "leaning": (
        card(standing("noisereduce", 75, LEANING, **FOR), standing("hbss", 55)),
        "Noisereduce is ahead, but not yet decided.",
    ),
    "leaning, but level with another": (
        card(standing("noisereduce", 70.4, LEANING, **FOR), standing("hbss", 69.6)),
        "Noisereduce and HB-SS are level and ahead of the original, but nothing is decided yet.",
    ),
    "leaning, but another wins against it": (
        card(
            standing("noisereduce", 70, LEANING, **FOR),
            standing("hbss", 65),
            direct={("noisereduce", "hbss"): 45},
        ),
        "Noisereduce and HB-SS are level and ahead of the original, but nothing is decided yet.",
    ),
    "leaning, another has a higher share": (
        card(standing("noisereduce", 62, LEANING, **FOR), standing("hbss", 70)),
        "Noisereduce leans better than the original; not yet decided.",
    ),
    "one leans worse": (
        card(standing("noisereduce", 60), standing("mcra", 22, LEANING, **AGAINST)),
        "MCRA leans worse than the original, not yet decided; otherwise no difference is seen.",
    ),
    "all lean worse": (
        card(
            standing("hbss", 30, LEANING, **AGAINST), standing("mcra", 22, LEANING, **AGAINST)
        ),
        "The original is ahead, but not yet decided.",
    ),
    "no difference seen": (
        card(standing("noisereduce", 58), standing("hbss", 51)),
        "No difference seen: Noisereduce has the highest share (58 %), which may be chance.",
    ),
    "the highest share, beyond its interval for one look": (
        card(standing("noisereduce", 58, margin=0.05), standing("hbss", 51)),
        "Noisereduce has the highest share (58 %), but nothing is decided yet.",
    ),
    "no difference seen, two alike": (
        card(standing("noisereduce", 58), standing("hbss", 58.3)),
        "No difference seen: HB-SS and Noisereduce have the highest shares, which may be chance.",
    ),
    "no difference seen, none above": (
        card(standing("noisereduce", 50), standing("hbss", 44)),
        "No difference seen: no version is ahead of the original so far.",
    ),
    "all level": (
        card(standing("noisereduce", 50), standing("hbss", 50)),
        "No difference seen: all are level with the original. There may still be one.",
    ),
    "decided on these clips": (
        card(standing("noisereduce", 75, DECIDED, **FOR, **CLIPS), standing("hbss", 60)),
        "Decided on these 12 clips: listeners prefer Noisereduce to the original.",
    ),
    "decided for music": (
        card(
            standing("noisereduce", 75, DECIDED, **FOR, **MUSIC),
            standing("hbss", 65, DECIDED, **FOR, **CLIPS),
            standing("mcra", 22, DECIDED, **AGAINST, **MUSIC),
        ),
        "Decided for music like this: listeners prefer Noisereduce to the original.",
    ),
    "two decided": (
        card(
            standing("noisereduce", 75, DECIDED, **FOR, **CLIPS),
            standing("hbss", 65, DECIDED, **FOR, **CLIPS),
        ),
        "Decided on these 12 clips: listeners prefer Noisereduce and HB-SS to the original.",
    ),
    "only decided against, another leans": (
        card(
            standing("noisereduce", 75, LEANING, **FOR),
            standing("mcra", 22, DECIDED, **AGAINST, **CLIPS),
        ),
        "Decided on these 12 clips: listeners prefer the original to MCRA. "
        "Noisereduce leans better, not yet decided.",
    ),
    "decided, but turned since": (
        card(standing("noisereduce", 45, DECIDED, **FOR, **CLIPS)),
        "Decided on these 12 clips: listeners prefer Noisereduce to the original. "
        "All votes so far lie on the other side for Noisereduce: something has changed since.",
    ),
    "another question": (
        card(standing("hbss", 75, DECIDED, **FOR, **CLIPS), question="annoyance"),
        "Decided on these 12 clips: the hiss is less annoying in HB-SS than in the original.",
    ),
    "a question of another table": (
        card(standing("hbss", 75, DECIDED, **FOR, **CLIPS), question="<b>punch</b>"),
        "Decided on these 12 clips: HB-SS wins over the original.",
    ),
    "one listener": (
        card(standing("hbss", 100, EARLY), n_listeners=1),
        "Only one listener so far: not representative.",
    ),
    "few listeners": (
        card(standing("hbss", 100, EARLY), n_listeners=8, n_done=3),
        "Too early to say: 3 of at least 5 listeners have finished.",
    ),
    "filtered": (
        card(standing("hbss", 70, None), standing("mcra", 20, None), may_decide=False),
        "HB-SS has the highest share here; a filtered view decides nothing.",
    ),
    "filtered, level": (
        card(standing("hbss", 70, None), standing("mcra", 70, None), may_decide=False),
        "HB-SS and MCRA are level here; a filtered view decides nothing.",
    ),
    "filtered, none above": (
        card(standing("hbss", 40, None), may_decide=False),
        "No version is preferred to the original here; a filtered view decides nothing.",
    ),
    "no reference": (
        card(standing("hbss", 50, None), standing("mcra", 20, None), about=About.RANKING),
        "HB-SS comes first; without a reference nothing is decided.",
    ),
    "no reference, level": (
        card(standing("hbss", 50, None), standing("mcra", 49.8, None), about=About.RANKING),
        "HB-SS and MCRA share the first place; without a reference nothing is decided.",
    ),
    "no reference, one listener": (
        card(
            standing("hbss", 50, None), standing("mcra", 20, None),
            about=About.RANKING, n_listeners=1,
        ),
        "Only one listener so far: not representative; without a reference nothing is decided.",
    ),
    "ABX decided": (
        card(standing("hbss", 90, DECIDED, **FOR, **CLIPS, is_abx=True), about=About.ABX),
        "Decided on these 12 clips: HB-SS can be told from the original.",
    ),
    "ABX of one listener": (
        card(
            standing("hbss", 90, DECIDED, **FOR, **CLIPS, is_abx=True),
            about=About.ABX, n_listeners=1,
        ),
        "Decided on these 12 clips: HB-SS can be told from the original, by the one listener so "
        "far.",
    ),
    "ABX open": (
        card(standing("hbss", 60, is_abx=True), about=About.ABX),
        "Nobody has been shown to tell HB-SS from the original, which does not show that they "
        "cannot.",
    ),
    "ABX decided and open": (
        card(
            standing("mcra", 90, DECIDED, **FOR, **CLIPS, is_abx=True),
            standing("hbss", 60, is_abx=True),
            about=About.ABX,
        ),
        "Decided on these 12 clips: MCRA can be told from the original. For the others nobody has "
        "been shown to tell the versions apart, which does not show that they cannot.",
    ),
    "ABX filtered": (
        card(standing("hbss", 60, None, is_abx=True), about=About.ABX, may_decide=False),
        "Right answers only: a filtered view decides nothing.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", list(CASES))
def test_every_case_has_its_sentence(case):
    made, expected = CASES[case]
    said = card_headline(made, NAMES)
    assert said == expected
    assert ("Decided" in said) == made.has_decided


def test_counts_stand_beside_it_and_who_does_not_count_yet_is_told():
    some = card(standing("hbss", 70), n_listeners=10, n_clips=5, n_done=7)
    assert counts_text(some) == (
        "10 listeners · 5 clips · 100 trials · 7 of the listeners count in decisions so far"
    )
    everybody = card(standing("hbss", 70), n_listeners=1, n_clips=1)
    assert counts_text(everybody) == "1 listener · 1 clip · 10 trials"
