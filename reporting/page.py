"""One HTML page that opens offline: its blocks come one after the other, text is never markup."""

import base64
import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import ClassVar

from jinja2 import Environment, FunctionLoader, StrictUndefined

from reporting.chart import Chart, LaterChart

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
    charts: Sequence[Chart | LaterChart]


@dataclass(frozen=True)
class Code:
    """A heading and lines to be copied."""

    kind: ClassVar[str] = "code"
    title: str
    text: str


@dataclass(frozen=True)
class Heading:
    """What the blocks after it are about; their own headings then are smaller."""

    kind: ClassVar[str] = "heading"
    title: str


@dataclass(frozen=True)
class Headline:
    """What a page says before all else: a sentence in bold, and what it rests on."""

    kind: ClassVar[str] = "headline"
    text: str
    rests_on: str = ""


@dataclass(frozen=True)
class Bar:
    """A row of `Bars`; all numbers in percent.

    value : where the mark is; thick, thin : (low, high) of the two intervals, None where there is
        none; words : the numbers as they are read; badge : a word or two, "" for none; tone : one
        of TONES, what the badge looks like
    """

    label: str
    value: float
    words: str
    thick: tuple[float, float] | None = None
    thin: tuple[float, float] | None = None
    badge: str = ""
    tone: str = "plain"


TONES = ("for", "against", "lean", "plain")


@dataclass(frozen=True)
class Bars:
    """A list of shares from 0 to 100 % with a line at 50 %, drawn in the page itself.

    note : what the bars are
    """

    kind: ClassVar[str] = "bars"
    title: str
    bars: Sequence[Bar]
    note: str = ""


Block = Sentences | Table | Charts | Code | Heading | Headline | Bars


def page_html(title: str, language: str, blocks: Sequence[Block]) -> bytes:
    """The page as UTF-8; language : as HTML names it, such as "en"."""
    template = _environment().get_template("page.html.jinja")
    heading = "h3" if any(isinstance(block, Heading) for block in blocks) else "h2"
    rendered = template.render(
        title=title, language=language, blocks=blocks, source_of=_embedded, heading=heading
    )
    return rendered.encode()


def blocks_html(
    blocks: Sequence[Block],
    *,
    source_of: Callable[[Chart | LaterChart], str] | None = None,
    heading: str = "h3",
) -> str:
    """The blocks as they stand within another page, without styles of their own.

    source_of : the address of a chart's PNG; without it the picture is part of the text
    heading : the element that a block's title is
    """
    template = _environment().get_template("blocks.html.jinja")
    return template.render(blocks=blocks, source_of=source_of or _embedded, heading=heading)


def _environment() -> Environment:
    loader = FunctionLoader(
        lambda name: files("reporting").joinpath(name).read_text(encoding="utf-8")
    )
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined)


def _embedded(chart: Chart | LaterChart) -> str:
    return f"data:image/png;base64,{base64.b64encode(chart.png).decode()}"


def table(
    title: str,
    headings: Sequence[str],
    rows: Iterable[Sequence],
    *,
    note: str = "",
    too_many: str = "{shown} / {n}",
    flags: tuple[str, str] = ("yes", "no"),
) -> Table:
    """A table of any values: numbers get three decimals, those in percent one; flags a sign and a
    word.

    too_many : what is said, with {shown} and {n} rows, if there are more than MOST_ROWS
    flags : the words for True and False
    """
    rows = iter(rows)
    decimals = [1 if "%" in one or one.endswith("percent") else 3 for one in headings]
    shown = [
        [_cell(value, flags, n) for value, n in zip(row, decimals, strict=True)]
        for row in itertools.islice(rows, MOST_ROWS)
    ]
    n_left = sum(1 for _ in rows)
    if n_left:
        note = f"{too_many.format(shown=MOST_ROWS, n=MOST_ROWS + n_left)} {note}".strip()
    return Table(title, tuple(headings), shown, note)


def _cell(value: object, flags: tuple[str, str], decimals: int) -> Cell:
    if value is None:
        return Cell("–", is_number=True)
    if isinstance(value, bool):
        return Cell(f"{GOOD} {flags[0]}" if value else f"{BAD} {flags[1]}")
    if isinstance(value, float):
        return Cell(f"{value:.{decimals}f}".replace("-", "−"), is_number=True)
    if isinstance(value, int):
        return Cell(str(value), is_number=True)
    return Cell(str(value))
