"""The pictures of a verdict: forest plots, bars with intervals, ratings, times, metrics; as PNG."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from listening.analysis.analysis import Analysis
from listening.analysis.data import in_order, main_trials
from listening.analysis.interval_rows import (
    MOST_ANNOTATED,
    annotate,
    explain_bars,
    forest,
    label_rows,
    mark,
    rows_figure,
    wrapped,
)
from listening.analysis.intervals import Estimate
from listening.analysis.names import Names
from listening.analysis.ratings import rated_trials
from metrics.criteria import LOG_MEL_LIMIT
from reporting.charts import (
    BLUE,
    DPI,
    GREY,
    LINES,
    MARKERS,
    VERMILION,
    entitle,
    literal,
    new_figure,
    plain,
    png,
)

SCATTERED = {
    "delta_hf_band_db": "Δ HF band (dB)",
    "delta_hpss_ratio": "Δ HPSS ratio (no unit)",
    "log_mel_distance": "log-mel distance (log-power units)",
}
LONGEST_SHOWN = 0.99  # quantile of listening times; a tab left open would hide all others
HISTOGRAMS_A_ROW = 4


def forest_chart(analysis: Analysis, names: Names, title: str, screened: Analysis | None) -> bytes:
    """Each version against the reference, best first; without those who fail screening, too."""
    ordered = sorted(analysis.head_to_head, key=lambda one: -one.preferred.value)
    versions = [one.condition for one in ordered]
    series: list[tuple[str, list[Estimate | None]]] = [
        ("all" if screened else "", [one.preferred for one in ordered])
    ]
    if screened:
        passed = {one.condition: one.preferred for one in screened.head_to_head}
        series.append(("without those who failed", [passed.get(name) for name in versions]))
    labels = [names.condition(one) for one in versions]
    figure, axes = rows_figure(labels, n_series=len(series))
    forest(axes, labels, series)
    axes.set_xlabel("share of comparisons won (%), a tie as half")
    entitle(axes, title)
    return png(figure)


def ranking_chart(
    analysis: Analysis, names: Names, title: str, _screened: Analysis | None
) -> bytes:
    reference = next(one.condition for one in analysis.ranking if one.log_strength == 0)
    labels = [names.condition(one.condition) for one in analysis.ranking]
    found = [
        Estimate(one.win_probability, one.on_clips, one.for_music, 0, 0, 0)
        for one in analysis.ranking
    ]
    figure, axes = rows_figure(labels)
    forest(axes, labels, [("", found)])
    told = names.in_sentence(reference)
    axes.set_xlabel(literal(f"probability of being preferred to {told} (%)"))
    entitle(axes, title)
    return png(figure)


def choice_chart(analysis: Analysis, names: Names, title: str, _screened: Analysis | None) -> bytes:
    """How often each version was the first choice, by design."""
    designs = list(dict.fromkeys(one.design for one in analysis.choices))
    by_design = {
        design: [one for one in analysis.choices if one.design == design] for design in designs
    }
    height = 2.2 + 0.5 * max(len(shown) for shown in by_design.values())
    figure = Figure(figsize=(7.2 * len(designs), height), dpi=DPI, layout="constrained")
    grid = figure.subplots(1, len(designs), squeeze=False)[0]
    for axes, (design, shown) in zip(grid, by_design.items(), strict=True):
        plain(axes)
        label_rows(axes, [names.condition(one.condition) for one in shown])
        for row, one in enumerate(shown):
            chance = 100 * one.by_chance
            axes.plot([chance] * 2, [row - 0.4, row + 0.4], color=VERMILION, linestyle="--")
            mark(axes, row, one.preferred, color=BLUE, marker="o", scale=100)
            if len(shown) <= MOST_ANNOTATED:
                annotate(axes, 100 * one.preferred.value, row, f"{100 * one.preferred.value:.0f} %")
        axes.set_xlim(0, 100)
        axes.set_xlabel("share of its trials (%); dashed: by chance")
        entitle(axes, names.design(design))
    explain_bars(grid[0], [one.preferred for one in analysis.choices])
    figure.suptitle(title, fontweight="bold")
    return png(figure)


def rating_chart(analysis: Analysis, names: Names, title: str, _screened: Analysis | None) -> bytes:
    means = analysis.ratings
    figure, axes = rows_figure(list(means))
    label_rows(axes, [names.condition(name) for name in means])
    for row, one in enumerate(means.values()):
        mark(axes, row, one, color=BLUE, marker="o", scale=1)
        if len(means) <= MOST_ANNOTATED:
            annotate(axes, one.value, row, f"{one.value:.3g}")
    low, high = _rating_range(analysis)
    axes.set_xlim(low, high)
    axes.set_xlabel(f"rating ({low:g} to {high:g})")
    entitle(axes, title)
    explain_bars(axes, list(means.values()))
    return png(figure)


def _rating_range(analysis: Analysis) -> tuple[float, float]:
    """0 to 100, as the app asks; of a table from elsewhere, what its ratings span."""
    ratings = rated_trials(analysis.votes)["rating"]
    low, high = float(ratings.min()), float(ratings.max())
    if low >= 0 and 10 < high <= 100:
        return 0.0, 100.0
    return (np.floor(low), np.ceil(high)) if low < high else (low - 1, high + 1)


def histogram_chart(
    analysis: Analysis, names: Names, title: str, _screened: Analysis | None
) -> bytes:
    rated = rated_trials(analysis.votes)
    versions = list(analysis.ratings)
    n_columns = min(len(versions), HISTOGRAMS_A_ROW)
    n_rows = -(-len(versions) // n_columns)
    figure = Figure(figsize=(2.8 * n_columns, 2.6 * n_rows + 0.6), dpi=DPI, layout="constrained")
    grid = figure.subplots(n_rows, n_columns, squeeze=False, sharey=True)
    bins = np.linspace(*_rating_range(analysis), 11)
    for axes, name in zip(grid.flat, versions, strict=False):
        plain(axes)
        axes.hist(
            rated.loc[rated["condition"] == name, "rating"],
            bins=bins,
            color=BLUE,
            edgecolor="white",
        )
        axes.set_xlabel("rating")
        axes.set_title(wrapped(names.condition(name)), fontsize="medium", loc="left")
    for axes in grid.flat[len(versions) :]:
        axes.set_visible(False)
    for axes in grid[:, 0]:
        axes.set_ylabel("ratings")
    figure.suptitle(title, fontweight="bold")
    return png(figure)


def abx_chart(analysis: Analysis, names: Names, title: str, _screened: Analysis | None) -> bytes:
    labels = [
        f"{names.condition(one.condition)} / {names.condition(one.against)}"
        for one in analysis.audible
    ]
    figure, axes = rows_figure(labels)
    forest(axes, labels, [("", [one.correct for one in analysis.audible])])
    axes.set_xlabel("right answers (%); 50 is guessing")
    entitle(axes, title)
    return png(figure)


def agreement_chart(
    analysis: Analysis, names: Names, title: str, _screened: Analysis | None
) -> bytes:
    """How often metric and listeners order two versions alike."""
    metrics = list(dict.fromkeys(one.metric for one in analysis.agreements))
    series = []
    for with_reference, label in ((False, "restorations only"), (True, "with the reference")):
        found = {
            one.metric: one.agrees
            for one in analysis.agreements
            if one.with_reference == with_reference
        }
        if found:
            series.append((label, [found.get(name) for name in metrics]))
    labels = [names.metric(one) for one in metrics]
    figure, axes = rows_figure(labels, n_series=len(series))
    forest(axes, labels, series)
    axes.set_xlabel("pairs that both order alike (%); 50 is chance")
    entitle(axes, title)
    return png(figure)


def scatter_chart(
    analysis: Analysis, names: Names, title: str, _screened: Analysis | None
) -> bytes:
    """One point for each version of each clip: what the metric says, what listeners said."""
    worth, metrics = _by_stimulus(analysis)
    figure = Figure(figsize=(4.2 * len(SCATTERED), 4.2), dpi=DPI, layout="constrained")
    grid = figure.subplots(1, len(SCATTERED), sharey=True)
    conditions = [
        name for name in in_order(worth.index.get_level_values(0)) if name != analysis.reference
    ]
    for axes, (metric, label) in zip(grid, SCATTERED.items(), strict=True):
        plain(axes)
        for k, name in enumerate(conditions):
            of_it = worth.index.get_level_values(0) == name
            axes.scatter(
                metrics.loc[of_it, metric], 100 * worth[of_it], s=30, alpha=0.7,
                label=wrapped(names.condition(name)),
                color=LINES[k % len(LINES)], marker=MARKERS[k % len(MARKERS)],
            )  # fmt: skip
        axes.axhline(50, color="black", linewidth=1)
        if metric == "log_mel_distance":
            axes.axvline(LOG_MEL_LIMIT, color=GREY, linestyle="--")
        axes.set_xlabel(label)
        axes.set_ylim(-4, 104)
    grid[0].set_ylabel("comparisons won (%)")
    if conditions:
        figure.legend(*grid[0].get_legend_handles_labels(), loc="outside lower center",
                      ncols=min(len(conditions), 6), frameon=False)  # fmt: skip
    figure.suptitle(title, fontweight="bold")
    return png(figure)


def _by_stimulus(analysis: Analysis) -> tuple[pd.Series, pd.DataFrame]:
    """Share of comparisons won and metrics, by condition and clip."""
    votes, pairs = main_trials(analysis.votes), analysis.pairs
    votes = votes[votes["design"] != "abx"]
    trials = votes.drop_duplicates("trial_id")["clip_id"].astype(str).to_numpy()
    names = np.array(pairs.conditions)
    sides = pd.DataFrame(
        {
            "condition": names[np.concatenate([pairs.a, pairs.b])],
            "clip_id": trials[np.concatenate([pairs.trial, pairs.trial])],
            "won": np.concatenate([pairs.result, 1 - pairs.result]),
        }
        | {metric: np.concatenate(pairs.metrics[metric]) for metric in SCATTERED}
    )
    by = sides.groupby(["condition", "clip_id"])
    return by["won"].mean(), by[list(SCATTERED)].mean()


def time_chart(analysis: Analysis, names: Names, title: str, _screened: Analysis | None) -> bytes:
    times = main_trials(analysis.votes).groupby("trial_id", observed=True)["listened_s"].sum()
    longest = max(float(times.quantile(LONGEST_SHOWN)), 1.0)
    figure, axes = new_figure(width=6.4, height=3.4)
    axes.hist(
        np.minimum(times, longest), bins=30, range=(0, longest), color=BLUE, edgecolor="white"
    )
    axes.set_xlabel("seconds on a trial (longer ones in the last bar)")
    axes.set_ylabel("trials")
    entitle(axes, title)
    return png(figure)


DRAWN = {  # by the end of a file's name; all take the same
    "against_reference": forest_chart,
    "ranking": ranking_chart,
    "first_choice": choice_chart,
    "ratings": rating_chart,
    "rating_histograms": histogram_chart,
    "abx": abx_chart,
    "metric_vs_preference": agreement_chart,
    "stimuli": scatter_chart,
    "listening_time": time_chart,
}
