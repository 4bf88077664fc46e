import io

import numpy as np
import pytest
from matplotlib.container import BarContainer
from PIL import Image

from experiment.outcome import collect
from experiment.report import charts
from experiment.sweep import Sweep
from known_hiss import AddedHiss
from messages import Messages
from tests.support.experiments import known, report_protocol, result, scores, truth

GOOD, BAD = scores(-3.0, 0.1, 0.1), scores(1.0, -0.1, 0.3)
CONDITIONS = ("noisereduce", "hbss", "mcra")
ENGLISH = Messages("report", "en")
EVERYTHING = report_protocol(
    sweeps=(Sweep("hbss", "alpha", (1.0, 2.0)),), added_hiss=AddedHiss(-50)
)
TRUTH = truth()


def outcome_of(all_scores, protocol=None):
    extra = (
        {
            "settings": known(dict.fromkeys(CONDITIONS, TRUTH), GOOD),
            "sweeps": {"hbss.alpha": [GOOD, BAD]},
        }
        if protocol
        else {}
    )
    return collect(
        [
            result(f"track_{index + 1}", dict.fromkeys(CONDITIONS, one), **extra)
            for index, one in enumerate(all_scores)
        ],
        protocol or report_protocol(),
    )


@pytest.fixture
def drawn(monkeypatch):
    """Charts hand over the figure itself instead of its PNG."""
    monkeypatch.setattr(charts, "png", lambda figure: figure)


def bars_of(figure) -> list:
    containers = [c for c in figure.axes[0].containers if isinstance(c, BarContainer)]
    return [bar for container in containers for bar in container]


def words_of(figure) -> str:
    found = [text.get_text() for axes in figure.axes for text in axes.texts]
    for axes in figure.axes:
        found += [axes.get_title("left"), axes.get_xlabel(), axes.get_ylabel()]
    for legend in figure.legends:
        found += [text.get_text() for text in legend.get_texts()]
    return "\n".join(found)


def test_nine_bar_charts_and_two_summaries_are_png():
    made = list(charts.charts_of(outcome_of([GOOD, BAD]), ENGLISH))
    assert len({chart.file for chart in made}) == len(made) == 11
    for chart in made:
        assert Image.open(io.BytesIO(chart.png)).format == "PNG"


def test_sweeps_and_known_hiss_add_theirs():
    files = [chart.file for chart in charts.charts_of(outcome_of([GOOD], EVERYTHING), ENGLISH)]
    assert files[-2:] == ["sweep_hbss.alpha.png", "known_hiss.png"]


@pytest.mark.parametrize("criterion", charts.CRITERIA, ids=lambda one: one.column)
def test_good_and_bad_differ_in_colour_hatching_and_mark(drawn, criterion):
    outcome = outcome_of([GOOD, BAD])
    figure = charts.clip_chart(outcome, "hbss", criterion, ENGLISH).png
    good, bad = bars_of(figure)
    assert good.get_facecolor() != bad.get_facecolor()
    assert (good.get_hatch(), bad.get_hatch()) == (None, charts.BAD_HATCH)
    labels = [text.get_text() for text in figure.axes[0].texts]
    assert [charts.BAD_MARK in label for label in labels[:2]] == [False, True]


def test_bars_are_the_values_and_axes_have_units(drawn):
    outcome = outcome_of([GOOD, BAD])
    figure = charts.clip_chart(outcome, "hbss", charts.CRITERIA[0], ENGLISH).png
    assert [bar.get_height() for bar in bars_of(figure)] == [-3.0, 1.0]
    assert figure.axes[0].get_ylabel() == "Δ HF energy (dB)"
    assert [label.get_text() for label in figure.axes[0].get_xticklabels()] == [
        "track_1",
        "track_2",
    ]


def test_the_limit_is_drawn_where_it_is(drawn):
    figure = charts.clip_chart(outcome_of([GOOD]), "hbss", charts.CRITERIA[2], ENGLISH).png
    heights = {float(y) for line in figure.axes[0].lines for y in line.get_ydata()}
    assert heights == {0.2}
    assert "limit 0.2" in words_of(figure)


def test_many_clips_are_drawn_as_one_sorted_shape(drawn):
    many = [GOOD, BAD] * 500
    figure = charts.clip_chart(outcome_of(many), "hbss", charts.CRITERIA[0], ENGLISH).png
    assert bars_of(figure) == []
    good, bad = figure.axes[0].patches
    np.testing.assert_allclose(good.get_data().edges[[0, -1]], [0, 50])
    np.testing.assert_allclose(bad.get_data().edges[[0, -1]], [50, 100])
    assert (good.get_data().values == -3).all()
    assert bad.get_hatch() == charts.BAD_HATCH
    assert "1000 clips" in words_of(figure)


def test_shares_are_written_on_the_bars(drawn):
    outcome = outcome_of([GOOD, BAD, BAD, BAD])
    assert "25 %" in words_of(charts.score_chart(outcome, ENGLISH).png)
    figure = charts.criteria_chart(outcome, ENGLISH).png
    assert [bar.get_height() for bar in bars_of(figure)] == [25.0] * 9


def test_a_sweep_shows_trade_off_and_score(drawn):
    outcome = outcome_of([GOOD], EVERYTHING)
    trade, score = charts.sweep_chart(outcome, EVERYTHING.sweeps[0], ENGLISH).png.axes
    np.testing.assert_allclose(trade.lines[0].get_xydata(), [(0.1, -3.0), (0.3, 1.0)])
    assert [text.get_text() for text in trade.texts] == ["1", "2"]
    assert score.get_xlabel() == "hbss.alpha"


def test_italian_charts_have_no_english_words(drawn):
    outcome = outcome_of([GOOD, BAD], EVERYTHING)
    for chart in charts.charts_of(outcome, Messages("report", "it")):
        words = f" {words_of(chart.png)} {chart.title} ".lower()
        for english in (" clips", " good", " bad", "share", "limit", "hiss", "change", "removed"):
            assert english not in words, (chart.file, english)


def test_known_hiss_without_music_in_the_band_draws_no_point(drawn):
    outcome = outcome_of([GOOD], EVERYTHING)
    for condition in CONDITIONS:
        nothing = truth(music_removed_db=None, snr_before_db=None, snr_after_db=None)
        [outcome.settings[condition][0]] = known({condition: nothing}, GOOD)
    figure = charts.truth_chart(outcome, ENGLISH).png
    assert sum(len(one.get_offsets()) for one in figure.axes[0].collections) == 0
