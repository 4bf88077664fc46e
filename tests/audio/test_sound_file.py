"""Files that are read in parts and written block by block."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import soundfile

from audio.clip import AudioClip
from audio.files import AudioFileError
from audio.sound_file import FileSound, check_sound, clip_of, tags_lost, wav_subtype, writing
from tests.support.signals import music_with_hiss, noise, stereo

CLIP = stereo(*(noise(sample_rate_hz=44_100, seed=seed) for seed in (1, 2)))


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "sound.flac"
    soundfile.write(path, CLIP.samples.T, 44_100, subtype="PCM_24")
    return path


def test_any_part_of_a_file_can_be_read_by_several_threads(path):
    whole = soundfile.read(path, dtype="float32")[0].T
    starts = np.random.default_rng(0).integers(0, CLIP.n_samples - 5_000, 40)
    with FileSound(path) as sound, ThreadPoolExecutor(4) as pool:
        assert (sound.n_channels, sound.n_samples, sound.sample_rate_hz) == CLIP.shape
        parts = list(pool.map(lambda start: sound.read(start, start + 5_000), starts))
        assert sound.read(7, 7).shape == (2, 0)
        assert np.array_equal(clip_of(sound).samples, whole)
        assert np.array_equal(clip_of(sound, 50, 99).samples, whole[:, 50:99])
    for start, part in zip(starts, parts, strict=True):
        assert np.array_equal(part, whole[:, start : start + 5_000])


def test_damage_is_found_where_it_is_read(tmp_path):
    samples = CLIP.samples.T.copy()
    samples[-1] = np.nan
    soundfile.write(tmp_path / "nan.wav", samples, 44_100, subtype="FLOAT")
    with FileSound(tmp_path / "nan.wav") as sound:
        assert sound.read(0, 1_000).shape == (2, 1_000)
        with pytest.raises(AudioFileError, match="invalid samples"):
            check_sound(sound)


@pytest.mark.parametrize(
    ("duration_s", "scale", "says"),
    [
        (2.0, 0.0, "This file is silent"),
        (0.25, 1.0, r"only 0\.25 s long; the minimum is 0\.5 s"),
        (601.0, 1.0, r"601\.0 s long; the limit is 600 s"),
    ],
)
def test_what_is_silent_too_short_or_too_long_is_refused(tmp_path, duration_s, scale, says):
    samples = np.resize(scale * CLIP.samples[0], round(duration_s * 8_000))
    soundfile.write(tmp_path / "a.wav", samples, 8_000)
    with FileSound(tmp_path / "a.wav") as sound, pytest.raises(AudioFileError, match=says):
        check_sound(sound)


def test_what_is_written_has_rate_channels_and_tags(tmp_path):
    target = tmp_path / "written.flac"
    tags = {"title": "häß", "artist": "nobody"}
    with writing(target, CLIP, file_format="FLAC", subtype="PCM_24", tags=tags) as writer:
        for start in range(0, CLIP.n_samples, 10_000):
            writer.write(CLIP.samples[:, start : start + 10_000])
    assert writer.n_clipped == 0
    samples, rate = soundfile.read(target, dtype="float32")
    assert rate == 44_100
    assert np.max(np.abs(samples.T - CLIP.samples)) <= 2.0**-24 + 1e-7  # half a step, float32
    assert tags_lost(tags, target) == []
    assert tags_lost({"title": "another"}, target) == ["title"]


def test_samples_beyond_full_scale_are_counted_where_they_are_limited(tmp_path):
    clip = AudioClip([[0.5, -1.5, 1.25, 1.0]], 8_000)
    for subtype, n_clipped, peak in (("PCM_16", 2, 1.0), ("FLOAT", 0, 1.5)):
        target = tmp_path / f"{subtype}.wav"
        with writing(target, clip, file_format="WAV", subtype=subtype, tags={}) as writer:
            writer.write(clip.samples)
        assert writer.n_clipped == n_clipped
        assert np.max(np.abs(soundfile.read(target)[0])) == peak


def test_a_format_that_cannot_hold_it_is_refused(tmp_path):
    with (
        pytest.raises(
            ValueError, match="OGG with PCM_16 samples does not support 2 channels at 44100"
        ),
        writing(tmp_path / "a.ogg", CLIP, file_format="OGG", subtype="PCM_16", tags={}),
    ):
        pass


@pytest.mark.parametrize(
    ("subtype", "kept"),
    [
        ("PCM_16", "PCM_16"), ("PCM_24", "PCM_24"), ("PCM_U8", "PCM_U8"), ("PCM_S8", "PCM_16"),
        ("ALAC_20", "PCM_24"), ("PCM_32", "FLOAT"), ("DOUBLE", "FLOAT"), ("VORBIS", "FLOAT"),
    ],
)  # fmt: skip
def test_a_wav_file_keeps_every_sample(subtype, kept):
    assert wav_subtype(subtype) == kept


@pytest.mark.parametrize(("subtype", "bits"), [("PCM_16", 16), ("PCM_24", 24), ("PCM_U8", 8)])
def test_samples_are_written_at_the_nearest_step(tmp_path, subtype, bits):
    step = 2.0 ** -(bits - 1)
    samples = np.random.default_rng(0).uniform(-0.9, 0.9, (2, 20_000)).astype(np.float32)
    samples[:, :2] = (1.5, -1.5)
    like = AudioClip(samples, 16_000)
    path = tmp_path / "a.wav"
    with writing(path, like, file_format="WAV", subtype=subtype, tags={}) as writer:
        writer.write(samples)
    assert writer.n_clipped == 4
    with FileSound(path) as sound:
        error = (sound.read(0, 20_000) - samples)[:, 2:]
        assert np.max(np.abs(error)) <= 0.5001 * step
        assert abs(np.mean(error)) < 0.02 * step  # libsndfile alone leaves half a step
        assert np.array_equal(sound.read(0, 2), [[1 - step, -1.0]] * 2)


@pytest.mark.parametrize(
    ("name", "file_format", "subtype", "rate_hz"),
    [
        ("a.ogg", "OGG", "VORBIS", 44_100),
        ("a.mp3", "MP3", "MPEG_LAYER_III", 44_100),
        ("a.wav", "WAV", "GSM610", 8_000),
        ("a.flac", "FLAC", "PCM_16", 44_100),
    ],
)
def test_parts_in_any_order_are_those_of_the_whole(tmp_path, name, file_format, subtype, rate_hz):
    path = tmp_path / name
    samples = music_with_hiss(sample_rate_hz=rate_hz, duration_s=8.0).samples
    soundfile.write(path, samples.T, rate_hz, format=file_format, subtype=subtype)
    whole, _ = soundfile.read(path, dtype="float32")
    rng = np.random.default_rng(3)
    with FileSound(path) as sound:
        for start in rng.integers(0, sound.n_samples - 3_000, 60):
            assert np.array_equal(sound.read(start, start + 3_000)[0], whole[start : start + 3_000])
