"""The verdict in plain sentences: what is decided, about what, and what more it would take."""

from listening.analysis.analysis import Analysis, Verdict
from listening.analysis.decisions import Tested
from listening.analysis.evidence import FEWEST_LISTENERS
from listening.analysis.forecast import SHARE_DECIDED, Forecast
from listening.analysis.head_to_head import HeadToHead
from listening.analysis.intervals import FEWEST_CLIPS, Scope
from listening.analysis.metric_sentences import metric_sentences
from listening.analysis.names import Names
from listening.analysis.wording import (
    count,
    evidence_text,
    intervals_text,
    percent,
    these_clips,
)
from listening.trial import Question

FEW_LISTENERS = 5
HARDLY_EVER = 0.1  # of simulations
ASKED = {
    Question.PREFERENCE: "Which version do listeners prefer?",
    Question.ANNOYANCE: "In which version is the hiss less annoying?",
    Question.NATURALNESS: "Which version sounds more natural?",
}
WINS = {
    Question.PREFERENCE: "listeners prefer {0} to {1}",
    Question.ANNOYANCE: "the hiss is less annoying in {0} than in {1}",
    Question.NATURALNESS: "{0} sounds more natural than {1}",
}
NO_VOTES = "There are no votes yet."
NO_VOTES_CHOSEN = "No vote agrees with this choice."
FILTERED = (
    "This view is filtered, so it shows intervals and decides nothing: decisions are made once for "
    "each study and question, over all of its clips."
)


def headline(verdict: Verdict) -> list[str]:
    """The answer to every question, the most important first."""
    if not verdict.all:
        return [NO_VOTES if not verdict.is_filtered else NO_VOTES_CHOSEN, *verdict.remarks]
    lines = [] if verdict.may_decide else [FILTERED]
    for analysis in verdict.all:
        lines += _answers(analysis, verdict)
    return [*lines, *_screening(verdict), *verdict.remarks]


def title_of(question: str) -> str:
    """The question as it was asked; others go by their own name."""
    return ASKED[Question(question)] if question in list(Question) else f"“{question}”:"


def _asked(analysis: Analysis) -> str:
    if analysis.audible and not analysis.head_to_head:
        return "Can listeners tell the versions apart?"
    return title_of(analysis.question)


def _answers(analysis: Analysis, verdict: Verdict) -> list[str]:
    counts = analysis.counts
    lines = [
        f"{_asked(analysis)} {count(counts.n_trials, 'trial')} by "
        f"{count(counts.n_listeners, 'listener')} on {count(counts.n_clips, 'clip')}."
    ]
    if counts.n_listeners == 1:
        lines.append("One listener is not representative.")
    elif counts.n_listeners < FEW_LISTENERS:
        lines.append("So few listeners say little about others, whatever the numbers look like.")
    if counts.n_clips < FEWEST_CLIPS and counts.n_listeners > 1:
        lines.append(
            f"With fewer than {FEWEST_CLIPS} clips, nothing can be said about other music: every "
            f"number is about {these_clips(counts.n_clips)}."
        )
    names = verdict.names
    lines += _without_reference(analysis, names)
    ordered = sorted(analysis.head_to_head, key=lambda one: -one.preferred.value)
    lines += [line for one in ordered for line in _against(one, analysis, names)]
    several = len({one.study_id for one in verdict.decisions}) > 1
    place = {one.condition: i for i, one in enumerate(ordered)}
    of_question = [
        one for one in verdict.decisions if one.question == analysis.question and not one.is_abx
    ]
    for one in sorted(of_question, key=lambda one: place.get(one.condition, len(place))):
        lines.append(_decision(one, _study(one, names) if several else "", names))
    lines += _abx(analysis, verdict, several)
    if counts.n_listeners > 1:
        lines += metric_sentences(analysis, may_conclude=verdict.may_decide)
    return lines


def _study(one: Tested, names: Names) -> str:
    return f"{names.study(one.study_id)}: "


def _without_reference(analysis: Analysis, names: Names) -> list[str]:
    if analysis.reference or not analysis.ranking:
        return []
    best = names.condition(analysis.ranking[0].condition)
    return [
        "There is no original and no version named as the reference. The ranking is against "
        f"{best}, the strongest here; because the votes themselves chose it, nothing is decided "
        "against it."
    ]


def _against(one: HeadToHead, analysis: Analysis, names: Names) -> list[str]:
    """Shares of one version against the reference."""
    condition, against = names.condition(one.condition), names.in_sentence(one.against)
    if one.wins + one.losses == 0:
        return [f"{condition} against {against}: nobody preferred either."]
    better = "is preferred to" if analysis.question == Question.PREFERENCE else "wins over"
    lines = [
        f"{condition} {better} {against} in {percent(one.preferred.value)} of "
        f"comparisons{intervals_text(one.preferred)}."
    ]
    if one.votes_are_unlike:
        lines.append(
            f"Counted by vote instead of by listener, {condition} has "
            f"{percent(one.by_vote.value)}: more than the intervals allow for. Listeners with many "
            "votes judge differently from those with few."
        )
    return lines


