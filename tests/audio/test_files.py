import io

import numpy as np
import pytest
import soundfile

from audio.clip import AudioClip
from audio.files import AudioFileError, read_clip, wav_bytes
from tests.support.signals import sine, stereo

TONE = 0.3 * np.sin(2 * np.pi * 440 * np.arange(32_000) / 32_000)

WRITABLE = [
    ("WAV", "PCM_16"),
    ("WAV", "PCM_24"),
    ("WAV", "FLOAT"),
    ("FLAC", "PCM_16"),
    ("OGG", "VORBIS"),
    ("MP3", "MPEG_LAYER_III"),
    ("AIFF", "PCM_16"),
    ("CAF", "PCM_16"),
    ("W64", "PCM_16"),
    ("AU", "PCM_16"),
]
formats = pytest.mark.parametrize(("container", "subtype"), WRITABLE)


def encoded(samples, container="WAV", subtype="FLOAT", rate=32_000) -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, rate, format=container, subtype=subtype)
    return buffer.getvalue()


@pytest.fixture
def put(tmp_path):
    def write(data: bytes):
        path = tmp_path / "clip"
        path.write_bytes(data)
        return path

    return write


@formats
def test_every_format_is_read(put, container, subtype):
    clip = read_clip(put(encoded(TONE, container, subtype)))
    assert clip.sample_rate_hz == 32_000
    level = np.sqrt(np.mean(clip.samples**2))
    assert level == pytest.approx(0.3 / np.sqrt(2), rel=0.05)  # lossy codecs change it a little


@pytest.mark.parametrize("rate", [8_000, 44_100, 96_000, 384_000])
def test_channels_and_rate_are_kept(put, rate):
    tone = np.tile(TONE, 6)
    clip = read_clip(put(encoded(np.stack([tone, 0.5 * tone], axis=1), rate=rate)))
    assert clip.shape == (2, tone.size, rate)
    assert np.array_equal(clip.samples, np.float32([tone, 0.5 * tone]))


def test_channels_that_cancel_are_no_silence(put):
    assert read_clip(put(encoded(np.stack([TONE, -TONE], axis=1)))).n_channels == 2


@formats
def test_a_file_cut_in_the_middle_is_refused(put, container, subtype):
    rng = np.random.default_rng(1)
    whole = encoded(0.1 * rng.standard_normal(96_000), container, subtype)
    with pytest.raises(AudioFileError, match=r"truncated|cannot be read"):
        read_clip(put(whole[: len(whole) * 6 // 10]))


def test_a_streamed_wav_whose_header_could_not_be_finished_is_read(put):
    whole = bytearray(encoded(TONE, subtype="PCM_16"))
    whole[4:8] = b"\xff\xff\xff\xff"
    data = whole.index(b"data")
    whole[data + 4 : data + 8] = b"\xff\xff\xff\xff"
    assert read_clip(put(bytes(whole))).n_samples == 32_000


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b"this is a text, not a sound" * 20, "cannot be read as audio"),
        (encoded(np.zeros(0)), "contains no audio"),
        (encoded(TONE[:15_000]), r"only 0\.47 s long"),
        (encoded(np.zeros(32_000)), "silent"),
        (encoded(np.zeros((32_000, 2))), "silent"),
        (encoded(np.stack([TONE] * 3, axis=1)), "has 3 channels; only mono and stereo"),
        (encoded(np.where(np.arange(32_000) == 99, np.nan, TONE)), "invalid samples"),
        (encoded(TONE, rate=4_000), "sample rate of 4000 Hz"),
        (encoded(TONE, rate=400_000), "sample rate of 400000 Hz"),
        (encoded(np.tile(TONE, 151), "FLAC", "PCM_16", 8_000), r"604\.0 s long; the limit is 600"),
    ],
    ids=[
        "empty", "text", "no samples", "short", "silent", "silent stereo", "three channels", "nan",
        "low rate", "high rate", "long",
    ],
)  # fmt: skip
def test_what_cannot_be_used_gets_one_sentence(put, data, message):
    with pytest.raises(AudioFileError, match=message) as error:
        read_clip(put(data))
    assert str(error.value).endswith(".")
    assert "\n" not in str(error.value)


def test_ten_minutes_can_be_read(put):
    whole = encoded(np.tile(TONE, 150), "FLAC", "PCM_16", 8_000)
    assert read_clip(put(whole)).duration_s == 600


def test_a_float_wav_keeps_samples_above_full_scale():
    clip = stereo(sine(440, amplitude=1.5), sine(550, amplitude=2.0))
    wav = io.BytesIO(wav_bytes(clip, subtype="FLOAT"))
    samples, rate = soundfile.read(wav, dtype="float32")
    assert rate == clip.sample_rate_hz
    assert np.array_equal(samples.T, clip.samples)


def test_an_integer_wav_is_never_clipped_silently():
    with pytest.raises(ValueError, match=r"peak 1\.500 would clip"):
        wav_bytes(AudioClip([1.5, 0.0], 16_000))
