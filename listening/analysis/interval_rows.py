"""Charts with a row for each version: a marker and the intervals of both scopes."""

import textwrap
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from listening.analysis.intervals import Estimate, Scope
from reporting.charts import GREY, LINES, MARKERS, literal, new_figure

LONGEST_LABEL = 28  # characters of a condition's name in one line
BARS: dict[Scope, dict[str, Any]] = {
    Scope.CLIPS: {"linewidth": 4.5, "alpha": 0.45},
    Scope.MUSIC: {"linewidth": 1.4, "alpha": 0.9},
}
MOST_ANNOTATED = 12  # rows; beyond, numbers beside the markers would overlap


def rows_figure(names: Sequence[str], *, n_series: int = 1) -> tuple[Figure, Axes]:
    """As high as the rows need: from 2 to 20 conditions."""
    return new_figure(width=7.6, height=2.2 + (0.34 + 0.16 * n_series) * len(names))


def forest(axes: Axes, names: Sequence[str], series) -> None:
    """A row for each name, from the top; a marker and bars for each series, in percent.

    The thick bar is the interval on these clips, the thin one that for music like this.
    """
    label_rows(axes, names)
    axes.axvline(50, color="black", linewidth=1)
    for k, (label, estimates) in enumerate(series):
        shift = 0.26 * (k - (len(series) - 1) / 2)
        for row, one in enumerate(estimates):
            if one is not None:
                mark(axes, row + shift, one, color=LINES[k], marker=MARKERS[k], scale=100)
                if len(names) * len(series) <= MOST_ANNOTATED:
                    annotate(axes, 100 * one.value, row + shift, f"{100 * one.value:.0f} %")
        if label:
            axes.plot([], [], label=label, color=LINES[k], marker=MARKERS[k])
    axes.set_xlim(0, 100)
    explain_bars(axes, [one for _, estimates in series for one in estimates if one])


def label_rows(axes: Axes, names: Sequence[str]) -> None:
    axes.grid(axis="x", color="#dddddd", linewidth=0.8)
    axes.grid(axis="y", visible=False)
    axes.set_yticks(range(len(names)), [wrapped(name) for name in names])
    axes.set_ylim(len(names) - 0.4, -0.6)


def mark(axes: Axes, place: float, one: Estimate, *, color, marker, scale: float) -> None:
    """A marker at the value, a thick bar on these clips, a thin one for music like this."""
    for scope, style in BARS.items():
        if interval := one.interval(scope):
            ends = [scale * interval.low, scale * interval.high]
            axes.plot(ends, [place] * 2, color=color, **style)
    axes.plot(scale * one.value, place, markersize=7, color=color, marker=marker)


def annotate(axes: Axes, x: float, y: float, text: str) -> None:
    axes.annotate(
        text, (x, y), xytext=(0, 6), textcoords="offset points", ha="center", fontsize="small"
    )


def explain_bars(axes: Axes, estimates: Sequence[Estimate]) -> None:
    """What the bars are, below the axes where they hide nothing."""
    for scope, style in BARS.items():
        if any(one.interval(scope) for one in estimates):
            axes.plot([], [], color=GREY, label=f"95 % {scope}", **style)
    if axes.get_legend_handles_labels()[0]:
        axes.figure.legend(loc="outside lower center", ncols=2, frameon=False, fontsize="small")


def wrapped(name: str) -> str:
    """Names of any length, in two lines at most."""
    lines = textwrap.wrap(literal(name), LONGEST_LABEL) or [name]
    return "\n".join(
        [*lines[:1], textwrap.shorten(" ".join(lines[1:]), LONGEST_LABEL, placeholder="…")]
        if len(lines) > 1
        else lines
    )
