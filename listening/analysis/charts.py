"""The pictures of a verdict: forest plots, bars with intervals, ratings, times, metrics."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from listening.analysis.analysis import Analysis, Verdict
from listening.analysis.data import in_order, main_trials
from listening.analysis.intervals import Estimate
from listening.trial import MULTI
from metrics.criteria import LOG_MEL_LIMIT
from reporting.charts import (
    BLUE,
    DPI,
    GREY,
    LINES,
    MARKERS,
    VERMILION,
    Chart,
    entitle,
    new_figure,
    percent_axis,
    plain,
    png,
)

DESIGN_NAMES = {"multi": "all versions on one screen", "pair": "pairs"}
SCATTERED = {
    "delta_hf_band_db": "Δ HF band (dB)",
    "delta_hpss_ratio": "Δ HPSS ratio (no unit)",
    "log_mel_distance": "log-mel distance (nepers of power)",
}
LONGEST_SHOWN = 0.99  # quantile of listening times; a tab left open would hide all others


def charts_of(verdict: Verdict, index: int) -> Iterator[Chart]:
    """The charts of one question, those that have anything to show."""
    analysis = verdict.all[index]
    screened = verdict.screened[index] if verdict.screened else None
    if analysis.head_to_head:
        yield forest_chart(analysis, screened)
    if len(analysis.ranking) > 1:
        yield ranking_chart(analysis)
    if analysis.choices:
        yield choice_chart(analysis)
    if analysis.ratings:
        yield rating_chart(analysis)
        yield histogram_chart(analysis)
    if analysis.agreements:
        yield agreement_chart(analysis)
    if len(analysis.pairs):
        yield scatter_chart(analysis)
    if analysis.counts.n_votes:
        yield time_chart(analysis)


def forest_chart(analysis: Analysis, screened: Analysis | None) -> Chart:
    """Each restoration against the original, with and without those who fail screening."""
    title = "Preferred to the original"
    names = [one.condition for one in analysis.head_to_head]
    series: list[tuple[str, list[Estimate | None]]] = [
        ("all", [one.preferred for one in analysis.head_to_head])
    ]
    if screened:
        passed = {one.condition: one.preferred for one in screened.head_to_head}
        series.append(("passed screening", [passed.get(name) for name in names]))
    figure, axes = new_figure(width=7.2, height=1.8 + 0.6 * len(names))
    _forest(axes, names, series)
    axes.set_xlabel("share of comparisons won (%), a tie as half; bars: 95 % interval")
    entitle(axes, title)
    return _chart(analysis, "against_original", title, figure)


def ranking_chart(analysis: Analysis) -> Chart:
    title = "Bradley-Terry ranking"
    names = [one.condition for one in analysis.ranking]
    found = [Estimate(one.win_probability, one.low, one.high, 0, 0) for one in analysis.ranking]
    figure, axes = new_figure(width=7.2, height=1.8 + 0.5 * len(names))
    _forest(axes, names, [("", found)])
    axes.set_xlabel("probability of being preferred to the reference (%); bars: 95 % interval")
    entitle(axes, title)
    return _chart(analysis, "ranking", title, figure)


def _forest(axes, names: Sequence[str], series) -> None:
    """A row for each name, from the top; a marker and bar for each series."""
    axes.grid(axis="x", color="#dddddd", linewidth=0.8)
    axes.grid(axis="y", visible=False)
    axes.axvline(50, color="black", linewidth=1)
    for k, (label, estimates) in enumerate(series):
        shift = 0.22 * (k - (len(series) - 1) / 2)
        for row, one in enumerate(estimates):
            if one is None:
                continue
            place = row + shift
            style = {"color": LINES[k], "marker": MARKERS[k]}
            axes.plot(100 * one.value, place, markersize=8, **style)
            if one.low is not None:
                axes.plot([100 * one.low, 100 * one.high], [place] * 2, color=LINES[k], linewidth=2)
            axes.annotate(
                f"{100 * one.value:.0f} %",
                (100 * one.value, place),
                xytext=(0, 7),
                textcoords="offset points",
                ha="center",
                fontsize="small",
            )
        if label:
            axes.plot([], [], label=label, color=LINES[k], marker=MARKERS[k])
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlim(0, 100)
    if len(series) > 1:
        axes.legend(frameon=False, loc="best")


def choice_chart(analysis: Analysis) -> Chart:
    """How often each version was chosen, by design."""
    title = "Chosen as the preferred one"
    designs = list(dict.fromkeys(one.design for one in analysis.choices))
    figure = Figure(figsize=(5.2 * len(designs), 4.4), dpi=DPI, layout="constrained")
    for axes, design in zip(
        figure.subplots(1, len(designs), squeeze=False)[0], designs, strict=True
    ):
        plain(axes)
        shown = [one for one in analysis.choices if one.design == design]
        heights = [100 * one.preferred.value for one in shown]
        ends = 100 * np.array([one.preferred.interval for one in shown]).T
        bars = axes.bar([one.condition for one in shown], heights, color=BLUE, width=0.6)
        axes.errorbar(
            range(len(shown)), heights, yerr=np.abs(ends - heights), fmt="none", ecolor="black",
            capsize=5,
        )  # fmt: skip
        for place, one in enumerate(shown):
            line = axes.plot(
                [place - 0.4, place + 0.4],
                [100 * one.by_chance] * 2,
                color=VERMILION,
                linestyle="--",
            )
        line[0].set_label("by chance")
        for bar, height in zip(bars, heights, strict=True):
            axes.annotate(
                f"{height:.0f} %",
                (bar.get_x(), height),
                xytext=(2, 3),
                textcoords="offset points",
                fontweight="bold",
            )
        percent_axis(axes, "share of screens (%); bars: 95 % interval")
        axes.legend(frameon=False, loc="upper right")
        entitle(axes, DESIGN_NAMES[design])
    figure.suptitle(title, fontweight="bold")
    return _chart(analysis, "chosen", title, figure, is_wide=len(designs) > 1)


def rating_chart(analysis: Analysis) -> Chart:
    title = "Mean rating"
    figure, axes = new_figure(width=6.4, height=4.2)
    means = analysis.ratings
    for place, one in enumerate(means.values()):
        axes.plot(place, one.value, "o", color=BLUE, markersize=9)
        if one.low is not None:
            axes.plot([place] * 2, one.interval, color=BLUE, linewidth=2)
        axes.annotate(f"{one.value:.0f}", (place, one.value), xytext=(10, -4),
                      textcoords="offset points")  # fmt: skip
    axes.set_xticks(range(len(means)), list(means))
    axes.set_xlim(-0.5, len(means) - 0.4)
    axes.set_ylim(0, 100)
    axes.set_ylabel("rating (0 to 100); bars: 95 % interval")
    entitle(axes, title)
    return _chart(analysis, "ratings", title, figure)


def histogram_chart(analysis: Analysis) -> Chart:
    title = "All ratings"
    rated = main_trials(analysis.votes)
    rated = rated[(rated["design"] == MULTI) & rated["rating"].notna()]
    names = list(analysis.ratings)
    figure = Figure(figsize=(2.6 * len(names), 3.4), dpi=DPI, layout="constrained")
    grid = figure.subplots(1, len(names), squeeze=False, sharey=True)[0]
    for axes, name in zip(grid, names, strict=True):
        plain(axes)
        axes.hist(
            rated.loc[rated["condition"] == name, "rating"], bins=np.arange(0, 101, 10), color=BLUE,
            edgecolor="white",
        )  # fmt: skip
        axes.set_xlabel("rating")
        entitle(axes, name)
    grid[0].set_ylabel("ratings")
    return _chart(analysis, "rating_histograms", title, figure, is_wide=True)


def agreement_chart(analysis: Analysis) -> Chart:
    """How often metric and listeners order two versions alike."""
    title = "Metric against ear"
    names = list(dict.fromkeys(one.metric for one in analysis.agreements))
    series = []
    for with_original, label in ((False, "restorations only"), (True, "with the original")):
        found = {
            one.metric: one.agrees
            for one in analysis.agreements
            if one.with_original == with_original
        }
        if found:
            series.append((label, [found.get(name) for name in names]))
    figure, axes = new_figure(width=7.6, height=1.8 + 0.6 * len(names))
    _forest(axes, names, series)
    axes.set_xlabel("pairs that both order alike (%); 50 is chance; bars: 95 % interval")
    entitle(axes, title)
    return _chart(analysis, "metric_and_ear", title, figure)


def scatter_chart(analysis: Analysis) -> Chart:
    """One point for each restoration of each clip: what the metric says, what listeners said."""
    title = "Each restored clip: metric and listeners"
    worth, metrics = _by_stimulus(analysis)
    figure = Figure(figsize=(4.2 * len(SCATTERED), 4.2), dpi=DPI, layout="constrained")
    grid = figure.subplots(1, len(SCATTERED), sharey=True)
    conditions = [name for name in in_order(worth.index.get_level_values(0)) if name != "original"]
    for axes, (metric, label) in zip(grid, SCATTERED.items(), strict=True):
        plain(axes)
        for k, name in enumerate(conditions):
            of_it = worth.index.get_level_values(0) == name
            axes.scatter(
                metrics.loc[of_it, metric], 100 * worth[of_it], s=30, alpha=0.7, label=name,
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
                      ncols=len(conditions), frameon=False)  # fmt: skip
    figure.suptitle(title, fontweight="bold")
    return _chart(analysis, "stimuli", title, figure, is_wide=True)


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


def time_chart(analysis: Analysis) -> Chart:
    title = "Listening time"
    times = main_trials(analysis.votes).groupby("trial_id", observed=True)["listened_s"].sum()
    longest = max(float(times.quantile(LONGEST_SHOWN)), 1.0)
    figure, axes = new_figure(width=6.4, height=3.4)
    axes.hist(
        np.minimum(times, longest), bins=30, range=(0, longest), color=BLUE, edgecolor="white"
    )
    axes.set_xlabel("seconds on a screen (longer ones in the last bar)")
    axes.set_ylabel("screens")
    entitle(axes, title)
    return _chart(analysis, "listening_time", title, figure)


def _chart(
    analysis: Analysis, name: str, title: str, figure: Figure, *, is_wide: bool = False
) -> Chart:
    return Chart(
        f"{analysis.question}_{name}.png", f"{title} ({analysis.question})", png(figure), is_wide
    )
