"""The figures of an experiment as PNG: good and bad differ in colour and in hatching."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import PercentFormatter

from experiment.outcome import Outcome
from experiment.report.hiss import hiss_title
from experiment.sweep import Sweep
from experiment.trust import Agreement, agreements
from messages import Messages
from metrics.criteria import CriteriaFlags
from reporting.charts import (
    BLUE,
    DPI,
    GREY,
    LINES,
    MARKERS,
    ORANGE,
    SKY,
    YELLOW,
    Chart,
    entitle,
    new_figure,
    percent_axis,
    plain,
    png,
)

GOOD, BAD = BLUE, ORANGE
BAD_HATCH = "///"
BAD_MARK = "✗"
MOST_BARS = 40  # more clips than this are drawn sorted, as one shape
MOST_NUMBERED = 12  # bars that have room for their value
MOST_POINTS = 2000


@dataclass(frozen=True)
class Criterion:
    """One of the three bar charts of a method; `stem` begins its keys in Messages."""

    column: str
    stem: str
    flag: Callable[[CriteriaFlags], bool]
    threshold: Callable[[Outcome], float]


CRITERIA = (
    Criterion("delta_hf_band_db", "delta_hf", lambda f: f.ok_hf_band, lambda o: 0.0),
    Criterion("delta_hpss_ratio", "delta_hpss", lambda f: f.ok_hpss, lambda o: 0.0),
    Criterion(
        "log_mel_distance",
        "log_mel",
        lambda f: f.ok_log_mel,
        lambda o: o.protocol.settings.log_mel_limit,
    ),
)


def charts_of(outcome: Outcome, messages: Messages) -> Iterator[Chart]:
    """Three bar charts for each method, two over all methods, and one for each sweep and for known
    hiss."""
    yield score_chart(outcome, messages)
    yield criteria_chart(outcome, messages)
    for condition in outcome.tables:
        for criterion in CRITERIA:
            yield clip_chart(outcome, condition, criterion, messages)
    for sweep in outcome.protocol.sweeps:
        yield sweep_chart(outcome, sweep, messages)
    if outcome.truths:
        yield truth_chart(outcome, messages)
        if told := agreements(list(outcome.settings.values())):
            yield trust_chart(told, outcome, messages)


def clip_chart(outcome: Outcome, condition: str, criterion: Criterion, messages: Messages) -> Chart:
    """One metric of one method over the clips: a bar for each, or their sorted values if many."""
    table = outcome.tables[condition]
    limit = messages("limit")
    threshold = criterion.threshold(outcome)
    figure, axes = new_figure(
        width=max(6.4, 1.6 + 0.36 * min(table.n_clips, MOST_BARS)), height=4.6
    )
    title = f"{condition} · {messages(criterion.stem + '_title')}"
    values = table.column(criterion.column)
    is_good = np.array([criterion.flag(flags) for flags in table.flags], dtype=bool)
    if table.n_clips <= MOST_BARS:
        _bars(axes, outcome.tracks, values, is_good)
        axes.set_xlabel(messages("track"))
    else:
        _sorted_values(axes, values, is_good)
        axes.set_xlabel(messages("clips_sorted", n=table.n_clips))
    axes.axhline(threshold, color="black", linewidth=1)
    if threshold:
        axes.annotate(
            f"{limit} {threshold:g}",
            (1, threshold),
            xycoords=("axes fraction", "data"),
            xytext=(3, 0),
            textcoords="offset points",
            va="center",
        )
    axes.set_ylabel(messages(criterion.stem + "_axis"))
    good = messages(criterion.stem + "_good", limit=f"{threshold:g}")
    entitle(axes, title)
    _good_and_bad(figure, messages, f"{messages('good')} ({good.partition(': ')[2]})")
    return Chart(f"{condition}_{criterion.column}.png", title, png(figure))


def _bars(axes, tracks: list[str], values, is_good) -> None:
    places = np.arange(len(tracks))
    for chosen, style in ((is_good, _style(True)), (~is_good, _style(False))):
        axes.bar(places[chosen], values[chosen], width=0.75, **style)
    axes.set_xticks(places, [_short(track) for track in tracks], rotation=40, ha="right")
    axes.set_xlim(-0.6, len(tracks) - 0.4)
    axes.margins(y=0.12)
    for place, value, good in zip(places, values, is_good, strict=True):
        label = [] if good else [BAD_MARK]  # a bar may be too low to see its hatching
        if len(tracks) <= MOST_NUMBERED:
            label.append(f"{value:.3f}")
        axes.annotate(
            "\n".join(label),
            (place, value),
            xytext=(0, 3 if value >= 0 else -3),
            textcoords="offset points",
            ha="center",
            va="bottom" if value >= 0 else "top",
            fontsize="small",
        )


def _sorted_values(axes, values, is_good) -> None:
    """All values as one shape, from the lowest to the highest; good and bad never interleave."""
    order = np.argsort(values, kind="stable")
    chosen = order[np.linspace(0, len(order) - 1, min(len(order), MOST_POINTS)).astype(int)]
    edges = np.linspace(0, 100, len(chosen) + 1)
    heights = values[chosen]
    for good in (True, False):
        where = is_good[chosen] == good
        if where.any():
            first, last = np.flatnonzero(where)[[0, -1]]
            axes.stairs(
                heights[first : last + 1],
                edges[first : last + 2],
                fill=True,
                **_style(good),
            )
    axes.set_xlim(0, 100)
    axes.xaxis.set_major_formatter(PercentFormatter(decimals=0, symbol=None))


def score_chart(outcome: Outcome, messages: Messages) -> Chart:
    """The share of clips with 3/3 for each method, with its interval."""
    figure, axes = new_figure(width=_width_for(outcome), height=4.2)
    title = messages("score_title")
    summaries = [table.summary() for table in outcome.tables.values()]
    scores = np.array([100 * summary.shares.score for summary in summaries])
    ends = 100 * np.array([[s.score_low, s.score_high] for s in summaries]).T
    bars = axes.bar(list(outcome.tables), scores, width=0.55, color=LINES[0])
    axes.errorbar(
        np.arange(len(scores)),
        scores,
        yerr=np.abs(ends - scores),
        fmt="none",
        ecolor="black",
        capsize=6,
        label=messages("interval"),
    )
    for bar, score in zip(bars, scores, strict=True):
        axes.annotate(
            f"{score:.0f} %",
            (bar.get_x() + 0.04, score),
            xytext=(0, 3),
            textcoords="offset points",
            fontweight="bold",
        )
    percent_axis(axes, messages("share_of_clips"))
    axes.set_xlabel(messages("method"))
    entitle(axes, f"{title} ({messages.clips(len(outcome.clips))})")
    figure.legend(loc="outside lower center", frameon=False)
    return Chart("summary_score.png", title, png(figure))


def _width_for(outcome: Outcome) -> float:
    """Room for the names of all methods side by side."""
    longest = max(len(condition) for condition in outcome.tables)
    return max(6.4, 1.5 + len(outcome.tables) * max(1.0, 0.1 * longest))


def criteria_chart(outcome: Outcome, messages: Messages) -> Chart:
    """The share of clips that meets each criterion, by method."""
    figure, axes = new_figure(width=1.2 + _width_for(outcome), height=4.6)
    title = messages("criteria_title")
    names = (
        messages("criterion_hf"),
        messages("criterion_hpss"),
        messages("criterion_log_mel", limit=f"{outcome.protocol.settings.log_mel_limit:g}"),
    )
    styles: tuple[dict[str, Any], ...] = (
        {"color": LINES[0]},
        {"color": SKY, "hatch": "..", "edgecolor": "black"},
        {"color": YELLOW, "hatch": "\\\\\\", "edgecolor": "black"},
    )
    shares = [table.summary().shares for table in outcome.tables.values()]
    places = np.arange(len(shares))
    for index, (name, style) in enumerate(zip(names, styles, strict=True)):
        heights = [
            100 * (one.share_hf_band, one.share_hpss, one.share_log_mel)[index] for one in shares
        ]
        bars = axes.bar(places + 0.27 * (index - 1), heights, width=0.25, label=name, **style)
        axes.bar_label(bars, fmt="%.0f %%", fontsize="small", padding=2)
    axes.set_xticks(places, list(outcome.tables))
    axes.set_xlabel(messages("method"))
    percent_axis(axes, messages("share_of_clips"))
    entitle(axes, f"{title} ({messages.clips(len(outcome.clips))})")
    figure.legend(loc="outside lower center", ncols=1, frameon=False)
    return Chart("summary_criteria.png", title, png(figure))


def sweep_chart(outcome: Outcome, sweep: Sweep, messages: Messages) -> Chart:
    """Left: what hiss goes for what change. Right: the score at each value."""
    title = messages("sweep_title", name=sweep.name)
    figure = Figure(figsize=(10, 4.8), dpi=DPI, layout="constrained")
    trade, score = figure.subplots(1, 2, width_ratios=(3, 2))
    summaries = [table.summary() for table in outcome.sweeps[sweep.name]]
    distances = [one.mean_log_mel_distance for one in summaries]
    deltas = [one.mean_delta_hf_band_db for one in summaries]
    trade.plot(distances, deltas, color=LINES[0], marker="o")
    for value, distance, delta in zip(sweep.values, distances, deltas, strict=True):
        trade.annotate(f"{value:g}", (distance, delta), xytext=(6, 4), textcoords="offset points")
    limit = outcome.protocol.settings.log_mel_limit
    trade.axvline(limit, color=GREY, linestyle="--", label=f"{messages('limit')} {limit:g}")
    trade.set_xlabel(messages("sweep_distance"))
    trade.set_ylabel(messages("sweep_hf"))
    trade.legend(frameon=False)
    scores = np.array([100 * one.shares.score for one in summaries])
    ends = 100 * np.array([[one.score_low, one.score_high] for one in summaries]).T
    score.errorbar(
        sweep.values,
        scores,
        yerr=np.abs(ends - scores),
        color=LINES[1],
        marker="s",
        capsize=4,
        label=messages("interval"),
    )
    score.set_xlabel(sweep.name)
    score.set_ylabel(messages("sweep_score"))
    score.set_ylim(-3, 103)
    score.legend(frameon=False)
    for axes in (trade, score):
        plain(axes)
    figure.suptitle(f"{title} ({messages.clips(len(outcome.clips))})", fontweight="bold")
    return Chart(f"sweep_{sweep.name}.png", title, png(figure), is_wide=True)


def truth_chart(outcome: Outcome, messages: Messages) -> Chart:
    """Hiss removed against music removed: right and low is best."""
    assert outcome.protocol.added_hiss is not None
    title = messages("truth_title", hiss=hiss_title(outcome.protocol.added_hiss, messages))
    figure, axes = new_figure(width=7.2, height=5.2)
    for index, (condition, truths) in enumerate(outcome.truths.items()):
        points = np.array(
            [
                (one.hiss_removed_db, one.music_removed_db)
                for one in truths
                if one.music_removed_db is not None
            ]
        ).reshape(-1, 2)
        style: dict[str, Any] = {
            "color": LINES[index % len(LINES)],
            "marker": MARKERS[index % len(MARKERS)],
        }
        shown = points[:: max(1, len(points) // MOST_POINTS)]
        axes.scatter(shown[:, 0], shown[:, 1], s=18, alpha=0.45, linewidths=0, **style)
        if len(points):
            mean_hiss, mean_music = points.mean(axis=0)
            axes.scatter(
                points[:, 0].mean(),
                points[:, 1].mean(),
                s=150,
                edgecolors="black",
                label=condition,
                zorder=3,
                **style,
            )
    axes.axhline(0, color="black", linewidth=1)
    axes.set_xlabel(messages("truth_hiss"))
    axes.set_ylabel(messages("truth_music"))
    entitle(axes, f"{title} ({messages.clips(len(outcome.clips))})")
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(
        handles,
        labels,
        title=messages("truth_mean"),
        loc="outside lower center",
        ncols=max(1, len(labels)),
        frameon=False,
    )
    return Chart("known_hiss.png", title, png(figure))


def trust_chart(told: Sequence[Agreement], outcome: Outcome, messages: Messages) -> Chart:
    """Each metric's rank correlation with the truths: right is the same order, left the reverse."""
    title = messages("trust_title")
    names = list(dict.fromkeys(one.metric for one in told))[::-1]
    truths = list(dict.fromkeys(one.truth for one in told))
    figure, axes = new_figure(width=7.6, height=1.8 + 0.5 * len(names))
    for index, truth in enumerate(truths):
        chosen = [one for one in told if one.truth == truth and one.rho is not None]
        rho = np.array([one.rho for one in chosen], dtype=float)
        ends = np.array([[one.low, one.high] for one in chosen], dtype=float).reshape(-1, 2)
        places = np.array([names.index(one.metric) for one in chosen])
        reach = np.nan_to_num(np.abs(ends.T - rho))
        axes.errorbar(
            rho, places + 0.16 * (1.5 - index), xerr=reach, fmt=MARKERS[index % len(MARKERS)],
            color=LINES[index % len(LINES)], capsize=3, label=messages(f"truth_{truth}"),
        )  # fmt: skip
    axes.axvline(0, color="black", linewidth=1)
    axes.set_xlim(-1.05, 1.05)
    axes.set_yticks(range(len(names)), [messages(f"metric_{name}") for name in names])
    axes.set_xlabel(messages("trust_axis"))
    entitle(axes, f"{title} ({messages.clips(len(outcome.clips))})")
    figure.legend(loc="outside lower center", ncols=2, frameon=False)
    return Chart("metric_and_truth.png", title, png(figure))


def _style(good: bool) -> dict:
    if good:
        return {"facecolor": GOOD, "edgecolor": GOOD}
    return {"facecolor": BAD, "edgecolor": "black", "hatch": BAD_HATCH}


def _good_and_bad(figure: Figure, messages: Messages, good: str) -> None:
    handles = [
        Patch(label=good, **_style(True)),
        Patch(label=f"{BAD_MARK} {messages('bad')}", **_style(False)),
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=2, frameon=False)


def _short(track: str) -> str:
    return track if len(track) <= 18 else f"{track[:8]}…{track[-9:]}"
