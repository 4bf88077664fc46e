"""Tables of scores as HTML: good and bad differ by sign and word, not by colour alone."""

from collections.abc import Iterable

from audio.working import REPORT_RATE_HZ
from listening import Ballot, Trial
from metrics import CriteriaFlags, Scores
from metrics.criteria import LOG_MEL_LIMIT
from ui.markup import text

SCORE_HEADINGS = (
    ("HF energy, dB", "Energy of the high band. Unnormalised: only its change has a meaning."),
    ("Δ HF, dB", "Change of the high-band energy; below 0 means that hiss went."),
    ("HPSS ratio", "Harmonic over percussive energy."),
    ("Δ HPSS", "Change of the ratio; 0 or more means that harmonics were kept."),
    (
        "Log-mel distance",
        f"Size of the change, 0 = identical; up to {LOG_MEL_LIMIT:.2f} counts as small.",
    ),
    ("Criteria", "How many of the three criteria are met."),
    ("Verdict", "OK if at least two criteria are met, else NO."),
)


def score_table(rows: Iterable[tuple[str, Scores]], sample_rate_hz: int) -> str:
    """One row for each version: its title and its scores."""
    body = "".join(
        f'<tr><th scope="row">{text(title)}</th>{_score_cells(scores)}</tr>'
        for title, scores in rows
    )
    note = (
        f"Good: Δ HF below 0, Δ HPSS at least 0, log-mel distance at most {LOG_MEL_LIMIT:.2f}. "
        "OK: at least two of the three."
    )
    if sample_rate_hz != REPORT_RATE_HZ:
        note += (
            f" These limits were set at {REPORT_RATE_HZ // 1000} kHz; "
            f"at {sample_rate_hz // 1000} kHz compare the numbers and leave the verdict aside."
        )
    return _table(("Version", ""), SCORE_HEADINGS, body, note)


def reveal_table(trial: Trial, ballot: Ballot, titles: dict[str, str]) -> str:
    """After the vote: what stood behind each label, how it was rated, and its scores."""
    body = "".join(
        f'<tr><th scope="row">{stimulus.label} = {text(titles[stimulus.condition])}</th>'
        f"<td>{ballot.ratings[stimulus.label]:g}"
        f"{' ★ preferred' if ballot.preferred == stimulus.label else ''}</td>"
        f"{_score_cells(stimulus.treatment.scores)}</tr>"
        for stimulus in trial.stimuli
    )
    headings = (("Your rating", "0 bad to 100 excellent"), *SCORE_HEADINGS)
    no_preference = "" if ballot.preferred else "You had no preference. "
    return _table(("Version", ""), headings, body, f"{no_preference}This is what you heard.")


def _table(corner, headings, body: str, note: str) -> str:
    head = "".join(
        f'<th scope="col" title="{text(meaning)}">{text(name)}</th>'
        for name, meaning in (corner, *headings)
    )
    return (
        f'<div class="lab-table"><table><thead><tr>{head}</tr></thead>'
        f'<tbody>{body}</tbody></table></div><p class="lab-hint">{text(note)}</p>'
    )


def _score_cells(scores: Scores) -> str:
    flags = scores.flags
    if flags is None:
        empty = "<td>–</td>"
        return (
            f"<td>{_number(scores.hf_band_db)}</td>{empty}"
            f"<td>{_number(scores.hpss_ratio)}</td>{empty * 4}"
        )
    return (
        f"<td>{_number(scores.hf_band_db)}</td>"
        f"{_judged(scores.delta_hf_band_db, flags.ok_hf_band, signed=True)}"
        f"<td>{_number(scores.hpss_ratio)}</td>"
        f"{_judged(scores.delta_hpss_ratio, flags.ok_hpss, signed=True)}"
        f"{_judged(scores.log_mel_distance, flags.ok_log_mel)}"
        f"<td>{flags.criteri_ok}</td>{_verdict(flags)}"
    )


def _judged(value: float, good: bool, *, signed: bool = False) -> str:
    sign, word = ("✓", "good") if good else ("✗", "bad")
    return (
        f'<td class="lab-{word}"><span aria-hidden="true">{sign}</span> '
        f'{_number(value, signed=signed)}<span class="lab-unseen"> {word}</span></td>'
    )


def _verdict(flags: CriteriaFlags) -> str:
    sign, word = ("✓", "good") if flags.verdict == "OK" else ("✗", "bad")
    return f'<td class="lab-{word}"><span aria-hidden="true">{sign}</span> {flags.verdict}</td>'


def _number(value: float, *, signed: bool = False) -> str:
    shown = f"{value:+.3f}" if signed else f"{value:.3f}"
    return shown.replace("-", "−")
