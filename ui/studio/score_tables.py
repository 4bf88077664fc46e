"""Tables of scores as HTML: good and bad differ by sign and word, not by colour alone."""

from collections.abc import Mapping

from audio.working import is_mixed
from comparison import Comparison, Removal
from listening import Ballot, Trial
from listening.trial import ORIGINAL
from metrics import CriteriaFlags, Scores
from metrics.criteria import LOG_MEL_LIMIT
from metrics.known_truth import Truth
from metrics.residual_noise import NOISE_SHARE_LIMIT
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
    ("Result", "Pass if at least two criteria are met, else Fail."),
)


REMOVAL_HEADINGS = (
    (
        "Loudness, LU",
        "Change of the integrated loudness (BS.1770). A quieter version sounds duller by itself.",
    ),
    ("Peak, dBFS", "Highest sample; above 0 it would clip in a file of whole numbers."),
    (
        "Residual RMS, dBFS",
        "Root-mean-square level of the residual (original minus restoration), "
        "re a sample value of 1.",
    ),
    (
        "Residual harmonic share",
        "Harmonic share of the residual's energy. Steady noise has about 50 %; well above, "
        "notes went with the hiss; well below, drum hits did.",
    ),
    (
        "Noise in residual",
        "Share of what was removed above the cutoff that lies where the clip has nothing but its "
        f"floor; at least {NOISE_SHARE_LIMIT:.0%} counts as noise, the rest is music.",
    ),
    (
        "Estimated gain, dB",
        "Estimate, without the clean clip, of how much nearer to it the version is "
        "(log-spectral distance above the cutoff); below 0 more is lost than won.",
    ),
)


TRUTH_HEADINGS = (
    (
        "LSD gain, dB",
        "How much nearer to the clean clip in log-spectral distance, above the cutoff: counts hiss "
        "that is left and music that is gone. Above 0 is better than nothing done.",
    ),
    ("Hiss removed, dB", "How far the added hiss was lowered above the cutoff."),
    ("Music removed, dB", "How far the music was lowered above the cutoff; 0 is best."),
    ("SNR gain, dB", "Clean music against everything else above the cutoff, before and after."),
)


def score_table(
    comparison: Comparison,
    restorers: Mapping[str, Restorer],
    titles: Mapping[str, str],
    clean: Restorer | None = None,
) -> str:
    """One row for the original and one for each of `restorers` {condition: restorer}.

    titles : {condition: title}, the original's among them
    clean : gives the clean clip, if its hiss is known
    """
    empty = "<td>–</td>"
    peak = _number(comparison.original_level().peak_dbfs, digits=1)
    body = _row(
        titles[ORIGINAL],
        _score_cells(comparison.original_scores())
        + f"{empty}<td>{peak}</td>{empty * 4}"
        + ("" if clean is None else empty * len(TRUTH_HEADINGS)),
    ) + "".join(
        _row(
            titles[slug],
            _score_cells(comparison.scores(restorer))
            + _removal_cells(comparison.removal(restorer))
            + ("" if clean is None else _truth_cells(comparison.truth(restorer, clean))),
        )
        for slug, restorer in restorers.items()
    )
    note = (
        f"Pass: Δ HF below 0, Δ HPSS at least 0, log-mel distance at most {LOG_MEL_LIMIT:.2f}; "
        "a clip passes with at least two of the three."
    )
    if is_mixed(comparison.original):
        note += " All up to the result is measured on the 16 kHz mono mix, as in the report."
    headings = (*SCORE_HEADINGS, *REMOVAL_HEADINGS, *(TRUTH_HEADINGS if clean else ()))
    return _table(("Version", ""), headings, body, note) + _meanings(headings)


def score_cards(comparison: Comparison, restorer: Restorer, clean: Restorer | None = None) -> str:
    """The three criteria of one restoration as cards, and what else it did, in a line; with known
    hiss, also the truth.

    clean : gives the clean clip, if its hiss is known
    """
    scores = comparison.scores(restorer)
    flags = _flags_of(scores)
    cards = "".join(
        f'<div class="lab-score {"lab-good" if passes else "lab-bad"}" title="{text(meaning)}">'
        f"<dt>{name}</dt><dd>{value}</dd>"
        f'<dd class="lab-result">{_result(passes)}</dd></div>'
        for name, meaning, value, passes in (
            (
                "Δ HF",
                f"Below 0: hiss went. {SCORE_HEADINGS[1][1]}",
                f"{_number(scores.delta_hf_band_db, signed=True, digits=2)} dB",
                flags.ok_hf_band,
            ),
            (
                "Δ HPSS",
                SCORE_HEADINGS[3][1],
                _number(scores.delta_hpss_ratio, signed=True, digits=2),
                flags.ok_hpss,
            ),
            ("Log-mel", SCORE_HEADINGS[4][1], _number(scores.log_mel_distance), flags.ok_log_mel),
        )
    )
    return (
        f'<dl class="lab-scores">{cards}</dl>'
        f'<dl class="lab-removal">{_removal_facts(comparison.removal(restorer))}</dl>'
        + ("" if clean is None else _truth_facts(comparison.truth(restorer, clean)))
    )


