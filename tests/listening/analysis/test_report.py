"""The verdict as tables, charts and a page, and the command that writes them."""

import csv
import io

from PIL import Image

from listening.analysis import __main__ as command
from listening.analysis.analysis import analyse
from listening.analysis.chart_list import charts_by_question
from listening.analysis.intervals import Scope
from listening.analysis.report import csv_files
from listening.analysis.sentences import NO_VOTES_CHOSEN
from tests.support.simulated_votes import simulate, write_votes
from tests.support.verdicts import abx, loaded, verdict, whole_page


def test_every_table_is_written_in_full_and_every_chart_is_a_picture(tmp_path):
    found = verdict(tmp_path, simulate(12, 3), abx(4, [True] * 4))
    files = dict(csv_files(found))
    assert {"preference_against_the_reference.csv", "preference_ranking.csv"} <= set(files)
    rows = list(csv.DictReader(io.StringIO(files["preference_first_choice.csv"].decode())))
    assert float(rows[0]["share_percent"]) == 100 * found.all[0].choices[0].preferred.value
    [decided, *_] = csv.DictReader(io.StringIO(files["decisions.csv"].decode()))
    assert float(decided["evidence"]) == (found.decisions[0].decisions[Scope.CLIPS].value)
    charts = charts_by_question(found)["preference"]
    assert len({chart.file for chart in charts}) == len(charts) == 9
    for chart in charts:
        assert Image.open(io.BytesIO(chart.png)).format == "PNG"


def test_the_page_needs_nothing_else_and_explains_its_methods(tmp_path):
    page = whole_page(verdict(tmp_path, simulate(6, 2)))
    assert "http" not in page
    for part in ("Waudby-Smith", "Bradley–Terry", "pd.read_csv", "read.csv(", "Only</h2>"):
        assert (part in page) == (part != "Only</h2>"), part


def test_the_command_writes_everything(tmp_path, capsys):
    folder = write_votes(tmp_path / "results", simulate(8, 2))
    assert command.main([str(folder), "--out", str(tmp_path / "out"), "--design", "multi"]) == 0
    assert "Which version do listeners prefer? 16 trials" in capsys.readouterr().out
    assert {"report.html", "votes_tidy.csv"} <= {path.name for path in (tmp_path / "out").iterdir()}
    assert "Design: All versions in one trial" in (tmp_path / "out" / "report.html").read_text()
    assert command.main([str(folder), "--study", "another"]) == 0
    assert NO_VOTES_CHOSEN in capsys.readouterr().out
    (folder / "votes.csv").write_text("a\n1\n")
    assert command.main([str(folder)]) == 2
    assert "does not have the columns" in capsys.readouterr().err


def test_the_python_lines_in_the_report_run(tmp_path, capsys, monkeypatch):
    from listening.analysis.report import PYTHON

    monkeypatch.chdir(write_votes(tmp_path, simulate(3, 2)))
    exec(PYTHON, {})
    assert "noisereduce" in capsys.readouterr().out


def test_the_same_votes_give_the_same_numbers(tmp_path):
    votes = loaded(tmp_path, simulate(10, 3))
    first, second = (analyse(votes, "preference") for _ in range(2))
    assert first.ranking == second.ranking
    assert first.threshold == second.threshold
