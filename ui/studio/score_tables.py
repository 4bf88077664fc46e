"""Tables of scores as HTML: good and bad differ by sign and word, not by colour alone."""

from audio.working import is_mixed
from comparison import Comparison, Removal
from listening import Ballot, Trial
from metrics import CriteriaFlags, Scores
from metrics.criteria import LOG_MEL_LIMIT
from metrics.hiss import HissCheck
from restorers import Restorer
from ui.html import text

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


REMOVAL_HEADINGS = (
    (
        "Loudness, LU",
        "Change of the integrated loudness (BS.1770). A quieter version sounds duller by itself.",
    ),
    ("Peak, dBFS", "Highest sample; above 0 it would clip in a file of whole numbers."),
    (
        "Removed, dBFS",
        "Root-mean-square level of what was removed (original minus restoration), "
        "re a sample value of 1.",
    ),
    (
        "Harmonic in it",
        "Harmonic share of the energy that was removed. Steady noise has about 50 %; well above, "
        "notes went with the hiss; well below, drum hits did.",
    ),
)


def score_table(
    comparison: Comparison, restorers: dict[str, Restorer], titles: dict[str, str]
) -> str:
    """One row for the original and one for each of `restorers` {condition: restorer}."""
    empty = "<td>–</td>"
    peak = _number(comparison.original_level().peak_dbfs, digits=1)
    first, *others = titles
    body = _row(
        titles[first],
        _score_cells(comparison.original_scores()) + f"{empty}<td>{peak}</td>{empty * 2}",
    ) + "".join(
        _row(
            titles[slug],
            _score_cells(comparison.scores(restorers[slug]))
            + _removal_cells(comparison.removal(restorers[slug])),
        )
        for slug in others
    )
    note = (
        f"Good: Δ HF below 0, Δ HPSS at least 0, log-mel distance at most {LOG_MEL_LIMIT:.2f}. "
        "OK: at least two of the three."
    )
    if is_mixed(comparison.original):
        note += " All up to the verdict is measured on the 16 kHz mono mix, as in the report."
    headings = (*SCORE_HEADINGS, *REMOVAL_HEADINGS)
    return _table(("Version", ""), headings, body, note) + _meanings(headings)


def hiss_sentence(check: HissCheck) -> str:
    """What the hiss check found, as one line."""
    return f'<p class="lab-notice lab-hiss-{check.finding.value}">{text(check.sentence)}</p>'


def reveal_table(trial: Trial, ballot: Ballot, titles: dict[str, str]) -> str:
    """After the vote: what stood behind each label, how it was rated, and its scores."""
    body = "".join(
        _row(
            f"{stimulus.label} = {titles[stimulus.condition]}",
            f"<td>{ballot.ratings[stimulus.label]:g}"
            f"{' ★ preferred' if ballot.preferred == stimulus.label else ''}</td>"
            f"{_score_cells(stimulus.version.scores)}",
        )
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


def _row(title: str, cells: str) -> str:
    return f'<tr><th scope="row">{text(title)}</th>{cells}</tr>'


def _meanings(headings) -> str:
    """The same as the headings' titles, for those who cannot hover."""
    items = "".join(f"<dt>{text(name)}</dt><dd>{text(meaning)}</dd>" for name, meaning in headings)
    return (
        f'<details class="lab-meanings"><summary>What the columns mean</summary><dl>{items}</dl>'
        "</details>"
    )


def _removal_cells(removal: Removal) -> str:
    share = removal.residual.harmonic_share
    cells = (
        "–"
        if removal.loudness_change_lu is None
        else _number(round(removal.loudness_change_lu, 2) + 0.0, signed=True, digits=2),
        _number(removal.peak_dbfs, digits=1),
        "nothing" if share is None else _number(removal.residual.level_dbfs, digits=1),
        "–" if share is None else f"{100 * share:.0f} %",
    )
    return "".join(f"<td>{cell}</td>" for cell in cells)


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


def _number(value: float, *, signed: bool = False, digits: int = 3) -> str:
    shown = f"{value:+.{digits}f}" if signed else f"{value:.{digits}f}"
    return shown.replace("-", "−").replace("inf", "∞")
