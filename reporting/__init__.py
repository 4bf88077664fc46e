"""Reports: one HTML page of sentences, tables and charts that needs nothing else."""

from reporting.chart import Chart, LaterChart
from reporting.page import (
    Bar,
    Bars,
    Block,
    Charts,
    Code,
    Heading,
    Headline,
    Sentences,
    Table,
    blocks_html,
    page_html,
    table,
)

__all__ = [
    "Bar",
    "Bars",
    "Block",
    "Chart",
    "Charts",
    "Code",
    "Heading",
    "Headline",
    "LaterChart",
    "Sentences",
    "Table",
    "blocks_html",
    "page_html",
    "table",
]
