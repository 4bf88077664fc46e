import io

import numpy as np
from PIL import Image

from audio.clip import AudioClip
from tests.signals import music_with_hiss, sine
from ui.plots import (
    MAX_COLUMNS,
    DecibelScale,
    colour_stops,
    scale_for,
    spectrogram_db,
    spectrogram_png,
)


def indices(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)))


def test_a_full_scale_sine_reads_0_dbfs_in_its_bin():
    level = spectrogram_db(sine(1_000, amplitude=1.0))
    assert abs(level[128, 20]) < 0.01


def test_time_runs_to_the_right_and_frequency_upwards():
    silence = np.zeros(16_000)
    clip = AudioClip(np.concatenate([silence, sine(6_000, duration_s=1.0).samples]), 16_000)
    picture = indices(spectrogram_png(clip, DecibelScale(-100, 0)))
    row, column = np.unravel_index(np.argmax(picture), picture.shape)
    assert abs(row / picture.shape[0] - 0.25) < 0.01  # 6 of 8 kHz: a quarter from the top
    assert column > picture.shape[1] / 2


def test_the_scale_is_clipped_and_comes_from_the_original():
    clip = sine(1_000, amplitude=0.5)
    assert scale_for(clip) == DecibelScale(-100, 0)  # -6 dBFS, up to the next ten
    picture = indices(spectrogram_png(clip, DecibelScale(-50, -20)))
    assert picture.max() == 255
    assert picture.min() == 0


def test_a_long_clip_has_no_more_columns_than_a_screen_shows():
    clip = AudioClip(np.zeros(16_000 * 60) + 0.1, 16_000)
    assert MAX_COLUMNS / 2 < spectrogram_db(clip).shape[1] <= MAX_COLUMNS


def test_silence_has_a_picture():
    silent = AudioClip(np.zeros(16_000), 16_000)
    assert indices(spectrogram_png(silent, scale_for(music_with_hiss()))).max() == 0


def test_colours_go_from_dark_to_light():
    first, *_, last = [sum(map(float, c[4:-1].split(","))) for c in colour_stops()]
    assert first < 20
    assert last > 600
