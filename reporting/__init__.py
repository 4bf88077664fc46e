"""Reports: one HTML page of sentences, tables and charts that needs nothing else."""

from reporting.charts import Chart
from reporting.page import Block, Charts, Code, Sentences, Table, page_html, table

__all__ = ["Block", "Chart", "Charts", "Code", "Sentences", "Table", "page_html", "table"]