def _truth_facts(truth: Truth) -> str:
    facts = zip(TRUTH_HEADINGS, _truth_values(truth), strict=True)
    items = "".join(
        f'<div title="{text(meaning)}"><dt>{text(name.split(",")[0])}</dt>'
        f"<dd>{_decibels(value, unit=' dB')}</dd></div>"
        for (name, meaning), value in facts
    )
    return f'<dl class="lab-removal lab-truth">{items}</dl>'


def _truth_values(truth: Truth) -> tuple[float | None, ...]:
    """As TRUTH_HEADINGS name them."""
    return (
        truth.lsd_high_gain_db,
        truth.hiss_removed_db,
        truth.music_removed_db,
        truth.snr_gain_db,
    )


def _truth_cells(truth: Truth) -> str:
    return "".join(f"<td>{_decibels(value)}</td>" for value in _truth_values(truth))


def _decibels(value: float | None, *, unit: str = "") -> str:
    return "–" if value is None else _number(value, signed=True, digits=1) + unit


def verdict_words(scores: Scores) -> str:
    """As in "✓ Pass, 3/3 criteria"."""
    flags = _flags_of(scores)
    passes = flags.verdict == "OK"
    return f"{'✓ Pass' if passes else '✗ Fail'}, {flags.criteri_ok} criteria"


def spoken_scores(title: str, scores: Scores) -> str:
    """The same in a sentence, for those who listen to the page."""
    flags = _flags_of(scores)
    results = ", ".join(
        f"{name} {'passes' if passes else 'fails'}"
        for name, passes in (
            (f"Δ HF {_number(scores.delta_hf_band_db, digits=2)} dB", flags.ok_hf_band),
            (f"Δ HPSS {_number(scores.delta_hpss_ratio, digits=2)}", flags.ok_hpss),
            (f"log-mel {_number(scores.log_mel_distance)}", flags.ok_log_mel),
        )
    )
    return f"{title}: {results}."


def _flags_of(scores: Scores) -> CriteriaFlags:
    assert scores.flags is not None  # only the original has none
    return scores.flags


def _result(passes: bool) -> str:
    return (
        f'<span aria-hidden="true">{"✓" if passes else "✗"}</span> {"Pass" if passes else "Fail"}'
    )


def _removal_facts(removal: Removal) -> str:
    change, share = removal.loudness_change_lu, removal.residual.harmonic_share
    facts = (
        (REMOVAL_HEADINGS[0], "–" if change is None else f"{_loudness(change)} LU"),
        (REMOVAL_HEADINGS[1], f"{_number(removal.peak_dbfs, digits=1)} dBFS"),
        (
            REMOVAL_HEADINGS[2],
            "nothing removed"
            if share is None
            else f"{_number(removal.residual.level_dbfs, digits=1)} dBFS",
        ),
        (REMOVAL_HEADINGS[3], _share(share)),
        (REMOVAL_HEADINGS[4], _share(removal.noise.noise_share)),
        (REMOVAL_HEADINGS[5], _decibels(removal.noise.lsd_gain_db, unit=" dB")),
    )
    return "".join(
        f'<div title="{text(meaning)}"><dt>{text(name.split(",")[0])}</dt><dd>{value}</dd></div>'
        for (name, meaning), value in facts
    )


def _share(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.0f} %"


def _loudness(change_lu: float) -> str:
    return _number(round(change_lu, 2) + 0.0, signed=True, digits=2)


def reveal_table(trial: Trial, ballot: Ballot) -> str:
    """After the vote: what stood behind each label, how it was rated, and its scores."""
    body = "".join(
        _row(
            f"{stimulus.label} = {stimulus.version.title}",
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
        '<div class="lab-table" tabindex="0" role="region" aria-label="Scores of all versions">'
        f"<table><thead><tr>{head}</tr></thead>"
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
        "–" if removal.loudness_change_lu is None else _loudness(removal.loudness_change_lu),
        _number(removal.peak_dbfs, digits=1),
        "nothing" if share is None else _number(removal.residual.level_dbfs, digits=1),
        _share(share),
        _share(removal.noise.noise_share),
        _decibels(removal.noise.lsd_gain_db),
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


def _judged(value: float, passes: bool, *, signed: bool = False) -> str:
    sign, colour, word = ("✓", "good", "pass") if passes else ("✗", "bad", "fail")
    return (
        f'<td class="lab-{colour}"><span aria-hidden="true">{sign}</span> '
        f'{_number(value, signed=signed)}<span class="lab-unseen"> {word}</span></td>'
    )


def _verdict(flags: CriteriaFlags) -> str:
    passes = flags.verdict == "OK"
    return f'<td class="lab-{"good" if passes else "bad"}">{_result(passes)}</td>'


def _number(value: float, *, signed: bool = False, digits: int = 3) -> str:
    shown = f"{value:+.{digits}f}" if signed else f"{value:.{digits}f}"
    return shown.replace("-", "−").replace("inf", "∞")
