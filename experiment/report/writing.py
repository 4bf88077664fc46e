"""The files of a finished experiment."""

from experiment.outcome import Outcome
from experiment.report.charts import charts_of
from experiment.report.page import report_html
from experiment.report.tables import SKIPPED_NAME, tables_of
from experiment.running.output import REPORT_NAME, OutputFolder
from experiment.running.workers import environment
from messages import Messages

FIGURES_FOLDER = "figures"


def write_results(outcome: Outcome, output: OutputFolder, messages: Messages) -> None:
    """All tables, figures and the report; those of an earlier run are replaced."""
    if not outcome.skipped:
        output.delete(SKIPPED_NAME)
    for name, parts in tables_of(outcome).items():
        output.write_all(name, parts)
    charts = list(charts_of(outcome, messages))
    for chart in charts:
        output.write(f"{FIGURES_FOLDER}/{chart.file}", chart.png)
    output.write(REPORT_NAME, report_html(outcome, charts, environment(), messages))
