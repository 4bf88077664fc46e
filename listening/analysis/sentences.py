"""The verdict in plain sentences: what is decided, what is not, and how much more is needed."""

from listening.analysis.analysis import Analysis, Verdict
from listening.analysis.head_to_head import HeadToHead
from listening.analysis.intervals import Estimate
from listening.analysis.metric_and_ear import Agreement
from listening.trial import Question
from metrics.criteria import LOG_MEL_LIMIT

FEW_LISTENERS = 5
METRIC_NAMES = {
    "delta_hf_band_db": "The change of the high-frequency energy",
    "delta_hpss_ratio": "The change of the harmonic/percussive ratio",
    "log_mel_distance": "The log-mel distance",
    "OK_count": "The number of criteria met",
}
ASKED = {
    Question.PREFERENCE: "Which one do listeners prefer?",
    Question.ANNOYANCE: "In which one does the hiss annoy less?",
    Question.NATURALNESS: "Which one sounds more natural?",
}
NO_VOTES = "There are no votes yet."


def headline(verdict: Verdict) -> list[str]:
    """The answer to every question, the most important first."""
    if not verdict.all:
        return [NO_VOTES, *verdict.remarks]
    lines = []
    for analysis in verdict.all:
        lines += _answers(analysis)
    return [*lines, *_screening(verdict), *verdict.remarks]


def _answers(analysis: Analysis) -> list[str]:
    counts = analysis.counts
    lines = [
        f"{ASKED[Question(analysis.question)]} {_n(counts.n_votes, 'screen')} answered by "
        f"{_n(counts.n_listeners, 'listener')} on {_n(counts.n_clips, 'clip')}."
    ]
    if counts.n_listeners == 1:
        lines.append("One listener speaks for nobody else: nothing can be decided from this.")
    elif counts.n_listeners < FEW_LISTENERS:
        lines.append("So few listeners say little about others, whatever the numbers look like.")
    lines += [_against_original(one) for one in analysis.head_to_head]
    for one in analysis.audible:
        right = "can" if one.p_holm <= 0.05 else "have not been shown to"
        lines.append(
            f"Listeners {right} tell {one.condition} from the original: "
            f"{_percent(one.correct)} right answers, p = {p_text(one.p_holm)}."
        )
    if counts.n_listeners > 1:
        lines += metric_sentences(analysis)
    return lines


def _against_original(one: HeadToHead) -> str:
    found = one.evidence
    numbers = (
        f"{_percent(one.preferred)} of {_n(one.preferred.n_votes, 'comparison')}, ties as half; "
        f"evidence {found.value:.3g} from {_n(found.n_listeners, 'finished listener')}, "
        f"{found.bound:g} decides"
    )
    if found.decides:
        sides = (one.condition, "the original")
        winner, loser = sides if found.leans_for else sides[::-1]
        return f"Decided: listeners prefer {winner} to {loser} ({numbers})."
    if one.wins + one.losses == 0:
        return f"{one.condition} and the original: nobody preferred either ({numbers})."
    return f"Not decided: {one.condition} against the original ({numbers}). {_needed(one)}"


def _needed(one: HeadToHead) -> str:
    if one.more_listeners is None:
        return "How many more listeners are needed cannot be said from these votes."
    if one.more_listeners == 0:
        return (
            "A t-test planned for this many listeners would have had a power of 80 % at the effect "
            "seen so far; the test that may be watched asks for more."
        )
    return (
        f"About {_n(one.more_listeners, 'more listener')} would be needed (power 80 %) if the "
        "effect is what it now seems."
    )


def metric_sentences(analysis: Analysis) -> list[str]:
    """How often each metric agrees with the ear, and what the log-mel limit would have to be."""
    lines = [_agreement(one) for one in analysis.agreements if not one.with_original]
    found = analysis.threshold
    if found is None:
        return lines
    if found.area_low is None:
        return [*lines, "Too few listeners to say which log-mel distance they would accept."]
    if not found.is_told:
        return [
            *lines,
            "No log-mel distance separates the restorations that were preferred to the original "
            f"from the others (area under the ROC curve {found.area:.2f}"
            f"{_range(found.area_low, found.area_high, '{:.2f}')}).",
        ]
    return [
        *lines,
        f"Restorations that were preferred to the original lie below a log-mel distance of "
        f"{found.value:.3f}{_range(found.low, found.high, '{:.3f}')} more often than the others; "
        f"the report's limit is {LOG_MEL_LIMIT:.2f}.",
    ]


def _agreement(one: Agreement) -> str:
    return (
        f"{METRIC_NAMES[one.metric]} agrees with listeners in {_percent(one.agrees)} of "
        f"{_n(one.agrees.n_votes, 'pair')} of restorations (50 % is chance)."
    )


def _screening(verdict: Verdict) -> list[str]:
    if not verdict.failing:
        return []
    n_sessions = len({one.session_id for one in verdict.failing})
    changed = [
        f"{one.condition} ({'decided' if other.evidence.decides else 'not decided'} without them)"
        for everybody, passed in zip(verdict.all, verdict.screened, strict=True)
        for one in everybody.head_to_head
        for other in passed.head_to_head
        if one.condition == other.condition and one.evidence.decides != other.evidence.decides
    ]
    effect = (
        f"Without them the decision differs for {', '.join(changed)}."
        if changed
        else "Without them no decision differs."
    )
    return [f"{_n(n_sessions, 'session')} failed screening; all are counted here. {effect}"]


def _percent(one: Estimate) -> str:
    return f"{100 * one.value:.0f} %{_range(one.low, one.high, '{:.0f} %', scale=100)}"


def _range(low: float | None, high: float | None, form: str, *, scale: float = 1) -> str:
    if low is None or high is None:
        return ""
    return f" ({form.format(scale * low)} to {form.format(scale * high)})"


def p_text(p: float) -> str:
    """Three digits, or that it is smaller than they can show."""
    return f"{p:.3f}" if p >= 0.001 else "below 0.001"


def _n(count: int, what: str) -> str:
    return f"1 {what}" if count == 1 else f"{count:,} {what}s"