def _decision(one: Tested, prefix: str, names: Names) -> str:
    decided = [scope for scope, decision in one.decisions.items() if decision.decides]
    both = f"{names.condition(one.condition)} against {names.in_sentence(one.against)}"
    if not decided:
        leading = one.decisions[one.scope]
        return (
            f"{prefix}Not decided: {both} (evidence {evidence_text(leading.value)} {one.scope}, "
            f"{leading.bound:g} decides; {count(leading.n_rounds, 'listener')} done). "
            f"{_more(one)}"
        ).strip()
    widest = Scope.MUSIC if Scope.MUSIC in decided else Scope.CLIPS
    found = one.decisions[widest]
    sides = (one.condition, one.against)
    said = wins(one.question, *map(names.in_sentence, sides if found.leans_for else sides[::-1]))
    about = (
        f"for music like this (of which {count(found.n_clips, 'clip')} were heard)"
        if widest == Scope.MUSIC
        else f"on {these_clips(found.n_clips)}"
    )
    line = (
        f"{prefix}Decided {about}: {said} (evidence {evidence_text(found.value)}, "
        f"{found.bound:g} decides; {count(found.n_rounds, 'listener')} done)."
    )
    if widest == Scope.CLIPS and Scope.MUSIC in one.decisions:
        line += f" For music like this it is not decided. {_more(one)}"
    return line.strip()


def wins(question: str, winner: str, loser: str) -> str:
    """That one wins over the other, as it is said of this question."""
    words = WINS[Question(question)] if question in list(Question) else "{0} wins over {1}"
    return words.format(winner, loser)


def _more(one: Tested) -> str:
    """What more listeners would do, in the widest scope; "" where that cannot be said."""
    decision, expected = one.decisions[one.scope], one.forecasts.get(one.scope)
    if one.scope == Scope.MUSIC and decision.n_rounds < FEWEST_LISTENERS:
        return f"Nothing is decided for music like this by fewer than {FEWEST_LISTENERS} listeners."
    if expected is None:
        return ""
    if expected.more_listeners is None:
        if one.scope == Scope.MUSIC and expected.decided < HARDLY_EVER:
            return (
                f"More listeners on {these_clips(decision.n_clips)} would hardly ever decide it "
                f"{one.scope}."
            )
        return (
            f"{expected.horizon:,} more listeners would decide it {one.scope} in only "
            f"{percent(expected.decided)} of simulations."
        )
    return (
        f"About {count(expected.more_listeners, 'more listener')} would decide it {one.scope} in "
        f"{percent(SHARE_DECIDED)} of simulations{_spread(expected)}, if they are like those so "
        "far."
    )


def _spread(expected: Forecast) -> str:
    if expected.high is None:
        return (
            f" (10 % need no more than {expected.low}, at least 10 % more than "
            f"{expected.horizon:,})"
        )
    return f" (80 % of them between {expected.low} and {expected.high})"


def _abx(analysis: Analysis, verdict: Verdict, several: bool) -> list[str]:
    """Whether versions can be told apart: the numbers, and what each study decides."""
    lines = []
    for one in analysis.audible:
        names = verdict.names
        both = f"{names.condition(one.condition)} from {names.in_sentence(one.against)}"
        lines.append(
            f"ABX: {one.n_right} of {one.correct.n_votes} answers tell {both}, "
            f"{percent(one.correct.value)} right{intervals_text(one.correct)}; 50 % is guessing."
        )
        for tested in verdict.decisions:
            if tested.is_abx and (tested.condition, tested.against) == (one.condition, one.against):
                found = tested.decisions[Scope.CLIPS]
                study = _study(tested, names) if several else ""
                numbers = f"evidence {evidence_text(found.value)}, {found.bound:g} decides"
                lines.append(
                    f"{study}Decided on {these_clips(found.n_clips)}: the difference can be heard, "
                    f"if not by everybody ({numbers})."
                    if found.decides
                    else f"{study}Not decided: nobody has been shown to tell {both} "
                    f"({numbers}). That does not show that they cannot."
                )
    return lines


def _screening(verdict: Verdict) -> list[str]:
    if not verdict.failing:
        return []
    n_sessions = len({one.session_id for one in verdict.failing})
    line = f"{count(n_sessions, 'session')} failed screening; all are counted here."
    if not verdict.may_decide:
        return [line]
    others = {
        (one.study_id, one.question, one.condition, one.against): one
        for one in verdict.without_failing
    }
    changed = []
    for one in verdict.decisions:
        other = others.get((one.study_id, one.question, one.condition, one.against))
        for scope, decision in one.decisions.items():
            without = other.decisions.get(scope) if other else None
            if decision.decides != bool(without and without.decides):
                reached = "is not reached" if decision.decides else "would be reached"
                name = verdict.names.condition(one.condition)
                changed.append(f"{name} ({scope}: the bound {reached} without them)")
    effect = (
        f"Without them the evidence differs for {', '.join(changed)}."
        if changed
        else "Without them no decision differs."
    )
    return [f"{line} {effect}"]
