import csv

import numpy as np
import pytest

from audio.clip import AudioClip
from audio.files import read_clip
from audio.working import WorkingFormat, in_working_format, report_mix
from metrics.hiss import WHITE_NOISE_FLATNESS, WHITE_NOISE_SPREAD_DB, Finding, check_hiss
from tests.support.signals import noise, sine

CUTOFF_HZ = 6_000.0


def mixed(*clips: AudioClip) -> AudioClip:
    return clips[0].with_samples(sum(clip.samples for clip in clips))


def test_white_noise_reads_its_level_and_flatness():
    check = check_hiss(noise(rms=0.01, duration_s=10.0), cutoff_hz=CUTOFF_HZ)
    # A quarter of the band holds a quarter of the power: -40 - 6.02 dB. The quietest fifth of the
    # frames of a noise lies a little below its mean.
    assert check.level_dbfs == pytest.approx(-46.0, abs=0.5)
    assert check.level_below_dbfs == pytest.approx(-44.8, abs=0.5)  # 3 of 8 kHz
    assert check.flatness == pytest.approx(WHITE_NOISE_FLATNESS, abs=0.02)
    assert check.spread_db == pytest.approx(WHITE_NOISE_SPREAD_DB, abs=0.15)
    assert check.probability > 0.95
    assert check.finding is Finding.HISS


def test_a_pause_shows_the_floor_that_music_hides():
    floor = noise(rms=1e-3, duration_s=4.0)
    music = sine(440, duration_s=4.0)
    with_pause = music.samples * (np.arange(music.n_samples) < 0.7 * music.n_samples)
    check = check_hiss(mixed(floor, music.with_samples(with_pause)), cutoff_hz=CUTOFF_HZ)
    assert check.finding is Finding.HISS
    assert check.level_dbfs == pytest.approx(-66.0, abs=0.5)
    assert check.sentence.startswith("This clip has a steady noise floor above 6 kHz (probability ")
    assert "−66 dBFS" in check.sentence


def test_high_notes_are_music():
    chord = mixed(*(sine(hz, amplitude=0.02, duration_s=4.0) for hz in (440, 6_200, 6_600, 7_000)))
    check = check_hiss(chord, cutoff_hz=CUTOFF_HZ)
    assert check.flatness < 0.1
    assert check.finding is Finding.MUSIC
    assert "No steady noise floor above 6 kHz (probability below 1 %)" in check.sentence
    assert "music, or hiss that comes and goes with it" in check.sentence


@pytest.mark.parametrize("amplitude", [0.0, 0.5])
def test_where_nothing_is_there_is_nothing_to_remove(amplitude):
    check = check_hiss(sine(440, amplitude=amplitude, duration_s=4.0), cutoff_hz=CUTOFF_HZ)
    assert check.finding is Finding.NOTHING
    assert check.sentence.startswith("Nothing to remove here: above 6 kHz")


def test_a_sound_in_blocks_reads_as_in_one_piece(monkeypatch):
    """To the rounding of float64: only the spectra come in blocks."""
    clip = mixed(noise(rms=1e-3, duration_s=4.3), sine(440, duration_s=4.3))
    whole = check_hiss(clip, cutoff_hz=CUTOFF_HZ)
    monkeypatch.setattr("audio.blocks.BLOCK_SAMPLES", 2**14)
    in_blocks = check_hiss(clip, cutoff_hz=CUTOFF_HZ)
    for name in ("level_dbfs", "level_below_dbfs", "flatness", "spread_db"):
        assert getattr(in_blocks, name) == pytest.approx(getattr(whole, name), rel=1e-12)


def test_a_rate_without_a_high_band_is_refused():
    with pytest.raises(ValueError, match="a sample rate of at least 14400 Hz, got 12000"):
        check_hiss(noise(sample_rate_hz=12_000), cutoff_hz=CUTOFF_HZ)


@pytest.mark.parametrize("working_format", list(WorkingFormat))
def test_real_clips_with_and_without_hiss_are_told_apart(real_clip_paths, working_format):
    """Against the labels that came with the clips; the third, "mixed", may be found either way."""
    with (real_clip_paths[0].parent / "MANIFEST.csv").open(encoding="utf-8", newline="") as file:
        labels = {row["file"]: row["hiss"] for row in csv.DictReader(file)}
    found = {
        path.name: check_hiss(
            report_mix(in_working_format(read_clip(path), working_format)), cutoff_hz=CUTOFF_HZ
        )
        for path in real_clip_paths
    }
    clean = [name for name, label in labels.items() if label.startswith("clean")]
    assert len(clean) == 3
    for name, check in found.items():
        assert (check.finding is Finding.NOTHING) == (name in clean), name


