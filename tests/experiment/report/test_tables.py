import csv
import io

import pytest

from experiment.measuring import Skipped
from experiment.outcome import collect
from experiment.report.tables import RESULT_COLUMNS, SUMMARY_COLUMNS, tables_of
from experiment.sweep import Sweep
from known_hiss import AddedHiss
from metrics.hiss import HissCheck
from tests.support.experiments import known, report_protocol, result, scores, truth

GOOD, POOR, BAD = scores(-3.0, 0.1, 0.1), scores(-3.0, 0.1, 0.3), scores(1.0, -0.1, 0.3)
CONDITIONS = ("noisereduce", "hbss", "mcra")


def outcome_of(results, protocol=None, skipped=()):
    return collect(results, protocol or report_protocol(), skipped)


def read(outcome, name: str) -> list[dict]:
    content = b"".join(tables_of(outcome)[name]).decode()
    return list(csv.DictReader(io.StringIO(content, newline="")))


def test_the_report_s_numbers_give_the_report_s_tables(report_tables):
    """Its deltas and distances go in; its flags, verdicts and 100 / 40 / 0 % come out."""
    tracks = [row["track"] for row in report_tables if row["method"] == "hbss"]
    rows = {(row["method"], row["track"]): row for row in report_tables}
    results = [
        result(
            track,
            {
                method: scores(
                    *(float(rows[method, track][name]) for name in
                      ("delta_hf_band_db", "delta_hpss_ratio", "log_mel_distance"))
                )
                for method in CONDITIONS
            },
        )
        for track in tracks
    ]  # fmt: skip
    outcome = outcome_of(results)
    for method in CONDITIONS:
        for made in read(outcome, f"results_{method}.csv"):
            known = rows[method, made["track"]]
            judged = RESULT_COLUMNS[RESULT_COLUMNS.index("OK_HFband") :]
            assert [made[name] for name in judged] == [known[name] for name in judged]
    shares = [float(row["score_percent"]) for row in read(outcome, "summary.csv")]
    assert shares == [100, 40, 0]


def test_result_columns_are_the_report_s(report_tables):
    assert tuple(name for name in report_tables[0] if name != "method") == RESULT_COLUMNS


def test_numbers_are_written_in_full():
    exact = scores(-1 / 3, 0.1 + 0.2, 1e-17)
    outcome = outcome_of([result("a", dict.fromkeys(CONDITIONS, exact))])
    [row] = read(outcome, "results_mcra.csv")
    assert float(row["delta_hf_band_db"]) == -1 / 3
    assert float(row["delta_hpss_ratio"]) == 0.1 + 0.2
    assert float(row["log_mel_distance"]) == 1e-17
    assert (float(row["before_hf_band_db"]), float(row["after_hf_band_db"])) == (35.0, 35 - 1 / 3)


def test_the_summary_has_shares_means_and_an_interval():
    """Wilson's interval of 1 in 2 is 9.45 to 90.55 % (any table of it)."""
    good, bad = (result(t, dict.fromkeys(CONDITIONS, s)) for t, s in (("a", GOOD), ("b", BAD)))
    [row, *_] = read(outcome_of([good, bad]), "summary.csv")
    assert tuple(row) == ("condition", *SUMMARY_COLUMNS)
    assert (row["condition"], row["clips"], row["score_percent"]) == ("noisereduce", "2", "50.0")
    assert float(row["score_low_percent"]) == pytest.approx(9.453, abs=1e-3)
    assert float(row["score_high_percent"]) == pytest.approx(90.547, abs=1e-3)
    assert row["OK_LogMel_percent"] == "50.0"
    assert float(row["mean_delta_hf_band_db"]) == -1.0


def test_clips_are_summed_up_by_what_they_hold():
    nothing = HissCheck(6000.0, -100.0, -60.0, 0.5, 1.0, -100.0)
    results = [
        result("a", dict.fromkeys(CONDITIONS, GOOD)),
        result("b", dict.fromkeys(CONDITIONS, BAD), hiss=nothing),
    ]
    rows = read(outcome_of(results), "summary_by_finding.csv")
    assert [(row["finding"], row["condition"], row["score_percent"]) for row in rows] == [
        *(("nothing", condition, "0.0") for condition in CONDITIONS),
        *(("hiss", condition, "100.0") for condition in CONDITIONS),
    ]
    assert [row["finding"] for row in read(outcome_of(results), "clips.csv")] == ["hiss", "nothing"]


def test_a_sweep_has_a_row_for_each_value():
    protocol = report_protocol(sweeps=(Sweep("hbss", "alpha", (1.0, 2.0)),))
    one = result("a", dict.fromkeys(CONDITIONS, GOOD), sweeps={"hbss.alpha": [GOOD, POOR]})
    rows = read(outcome_of([one], protocol), "sweep_hbss.alpha.csv")
    assert [(row["alpha"], row["score_percent"]) for row in rows] == [
        ("1.0", "100.0"),
        ("2.0", "0.0"),
    ]


def test_known_hiss_is_averaged_over_the_clips_that_have_the_number():
    protocol = report_protocol(added_hiss=AddedHiss(-50))
    without_music = {"music_removed_db": None, "snr_before_db": None, "snr_after_db": None}
    truths = (truth(), truth(hiss_removed_db=20.0, si_sdr_after_db=29.0, **without_music))
    results = [
        result(
            track,
            dict.fromkeys(CONDITIONS, GOOD),
            settings=known(dict.fromkeys(CONDITIONS, one), GOOD),
        )
        for track, one in zip("ab", truths, strict=True)
    ]
    [row, *_] = read(outcome_of(results, protocol), "known_hiss_summary.csv")
    assert (row["hiss_removed_db"], row["music_removed_db"]) == ("15.0", "2.0")
    assert (row["snr_gain_db"], row["si_sdr_gain_db"]) == ("6.0", "1.0")
    second = read(outcome_of(results, protocol), "known_hiss.csv")[1]
    assert (second["music_removed_db"], second["snr_gain_db"], second["criteri_ok"]) == (
        "",
        "",
        "3/3",
    )


def test_skipped_clips_are_named_and_only_if_there_are_any():
    good = result("a", dict.fromkeys(CONDITIONS, GOOD))
    assert "skipped.csv" not in tables_of(outcome_of([good]))
    skipped = [Skipped("z", "file:///z.wav", "silent, alas"), Skipped("b", "file:///b", "cut off")]
    rows = read(outcome_of([good], skipped=skipped), "skipped.csv")
    assert [(row["track"], row["reason"]) for row in rows] == [
        ("b", "cut off"),
        ("z", "silent, alas"),
    ]


def test_a_name_never_becomes_a_formula():
    good = result("=cmd()", dict.fromkeys(CONDITIONS, GOOD))
    [row] = read(outcome_of([good]), "results_hbss.csv")
    assert row["track"] == "'=cmd()"
