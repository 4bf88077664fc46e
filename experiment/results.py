"""The files of a finished experiment."""

from experiment.charts import charts_of
from experiment.outcome import Outcome
from experiment.output import REPORT_NAME, OutputFolder
from experiment.report import report_html
from experiment.tables import SKIPPED_NAME, tables_of
from experiment.words import Words
from experiment.workers import environment

FIGURES_FOLDER = "figures"


def write_results(outcome: Outcome, output: OutputFolder, words: Words) -> None:
    """All tables, figures and the report; those of an earlier run are replaced."""
    if not outcome.skipped:
        output.delete(SKIPPED_NAME)
    for name, parts in tables_of(outcome).items():
        output.write_all(name, parts)
    charts = list(charts_of(outcome, words))
    for chart in charts:
        output.write(f"{FIGURES_FOLDER}/{chart.file}", chart.png)
    output.write(REPORT_NAME, report_html(outcome, charts, environment(), words))
