import numpy as np
import pytest

from tests.support.signals import music_with_hiss, sine
from ui.studio.figures import long_term_spectra, spectrogram
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