def test_hits_of_noise_are_no_floor():
    """Hi-hats: white noise that dies away, as flat as any hiss."""
    rng = np.random.default_rng(3)
    seconds = np.arange(8 * 16_000) / 16_000
    hats = rng.standard_normal(seconds.size) * np.exp(-(seconds % 0.75) / 0.1)
    check = check_hiss(AudioClip(hats[np.newaxis], 16_000), cutoff_hz=CUTOFF_HZ)
    assert check.flatness > 0.5
    assert check.spread_db > 3
    assert check.finding is Finding.MUSIC


@pytest.mark.parametrize("end", ["in", "out"])
def test_a_fade_hides_no_floor(end):
    clip = noise(rms=1e-3, duration_s=8.0)
    fade = np.minimum(1, np.arange(clip.n_samples) / 32_000)
    faded = clip.with_samples(clip.samples * (fade if end == "in" else fade[::-1]))
    check = check_hiss(faded, cutoff_hz=CUTOFF_HZ)
    assert check.finding is Finding.HISS
    assert check.level_dbfs == pytest.approx(-66, abs=0.5)


def test_digital_silence_is_a_gap_and_no_floor():
    clip = noise(rms=1e-3, duration_s=8.0)
    gap = clip.samples.copy()
    gap[:, 48_000:80_000] = 0
    check = check_hiss(clip.with_samples(gap), cutoff_hz=CUTOFF_HZ)
    assert check.finding is Finding.HISS
    assert check.level_dbfs == pytest.approx(-66, abs=0.5)


@pytest.mark.parametrize("gain", [1e-2, 10.0])
def test_the_probability_does_not_depend_on_the_level(gain):
    clip = mixed(noise(rms=1e-3, duration_s=6.0), sine(6_500, amplitude=0.001, duration_s=6.0))
    checks = [
        check_hiss(clip.with_samples(g * clip.samples), cutoff_hz=CUTOFF_HZ) for g in (1.0, gain)
    ]
    assert checks[0].regressors == pytest.approx(checks[1].regressors, rel=1e-3)


@pytest.mark.parametrize("n_samples", [100, 2_048, 8_000])
def test_the_shortest_clips_are_checked(n_samples):
    rng = np.random.default_rng(1)
    noisy = check_hiss(
        AudioClip(0.1 * rng.standard_normal((1, n_samples)), 16_000), cutoff_hz=CUTOFF_HZ
    )
    assert noisy.sentence
    assert noisy.finding is not Finding.NOTHING
    silent = check_hiss(AudioClip(np.zeros((1, n_samples)), 16_000), cutoff_hz=CUTOFF_HZ)
    assert silent.finding is Finding.NOTHING


def dither(n_samples):
    """Of a 16-bit file."""
    rng = np.random.default_rng(9)
    return (rng.random((1, n_samples)) - rng.random((1, n_samples))) * 2.0**-15


@pytest.mark.parametrize("hz", [6_100, 6_700, 7_100, 7_350, 7_800])
@pytest.mark.parametrize("amplitude", [0.0014, 0.03])
@pytest.mark.parametrize("is_dithered", [True, False])
def test_a_steady_tone_is_no_hiss(hz, amplitude, is_dithered):
    tones = mixed(sine(hz, amplitude=amplitude, duration_s=6.0), sine(440, duration_s=6.0))
    added = dither(tones.n_samples) if is_dithered else 0.0
    check = check_hiss(tones.with_samples(tones.samples + added), cutoff_hz=CUTOFF_HZ)
    assert check.finding is Finding.MUSIC, check


@pytest.mark.parametrize("pitch_hz", [110, 440, 880, 1_760, 2_093])
def test_a_sustained_sawtooth_is_no_hiss(pitch_hz):
    partials = [
        sine(k * pitch_hz, amplitude=0.2 / k, duration_s=6.0)
        for k in range(1, int(7_900 / pitch_hz) + 1)
    ]
    saw = mixed(*partials)
    noisy = saw.with_samples(saw.samples + dither(saw.n_samples))
    assert check_hiss(noisy, cutoff_hz=CUTOFF_HZ).finding is Finding.MUSIC


def test_hiss_beside_a_steady_tone_is_found():
    clip = mixed(noise(rms=1e-3, duration_s=6.0), sine(7_500, amplitude=0.003, duration_s=6.0))
    assert check_hiss(clip, cutoff_hz=CUTOFF_HZ).finding is Finding.HISS
