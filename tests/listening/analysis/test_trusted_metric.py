"""Only a metric that follows listeners from clip to clip is one to trust."""

from dataclasses import replace

import pytest

from listening.analysis.analysis import verdict_of
from listening.analysis.intervals import Estimate, Interval
from listening.analysis.metric_and_ear import Agreement
from listening.analysis.trusted_metric import trust_sentence
from tests.support.simulated_votes import simulate
from tests.support.verdicts import loaded

CLEAR, OPEN = Interval(0.75, 0.9), Interval(0.3, 0.9)
ONE_ORDER = "one order of the restorations on nearly every clip: nothing follows for others"


def agreement(
    metric: str, percent: float, *, interval=CLEAR, p: float = 0.5, one_order=False, n_clips=12
) -> Agreement:
    agrees = Estimate(percent / 100, interval, interval, 100, 10, n_clips)
    return Agreement(metric, False, agrees, agrees, one_order, p, p)


LOG_MEL = {"metric": "log_mel_distance", "percent": 85}
CASES = {
    "one follows": (
        [agreement(**LOG_MEL, p=0.01), agreement("delta_hf_band_db", 50, interval=OPEN)],
        "log-mel distance agrees with listeners in 85 % of pairs, from clip to clip too; HF energy "
        "50 % (may be chance).",
    ),
    "two follow": (
        [agreement(**LOG_MEL, p=0.01), agreement("delta_hpss_ratio", 80, p=0.01)],
        "log-mel distance and HPSS ratio agree with listeners in 85 % and 80 % of pairs, from clip "
        "to clip too.",
    ),
    "one goes against": (
        [agreement("OK_count", 20, interval=Interval(0.1, 0.3), p=0.01)],
        "none has been shown to follow listeners from clip to clip. Pairs alike: criteria met 20 % "
        "(against what they hear).",
    ),
    "agrees, but in one order of the restorations": (
        [agreement(**LOG_MEL, p=0.01, one_order=True)],
        "none has been shown to follow listeners from clip to clip. Pairs alike: log-mel distance "
        f"85 % ({ONE_ORDER}).",
    ),
    "agrees, but not from clip to clip": (
        [agreement(**LOG_MEL, p=0.4)],
        "none has been shown to follow listeners from clip to clip. Pairs alike: log-mel distance "
        "85 % (not from clip to clip).",
    ),
    "few clips": (
        [agreement(**LOG_MEL, p=0.01, n_clips=4)],
        "too early to say: 4 clips, at least 5 are needed. Agreement with listeners so far: "
        "log-mel distance 85 %.",
    ),
}


@pytest.mark.parametrize("case", list(CASES))
def test_every_case_has_its_sentence(case, tmp_path):
    found, expected = CASES[case]
    whole = verdict_of(loaded(tmp_path, simulate(10, 3)), {})
    verdict = replace(whole, all=[replace(whole.all[0], agreements=found)])
    assert trust_sentence(verdict) == expected


def test_with_the_reference_nothing_is_said_and_a_filtered_view_judges_nothing(tmp_path):
    votes = loaded(tmp_path, simulate(10, 3))
    whole = verdict_of(votes, {})
    with_reference = [replace(agreement(**LOG_MEL, p=0.01), with_reference=True)]
    alone = replace(whole, all=[replace(whole.all[0], agreements=with_reference)])
    assert trust_sentence(alone) == ""
    filtered = trust_sentence(verdict_of(votes, {}, {"design": "multi"}))
    assert filtered.startswith("not judged in a filtered view; ")
    assert "from clip to clip" not in filtered
