"""Numbers and names as they stand in a sentence."""

from listening.analysis.intervals import Estimate, Interval, Scope

MOST_TOLD = 10_000  # of evidence


def intervals_text(one: Estimate) -> str:
    """In brackets, with what each is about, the widest scope first; "" with one listener."""
    scopes = (Scope.MUSIC, Scope.CLIPS)
    told = [f"{scope} {_range(interval)}" for scope in scopes if (interval := one.interval(scope))]
    return f" ({', '.join(told)})" if told else ""


def evidence_text(value: float) -> str:
    """As many digits as mean anything."""
    if value >= MOST_TOLD:
        return f"over {MOST_TOLD:,}"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _range(one: Interval) -> str:
    return f"{100 * one.low:.0f}–{100 * one.high:.0f} %"


def p_text(p: float) -> str:
    """Three digits, or that it is smaller than they can show."""
    return f"{p:.3f}" if p >= 0.001 else "below 0.001"


def p_equals(p: float | None) -> str:
    assert p is not None
    return f"p = {p:.3f}" if p >= 0.001 else "p < 0.001"


def these_clips(n_clips: int) -> str:
    return "this one clip" if n_clips == 1 else f"these {n_clips} clips"


def count(number: int, what: str) -> str:
    return f"1 {what}" if number == 1 else f"{number:,} {what}s"


def enumerated(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
