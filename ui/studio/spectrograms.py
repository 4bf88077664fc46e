"""Pictures: pure functions from sound to PNG bytes and plotly figures."""

import io
import math
from dataclasses import dataclass

import numpy as np
from PIL import Image
from plotly.colors import get_colorscale, sample_colorscale, unlabel_rgb

from audio.blocks import Sound, spectra
from audio.clip import AudioClip
from audio.stft import HOP_LENGTH, N_FFT, bin_frequencies_hz, common_power, n_frames_of, stft
from ui.studio.frequency_axis import FrequencyAxis

LEVEL_COLOURS = "Magma"
CHANGE_COLOURS = "RdBu_r"  # blue: less than before, red: more; told apart without colour vision
SPAN_DB = 100
CHANGE_SPAN_DB = 30  # either way
MAX_COLUMNS = 1200  # more than any screen shows
N_ROWS = 512
FULL_SCALE_SINE = N_FFT / 4  # |X| of a sine of amplitude 1 under a Hann window of N_FFT samples
POWER_FLOOR = 1e-20


@dataclass(frozen=True)
class DecibelScale:
    """The range that a colour scale spans."""

    low_db: int
    high_db: int
    colours: str
    unit: str

    def stops(self, n_stops: int = 9) -> list[str]:
        """CSS colours evenly along the scale, from its low end to its high one."""
        return sample_colorscale(get_colorscale(self.colours), n_stops)

    def indices(self, values_db) -> np.ndarray:
        """Places in a palette of 256; uint8, of the values' shape."""
        share = (values_db - self.low_db) / (self.high_db - self.low_db)
        return np.clip(np.round(255 * share), 0, 255).astype(np.uint8)


CHANGE_SCALE = DecibelScale(-CHANGE_SPAN_DB, CHANGE_SPAN_DB, CHANGE_COLOURS, "dB")


def scale_for(original: AudioClip) -> DecibelScale:
    """SPAN_DB below the loudest bin of the original, on whole tens: one scale for all versions."""
    high_db = 10 * math.ceil(spectrogram_db(original).max() / 10)
    return DecibelScale(high_db - SPAN_DB, high_db, LEVEL_COLOURS, "dBFS")


def spectrogram_db(clip: AudioClip) -> np.ndarray:
    """Level of every bin in dB re a full-scale sine; shape (n_freqs, n_columns)."""
    return _decibels(_power(clip))


def level_picture(clip: Sound, axis: FrequencyAxis, scale: DecibelScale) -> bytes:
    """The spectrogram of a clip as PNG: time runs to the right."""
    return _png(_decibels(_rows(_power(clip), axis)), scale)


def change_picture(
    original: AudioClip, restored: AudioClip, axis: FrequencyAxis, scale: DecibelScale
) -> bytes:
    """restored - original, in dB, as PNG.

    What lies below `scale`, that of the levels, in both counts as unchanged: nobody sees it.
    """
    return _png(change_db(original, restored, axis, scale), CHANGE_SCALE)


def change_db(
    original: AudioClip, restored: AudioClip, axis: FrequencyAxis, scale: DecibelScale
) -> np.ndarray:
    """What `change_picture` shows; shape (N_ROWS, n_columns), lowest frequency first."""
    before, after = (
        np.maximum(_decibels(_rows(_power(clip), axis)), scale.low_db)
        for clip in (original, restored)
    )
    return after - before


def _power(clip: Sound) -> np.ndarray:
    """Mean |X|^2 of the channels, float64, shape (n_freqs, n_columns).

    Neighbouring frames are averaged if there are more than MAX_COLUMNS.
    """
    frame = {"n_fft": N_FFT, "hop_length": HOP_LENGTH}
    n_frames = n_frames_of(clip.n_samples, **frame)
    frames_per_column = -(-n_frames // MAX_COLUMNS)
    columns = np.arange(n_frames) // frames_per_column
    power = np.zeros((N_FFT // 2 + 1, columns[-1] + 1))
    for first, spectrum in spectra(clip, **frame):
        here = columns[first : first + spectrum.shape[2]]
        starts = np.flatnonzero(np.diff(here, prepend=-1))
        power[:, here[starts]] += np.add.reduceat(common_power(spectrum), starts, axis=1)
    return power / np.bincount(columns)


def _rows(power, axis: FrequencyAxis) -> np.ndarray:
    """Power at N_ROWS places of an axis, lowest first; shape (N_ROWS, n_columns).

    The mean where a row covers several bins, else the nearest bin.
    """
    last = power.shape[0] - 1
    edges = axis.frequency_at(np.linspace(0, 1, N_ROWS + 1)) / axis.max_hz * last
    first = np.clip(np.ceil(edges[:-1]), 0, last).astype(int)
    n_covered = np.diff(np.append(first, last + 1))
    means = np.add.reduceat(power, first, axis=0) / np.maximum(n_covered, 1)[:, np.newaxis]
    nearest = np.clip(np.round((edges[:-1] + edges[1:]) / 2), 0, last).astype(int)
    return np.where((n_covered > 1)[:, np.newaxis], means, power[nearest])


def _decibels(power) -> np.ndarray:
    return 10 * np.log10(power / FULL_SCALE_SINE**2 + POWER_FLOOR)


def _png(levels_db, scale: DecibelScale) -> bytes:
    picture = Image.fromarray(scale.indices(levels_db)[::-1])
    picture.putpalette(_palette(scale.colours))
    buffer = io.BytesIO()
    picture.save(buffer, format="PNG", compress_level=3)
    return buffer.getvalue()


def _palette(colours: str) -> list[int]:
    stops = sample_colorscale(get_colorscale(colours), 256)
    return [round(channel) for colour in stops for channel in unlabel_rgb(colour)]


def long_term_spectrum_db(clip: AudioClip) -> tuple[np.ndarray, np.ndarray]:
    """Long-term average spectrum (LTAS): mean power of every bin over the whole clip.

    returns : frequencies in Hz and levels in dB re a full-scale sine, each of shape (n_freqs,)
    """
    power = common_power(stft(clip.samples)).mean(axis=1)
    return bin_frequencies_hz(clip.sample_rate_hz), _decibels(power)
