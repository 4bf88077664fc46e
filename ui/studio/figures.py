"""Plots to hover over and zoom into: pure functions returning plotly figures."""

import numpy as np
import plotly.graph_objects as go

from audio.clip import AudioClip
from audio.stft import bin_frequencies_hz
from ui.studio.spectrograms import DecibelScale, long_term_spectrum_db, spectrogram_db

# Okabe and Ito's colours, told apart without colour vision; dashes and marks tell the same.
COLOURS = ("#000000", "#0072B2", "#D55E00", "#009E73")
DASHES = ("solid", "dash", "dot", "dashdot")
LIMIT = "#666666"
HEIGHT = 460


def long_term_spectra(clips: dict[str, AudioClip], *, cutoff_hz: float) -> go.Figure:
    """The long-term average spectra of several clips, by title, over one logarithmic axis."""
    figure = go.Figure()
    for index, (title, clip) in enumerate(clips.items()):
        frequencies_hz, levels_db = long_term_spectrum_db(clip)
        audible = frequencies_hz >= 20
        figure.add_scatter(
            x=frequencies_hz[audible],
            y=np.round(levels_db[audible], 2),
            name=title,
            mode="lines",
            line={
                "color": COLOURS[index % len(COLOURS)],
                "dash": DASHES[index % len(DASHES)],
                "width": 1.5,
            },
            hovertemplate="%{x:.0f} Hz: %{y:.1f} dBFS",
        )
    figure.add_vline(x=cutoff_hz, line_dash="dash", line_color=LIMIT)
    figure.update_xaxes(type="log", title="Frequency (Hz)")
    figure.update_yaxes(title="Level (dBFS)")
    return _laid_out(figure, legend={"orientation": "h", "y": 1.12})


def spectrogram(clip: AudioClip, scale: DecibelScale) -> go.Figure:
    """One spectrogram with the level under the pointer; whole dB, which is what can be read."""
    levels_db = spectrogram_db(clip)
    seconds_per_column = clip.duration_s / (levels_db.shape[1] - 1) if levels_db.shape[1] > 1 else 1
    figure = go.Figure(
        go.Heatmap(
            z=np.clip(np.round(levels_db), -127, 127).astype(np.int8),
            x0=0,
            dx=seconds_per_column,
            y0=0,
            dy=bin_frequencies_hz(clip.sample_rate_hz)[1],
            zmin=scale.low_db,
            zmax=scale.high_db,
            colorscale=scale.colours,
            colorbar={"title": scale.unit},
            hovertemplate="%{x:.2f} s, %{y:.0f} Hz: %{z} dBFS<extra></extra>",
        )
    )
    figure.update_xaxes(title="Time (s)")
    figure.update_yaxes(title="Frequency (Hz)")
    return _laid_out(figure)


def _laid_out(figure: go.Figure, **layout) -> go.Figure:
    return figure.update_layout(
        template="plotly_white",
        height=HEIGHT,
        margin={"t": 50, "r": 20, "b": 50, "l": 60},
        **layout,
    )
