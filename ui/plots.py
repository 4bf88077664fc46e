"""Pictures: pure functions from sound to PNG bytes."""

import io
import math
from dataclasses import dataclass

import numpy as np
from PIL import Image
from plotly.colors import get_colorscale, sample_colorscale, unlabel_rgb

from audio.clip import AudioClip
from audio.stft import N_FFT, stft

COLOURS = "Magma"
SPAN_DB = 100
MAX_COLUMNS = 1200  # more than any screen shows beside three others
FULL_SCALE_SINE = N_FFT / 4  # |X| of a sine of amplitude 1 under a Hann window of N_FFT samples


@dataclass(frozen=True)
class DecibelScale:
    """The range that a colour scale spans, in dBFS for each STFT bin."""

    low_db: int
    high_db: int


def scale_for(original: AudioClip) -> DecibelScale:
    """SPAN_DB below the loudest bin of the original, on whole tens: one scale for all versions."""
    high_db = 10 * math.ceil(spectrogram_db(original).max() / 10)
    return DecibelScale(high_db - SPAN_DB, high_db)


def spectrogram_db(clip: AudioClip) -> np.ndarray:
    """Level of every bin in dB re a full-scale sine; shape (n_freqs, n_columns).

    Neighbouring frames are averaged in power if there are more than MAX_COLUMNS.
    """
    power = np.abs(stft(clip.samples)) ** 2
    frames_per_column = -(-power.shape[1] // MAX_COLUMNS)
    if frames_per_column > 1:
        starts = np.arange(0, power.shape[1], frames_per_column)
        widths = np.diff(np.append(starts, power.shape[1]))
        power = np.add.reduceat(power, starts, axis=1) / widths
    return 10 * np.log10(power / FULL_SCALE_SINE**2 + 1e-20)


def spectrogram_png(clip: AudioClip, scale: DecibelScale) -> bytes:
    """The spectrogram as a picture: time to the right, frequency linear from 0 Hz upwards."""
    share = (spectrogram_db(clip) - scale.low_db) / (scale.high_db - scale.low_db)
    indices = np.clip(np.round(255 * share), 0, 255).astype(np.uint8)
    picture = Image.fromarray(indices[::-1])
    picture.putpalette(_palette())
    buffer = io.BytesIO()
    picture.save(buffer, format="PNG", compress_level=3)
    return buffer.getvalue()


def colour_stops(n_stops: int = 9) -> list[str]:
    """CSS colours evenly along the colour scale, from quiet to loud."""
    return sample_colorscale(get_colorscale(COLOURS), n_stops)


def _palette() -> list[int]:
    colours = sample_colorscale(get_colorscale(COLOURS), 256)
    return [round(channel) for colour in colours for channel in unlabel_rgb(colour)]
