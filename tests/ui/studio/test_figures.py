import numpy as np
import pytest

from comparison import Fit, FitPoint
from tests.support.signals import music_with_hiss, sine
from ui.studio.figures import long_term_spectra, spectrogram, trade_off
from ui.studio.spectrograms import scale_for


def test_the_long_term_plot_has_one_line_for_each_version_told_apart_without_colour():
    figure = long_term_spectra({"a": sine(1_000), "b": sine(2_000)}, cutoff_hz=6_000)
    peaks = [line.x[int(np.argmax(line.y))] for line in figure.data]
    assert peaks == pytest.approx([1_000, 2_000])
    assert len({line.line.dash for line in figure.data}) == 2
    assert figure.layout.xaxis.title.text == "Frequency (Hz)"


def test_the_spectrogram_is_small_and_reads_whole_decibels():
    clip = music_with_hiss()
    [heatmap] = spectrogram(clip, scale_for(clip)).data
    assert heatmap.z.dtype == np.int8
    last_frame_s = heatmap.x0 + heatmap.dx * (heatmap.z.shape[1] - 1)
    assert last_frame_s == pytest.approx(clip.duration_s, abs=0.05)
    assert heatmap.dy * (heatmap.z.shape[0] - 1) == pytest.approx(8_000)


@pytest.mark.parametrize("chosen", [None, FitPoint(1.0, -3.0, 0.2)])
def test_the_trade_off_shows_every_point_and_the_chosen_one(chosen):
    points = (FitPoint(0.0, 0.0, 0.0), FitPoint(1.0, -3.0, 0.2), FitPoint(2.0, -5.0, 0.4))
    curve, *others = trade_off(Fit("alpha", points, chosen, 0.2)).data
    assert list(curve.x) == [0.0, 0.2, 0.4]
    assert list(curve.y) == [0.0, -3.0, -5.0]
    assert [list(mark.text) for mark in others] == ([["alpha = 1"]] if chosen else [])
