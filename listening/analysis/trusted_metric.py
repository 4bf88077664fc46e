"""Which metric to trust, in one sentence.

Only a metric that follows listeners from clip to clip is said to: the restorations are few, and one
order of them agrees by luck (`listening.analysis.metric_and_ear`).
"""

from listening.analysis.analysis import Verdict
from listening.analysis.intervals import FEWEST_CLIPS
from listening.analysis.metric_and_ear import CHANCE, Agreement
from listening.analysis.metric_sentences import is_one_order
from listening.analysis.names import METRIC_TITLES
from listening.analysis.wording import count, enumerated, percent

FOLLOWS = "follows"


def trust_sentence(verdict: Verdict) -> str:
    """Of the first question that has metrics to compare; "" if none has, or by one listener."""
    for analysis in verdict.all:
        alone = [one for one in analysis.agreements if not one.with_reference]
        if alone and analysis.counts.n_listeners > 1:
            about = f"{verdict.names.question(analysis.question)}: " if len(verdict.all) > 1 else ""
            told = _judged(alone) if verdict.may_decide else _unjudged(alone)
            return about + told
    return ""


def _unjudged(alone: list[Agreement]) -> str:
    return f"not judged in a filtered view; here they agree with listeners thus: {_shares(alone)}."


def _judged(alone: list[Agreement]) -> str:
    n_clips = max(one.agrees.n_clips for one in alone)
    if n_clips < FEWEST_CLIPS:
        return (
            f"too early to say: {count(n_clips, 'clip')}, at least {FEWEST_CLIPS} are needed. "
            f"Agreement with listeners so far: {_shares(alone)}."
        )
    by_worth: dict[str, list[Agreement]] = {}
    for one in sorted(alone, key=lambda one: -one.agrees.value):
        by_worth.setdefault(_worth(one), []).append(one)
    following = by_worth.pop(FOLLOWS, [])
    rest = "; ".join(f"{_shares(of_it)} ({worth})" for worth, of_it in by_worth.items())
    if not following:
        return f"none has been shown to follow listeners from clip to clip. Pairs alike: {rest}."
    metrics = enumerated([METRIC_TITLES[one.metric] for one in following])
    shares = enumerated([percent(one.agrees.value) for one in following])
    verb = "agrees" if len(following) == 1 else "agree"
    line = f"{metrics} {verb} with listeners in {shares} of pairs, from clip to clip too"
    return f"{line}; {rest}." if rest else f"{line}."


def _worth(one: Agreement) -> str:
    """What its share is worth beyond its order of the restorations."""
    if is_one_order(one):
        return "one order of the restorations on nearly every clip: nothing follows for others"
    if one.follows_listeners:
        return FOLLOWS if one.agrees.value > CHANCE else "against what they hear"
    interval = one.agrees.for_music
    if interval is None or not interval.excludes(CHANCE):
        return "may be chance"
    return "not from clip to clip"


def _shares(alone: list[Agreement]) -> str:
    return ", ".join(f"{METRIC_TITLES[one.metric]} {percent(one.agrees.value)}" for one in alone)
