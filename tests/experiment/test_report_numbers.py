"""In the report's format the experiment gives what it gave before."""

import csv
import io
from pathlib import Path

import pytest

from experiment.outcome import collect
from experiment.protocol import Protocol
from experiment.report.tables import tables_of

# All rows of results_<condition>.csv on the real clips: of noisereduce and hbss as 0.6 wrote
# them, of mcra since its search for the minimum starts where the floor is.
BEFORE = Path(__file__).parent / "report_numbers.csv"
CONDITIONS = ("noisereduce", "hbss", "mcra")


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def assert_same(found: dict[str, str], before: dict[str, str]) -> None:
    """Text and flags are equal, and numbers to a millionth: one machine gives the same bits, the
    FFT of another may round differently. A delta has the error of what it is the difference of.
    """
    assert found.keys() == before.keys()
    for name, text in before.items():
        if name.endswith(("_db", "_ratio", "_distance")):
            size = abs(float(before.get(name.replace("delta", "before"), text)))
            assert float(found[name]) == pytest.approx(float(text), rel=0, abs=1e-6 * size), name
        else:
            assert found[name] == text, name


def test_every_number_is_what_it_was(report_results):
    tables = tables_of(collect(report_results, Protocol()))
    before = table(BEFORE.read_text(encoding="utf-8"))
    assert len(before) == 3 * 17
    for condition in CONDITIONS:
        rows = [row for row in before if row["condition"] == condition]
        found = table(b"".join(tables[f"results_{condition}.csv"]).decode())
        assert [row["track"] for row in found] == [row["track"] for row in rows]
        for one, expected in zip(found, rows, strict=True):
            assert_same({"condition": condition} | one, expected)
