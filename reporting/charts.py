"""What all charts share: colours that need no colour vision, plain axes, PNG bytes."""

import io
import warnings

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reporting.chart import Chart

__all__ = [
    "BLUE", "DPI", "GREEN", "GREY", "LINES", "MARKERS", "ORANGE", "PURPLE", "SKY", "VERMILION",
    "YELLOW", "Chart", "entitle", "literal", "new_figure", "percent_axis", "plain", "png",
]  # fmt: skip

# Okabe and Ito's colours, told apart without colour vision.
BLUE, VERMILION, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
ORANGE, SKY, YELLOW = "#E69F00", "#56B4E9", "#F0E442"
GREY = "#555555"
LINES = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY)
MARKERS = ("o", "s", "^", "D", "v", "P")
DPI = 110


def new_figure(*, width: float, height: float) -> tuple[Figure, Axes]:
    """A figure with one pair of plain axes; inches."""
    figure = Figure(figsize=(width, height), dpi=DPI, layout="constrained")
    axes = figure.subplots()
    plain(axes)
    return figure, axes


def plain(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#dddddd", linewidth=0.8)
    axes.set_axisbelow(True)


def literal(text: str) -> str:
    """For labels: a dollar sign would begin a formula."""
    return text.replace("$", r"\$")


def entitle(axes: Axes, title: str) -> None:
    axes.set_title(literal(title), fontweight="bold", loc="left")


def percent_axis(axes: Axes, label: str) -> None:
    """From 0 to 100 with room for numbers on the bars."""
    axes.set_ylim(0, 112)
    axes.set_yticks(range(0, 101, 20))
    axes.set_ylabel(label)


def png(figure: Figure) -> bytes:
    """The same figure gives the same bytes."""
    buffer = io.BytesIO()
    with warnings.catch_warnings():  # names in scripts that the font lacks are boxes
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()
