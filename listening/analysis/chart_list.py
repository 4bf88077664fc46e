"""Which charts a verdict has; each is drawn when it is first looked at, so that nobody waits."""

import numpy as np

from listening.analysis.analysis import Analysis, Verdict
from listening.analysis.data import main_trials
from listening.analysis.tables import file_stems
from reporting import LaterChart

SCATTERED = ("delta_hf_band_db", "delta_hpss_ratio", "log_mel_distance")


def charts_by_question(verdict: Verdict) -> dict[str, list[LaterChart]]:
    """{question: its charts}."""
    stems = file_stems(verdict)
    return {
        analysis.question: [
            _chart(verdict, index, f"{stems[analysis.question]}_{name}", name, title)
            for name, title in _shown(verdict, analysis)
        ]
        for index, analysis in enumerate(verdict.all)
    }


def _shown(verdict: Verdict, analysis: Analysis) -> list[tuple[str, str]]:
    """(name, title) of the charts of one question, those that have anything to show."""
    names = verdict.names
    shown: list[tuple[str, str]] = []
    if analysis.head_to_head:
        told = names.in_sentence(analysis.reference or "")
        shown.append(("against_reference", f"Preferred over {told}"))
    if len(analysis.ranking) > 1:
        reference = next(one.condition for one in analysis.ranking if one.log_strength == 0)
        told = names.in_sentence(reference)
        shown.append(("ranking", f"Bradley–Terry ranking, against {told}"))
    if analysis.choices:
        shown.append(("first_choice", "First-choice share"))
    if analysis.ratings:
        shown.append(("ratings", "Mean rating"))
        shown.append(("rating_histograms", "All ratings"))
    if analysis.audible:
        shown.append(("abx", "ABX: right answers"))
    if analysis.agreements:
        shown.append(("metric_vs_preference", "Metric vs preference"))
    if any(np.isfinite(analysis.pairs.metrics[name]).any() for name in SCATTERED):
        shown.append(("stimuli", "Each version of each clip: metric and listeners"))
    if analysis.counts.n_trials and main_trials(analysis.votes)["listened_s"].notna().any():
        shown.append(("listening_time", "Listening time"))
    return shown


def _chart(verdict: Verdict, index: int, stem: str, name: str, title: str) -> LaterChart:
    analysis = verdict.all[index]
    screened = verdict.screened[index] if verdict.screened else None

    def draw() -> bytes:
        # Imported here: matplotlib takes long to load.
        from listening.analysis import charts

        return charts.DRAWN[name](analysis, verdict.names, title, screened)

    question = verdict.names.question(analysis.question)
    wide = ("rating_histograms", "stimuli")
    is_wide = name in wide or (
        name == "first_choice" and len({one.design for one in analysis.choices}) > 1
    )
    return LaterChart(f"{stem}.png", f"{title} ({question})", draw, is_wide=is_wide)
