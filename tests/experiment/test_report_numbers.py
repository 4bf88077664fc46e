"""The experiment gives today what it gave before clips had channels, and at full quality the same
pattern."""

import csv
from pathlib import Path

import pytest

from audio.working import WorkingFormat
from experiment.__main__ import main

# Written by the version before, from the same clips.
BEFORE = Path(__file__).parent / "report_numbers.csv"
CONDITIONS = ("noisereduce", "hbss", "mcra")


def results(clips: Path, out: Path, working_format: WorkingFormat) -> dict[tuple, dict[str, str]]:
    """The rows of all results_<condition>.csv, by condition and track."""
    command = [str(clips), "--out", str(out), "--workers", "1", "--format", working_format]
    assert main(command) == 0
    rows = {}
    for condition in CONDITIONS:
        with (out / f"results_{condition}.csv").open(encoding="utf-8") as file:
            rows |= {(condition, row["track"]): row for row in csv.DictReader(file)}
    return rows


def test_every_number_of_the_report_s_format_is_what_it_was(real_clip_paths, tmp_path):
    """To a relative 1e-6: one machine gives the same bits, another's FFT may round differently."""
    found = results(real_clip_paths[0].parent, tmp_path / "report", WorkingFormat.REPORT)
    with BEFORE.open(encoding="utf-8") as file:
        before = {(row.pop("condition"), row["track"]): row for row in csv.DictReader(file)}
    assert found.keys() == before.keys()
    assert len(found) == 3 * 17
    for key, row in before.items():
        assert found[key].keys() == row.keys()
        for name, text in row.items():
            if name.islower() and name not in ("track", "criteri_ok"):
                assert float(found[key][name]) == pytest.approx(float(text), rel=1e-6), (key, name)
            else:
                assert found[key][name] == text, (key, name)


def test_at_full_quality_the_criteria_of_the_mix_keep_the_report_s_pattern(
    real_clip_paths, tmp_path
):
    found = results(real_clip_paths[0].parent, tmp_path / "full", WorkingFormat.FULL)
    percent = {
        condition: sum(
            100 / 17 for key, row in found.items()
            if key[0] == condition and row["criteri_ok"] == "3/3"
        )
        for condition in CONDITIONS
    }  # fmt: skip
    assert percent["noisereduce"] >= 90
    assert 20 <= percent["hbss"] <= 70
    assert percent["mcra"] == 0
    with (tmp_path / "full" / "clips.csv").open(encoding="utf-8") as file:
        assert {row["working_rate_hz"] for row in csv.DictReader(file)} == {"32000"}
