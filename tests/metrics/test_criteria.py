import pytest

from metrics import judge, summarise
from metrics.criteria import CriteriaFlags


def judge_row(row):
    return judge(
        delta_hf_band_db=float(row["delta_hf_band_db"]),
        delta_hpss_ratio=float(row["delta_hpss_ratio"]),
        log_mel_distance=float(row["log_mel_distance"]),
    )


def test_the_report_s_tables_come_out_exactly(report_tables):
    assert len(report_tables) == 15
    for row in report_tables:
        flags = judge_row(row)
        assert str(flags.ok_hf_band) == row["OK_HFband"]
        assert str(flags.ok_hpss) == row["OK_HPSS"]
        assert str(flags.ok_log_mel) == row["OK_LogMel"]
        assert str(flags.ok_count) == row["OK_count"]
        assert flags.criteri_ok == row["criteri_ok"]
        assert flags.verdict == row["Verdetto"]


@pytest.mark.parametrize(("method", "score"), [("noisereduce", 1.0), ("hbss", 0.4), ("mcra", 0.0)])
def test_the_report_s_scores_come_out_exactly(report_tables, method, score):
    summary = summarise(judge_row(row) for row in report_tables if row["method"] == method)
    assert summary.score == score
    assert summary.share_hf_band == summary.share_hpss == 1.0
    assert summary.share_log_mel == score  # in the report only log-mel ever fails


@pytest.mark.parametrize(
    ("delta_hf", "delta_hpss", "distance", "flags"),
    [
        (-0.001, 0.0, 0.20, (True, True, True)),
        (0.0, -1e-9, 0.2000001, (False, False, False)),
        (1.0, 1.0, 0.0, (False, True, True)),
    ],
)
def test_limits_are_inclusive_where_the_protocol_says_so(delta_hf, delta_hpss, distance, flags):
    result = judge(
        delta_hf_band_db=delta_hf, delta_hpss_ratio=delta_hpss, log_mel_distance=distance
    )
    assert result == CriteriaFlags(*flags)


def test_the_verdict_needs_two_of_three():
    verdicts = {n: CriteriaFlags(n > 0, n > 1, n > 2).verdict for n in range(4)}
    assert verdicts == {0: "NO", 1: "NO", 2: "OK", 3: "OK"}


def test_a_summary_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one clip"):
        summarise([])
