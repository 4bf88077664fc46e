"""What is said of the metrics: which agrees with the ear, and where the log-mel limit would be."""

from listening.analysis.analysis import Analysis
from listening.analysis.intervals import FEWEST_CLIPS, Scope
from listening.analysis.metric_and_ear import CHANCE, Agreement, Threshold
from listening.analysis.names import METRIC_TITLES
from listening.analysis.wording import count, enumerated, intervals_text, p_equals, percent
from metrics.criteria import LOG_MEL_LIMIT

METRIC_NAMES = {
    "delta_hf_band_db": "The change of HF energy",
    "delta_hpss_ratio": "The change of the HPSS ratio",
    "log_mel_distance": "The log-mel distance",
    "OK_count": "The number of criteria met",
}


def metric_sentences(analysis: Analysis, *, may_conclude: bool = True) -> list[str]:
    """How often each metric agrees with the ear, and what the log-mel limit would have to be.

    may_conclude : False in a filtered view, where among many one would be found by chance
    """
    alone = [one for one in analysis.agreements if not one.with_reference]
    if not may_conclude:
        return [f"{_share(one)}." for one in alone]
    lines = [_agreement(one) for one in alone]
    ordered = [METRIC_TITLES[one.metric] for one in alone if is_one_order(one)]
    if ordered:
        lines.append(
            f"By {enumerated(ordered)}, the restorations come in one order on nearly every clip: "
            "such a share is about that one order, and nothing follows for other restorations."
        )
    return [*lines, *_threshold(analysis.threshold)]


def _share(one: Agreement) -> str:
    return (
        f"{METRIC_NAMES[one.metric]} agrees with listeners in {percent(one.agrees.value)} of "
        f"{count(one.agrees.n_votes, 'pair')} of restorations{intervals_text(one.agrees)}"
    )


def _agreement(one: Agreement) -> str:
    line = _share(one)
    if one.agrees.n_clips < FEWEST_CLIPS:
        return f"{line}; too few clips to compare it with chance."
    if is_one_order(one):
        return f"{line}."
    if one.follows_listeners:
        side = "with" if one.agrees.value > CHANCE else "against"
        return f"{line}: from clip to clip it goes {side} what they hear ({p_equals(one.p_holm)})."
    return f"{line}: not shown to follow what they hear from clip to clip ({p_equals(one.p_holm)})."


def is_one_order(one: Agreement) -> bool:
    """Whether that is why nothing is said about the metric."""
    return one.has_one_order and one.agrees.n_clips >= FEWEST_CLIPS


def _threshold(found: Threshold | None) -> list[str]:
    if found is None:
        return []
    if found.area.for_music is None:
        return [
            "Too few clips or listeners to say which log-mel distance is acceptable "
            f"(at least {FEWEST_CLIPS} clips are needed)."
        ]
    area = (
        f"area under the ROC curve within a version {found.area.value:.2f}, {Scope.MUSIC} "
        f"{found.area.for_music.low:.2f}–{found.area.for_music.high:.2f}; 0.5 is chance"
    )
    if not found.is_told:
        return [
            "The log-mel distance has not been shown to separate what is preferred to the "
            f"reference from what is not ({area})."
        ]
    return [
        f"Clips with a lower log-mel distance are preferred to the reference more often ({area}); "
        f"{found.value:.3f} separates them best here, the report's limit is {LOG_MEL_LIMIT:.2f}."
    ]
