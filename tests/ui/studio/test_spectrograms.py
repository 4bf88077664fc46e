import io

import numpy as np
import pytest
from PIL import Image

from audio.clip import AudioClip
from tests.support.signals import music_with_hiss, sine
from ui.studio.frequency_axis import FrequencyAxis
from ui.studio.spectrograms import (
    CHANGE_SCALE,
    MAX_COLUMNS,
    N_ROWS,
    DecibelScale,
    change_db,
    level_picture,
    long_term_spectrum_db,
    scale_for,
    spectrogram_db,
)

LINEAR = FrequencyAxis("linear", 8_000)
SCALE = DecibelScale(-100, 0, "Magma", "dBFS")


def indices(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)))


def test_a_full_scale_sine_reads_0_dbfs_in_its_bin():
    level = spectrogram_db(sine(1_000, amplitude=1.0))
    assert abs(level[128, 20]) < 0.01


def test_time_runs_to_the_right_and_frequency_upwards():
    silence = np.zeros(16_000)
    clip = AudioClip(np.concatenate([silence, sine(6_000, duration_s=1.0).samples[0]]), 16_000)
    picture = indices(level_picture(clip, LINEAR, SCALE))
    row, column = np.unravel_index(np.argmax(picture), picture.shape)
    assert abs(row / picture.shape[0] - 0.25) < 0.01  # 6 of 8 kHz: a quarter from the top
    assert column > picture.shape[1] / 2


def test_the_scale_is_clipped_and_comes_from_the_original():
    clip = sine(1_000, amplitude=0.5)
    assert scale_for(clip) == SCALE  # -6 dBFS, up to the next ten
    narrow = DecibelScale(-50, -20, "Magma", "dBFS")
    picture = indices(level_picture(clip, LINEAR, narrow))
    assert picture.max() == 255
    assert picture.min() == 0


def test_a_long_clip_has_no_more_columns_than_a_screen_shows():
    clip = AudioClip(np.zeros(16_000 * 60) + 0.1, 16_000)
    assert MAX_COLUMNS / 2 < spectrogram_db(clip).shape[1] <= MAX_COLUMNS


def test_silence_has_a_picture():
    silent = AudioClip(np.zeros(16_000), 16_000)
    scale = scale_for(music_with_hiss())
    assert indices(level_picture(silent, LINEAR, scale)).max() == 0


def test_colours_go_from_dark_to_light():
    first, *_, last = [sum(map(float, c[4:-1].split(","))) for c in SCALE.stops()]
    assert first < 20
    assert last > 600


@pytest.mark.parametrize("kind", ["linear", "log", "mel"])
@pytest.mark.parametrize("frequency_hz", [250, 1_000, 6_000])
def test_a_tone_lies_where_the_axis_says(kind, frequency_hz):
    axis = FrequencyAxis(kind, 8_000)
    picture = indices(level_picture(sine(frequency_hz), axis, SCALE))
    row = int(np.argmax(picture[:, 20]))
    share = 1 - (row + 0.5) / N_ROWS
    one_bin = abs(axis.share_of(frequency_hz + 8_000 / 1024) - axis.share_of(frequency_hz))
    assert share == pytest.approx(float(axis.share_of(frequency_hz)), abs=one_bin + 1 / N_ROWS)


def test_the_change_is_the_gain_where_something_can_be_seen():
    clip = music_with_hiss()
    quieter = clip.with_samples(0.5 * clip.samples)
    change = change_db(clip, quieter, LINEAR, SCALE)
    assert np.median(change) == pytest.approx(-6.02, abs=0.01)
    assert change.max() <= 0.01
    silent = clip.with_samples(0 * clip.samples)
    assert np.all(change_db(silent, silent, LINEAR, SCALE) == 0)


def test_no_change_is_the_middle_of_its_colours_and_more_is_not_less():
    neutral, less, more = CHANGE_SCALE.indices(np.array([0.0, -20.0, 20.0]))
    assert neutral in (127, 128)
    assert less < neutral < more


def test_the_long_term_spectrum_of_a_tone_is_its_level():
    frequencies_hz, levels_db = long_term_spectrum_db(sine(1_000, amplitude=0.5, duration_s=8.0))
    assert frequencies_hz[np.argmax(levels_db)] == 1_000
    assert levels_db.max() == pytest.approx(-6.02, abs=0.2)  # the padded frames at the ends
