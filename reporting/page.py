"""One HTML page that opens offline: its blocks come one after the other, text is never markup."""

import base64
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import ClassVar

from jinja2 import Environment, StrictUndefined

from reporting.charts import Chart

MOST_ROWS = 1000  # of one table; a page of many more would not open
GOOD, BAD = "✓", "✗"


@dataclass(frozen=True)
class Sentences:
    """A heading and a list of sentences."""

    kind: ClassVar[str] = "sentences"
    title: str
    lines: Sequence[str]


@dataclass(frozen=True)
class Cell:
    text: str
    is_number: bool = False


@dataclass(frozen=True)
class Table:
    """Made by `table`."""

    kind: ClassVar[str] = "table"
    title: str
    headings: tuple[str, ...]
    rows: list[list[Cell]]
    note: str = ""


@dataclass(frozen=True)
class Charts:
    """A heading and charts side by side."""

    kind: ClassVar[str] = "charts"
    title: str
    charts: Sequence[Chart]

    @property
    def pictures(self) -> list[tuple[Chart, str]]:
        """Each chart and its PNG in base64."""
        return [(chart, base64.b64encode(chart.png).decode()) for chart in self.charts]


@dataclass(frozen=True)
class Code:
    """A heading and lines to be copied."""

    kind: ClassVar[str] = "code"
    title: str
    text: str


Block = Sentences | Table | Charts | Code


def page_html(title: str, language: str, blocks: Sequence[Block]) -> bytes:
    """The page as UTF-8; language : as HTML names it, such as "en"."""
    template = Environment(autoescape=True, undefined=StrictUndefined).from_string(
        files("reporting").joinpath("page.html.jinja").read_text(encoding="utf-8")
    )
    return template.render(title=title, language=language, blocks=blocks).encode()


def table(
    title: str,
    headings: Sequence[str],
    rows: Iterable[Sequence],
    *,
    note: str = "",
    too_many: str = "{shown} / {n}",
    flags: tuple[str, str] = ("True", "False"),
) -> Table:
    """A table of any values: numbers get three decimals, flags a sign and a word.

    too_many : what is said, with {shown} and {n} rows, if there are more than MOST_ROWS
    flags : the words for True and False
    """
    rows = iter(rows)
    shown = [[_cell(value, flags) for value in row] for row in itertools.islice(rows, MOST_ROWS)]
    n_left = sum(1 for _ in rows)
    if n_left:
        note = f"{too_many.format(shown=MOST_ROWS, n=MOST_ROWS + n_left)} {note}".strip()
    return Table(title, tuple(headings), shown, note)


def _cell(value: object, flags: tuple[str, str]) -> Cell:
    if value is None:
        return Cell("–", is_number=True)
    if isinstance(value, bool):
        return Cell(f"{GOOD} {flags[0]}" if value else f"{BAD} {flags[1]}")
    if isinstance(value, float):
        return Cell(f"{value:.3f}".replace("-", "−"), is_number=True)
    if isinstance(value, int):
        return Cell(str(value), is_number=True)
    return Cell(str(value))
