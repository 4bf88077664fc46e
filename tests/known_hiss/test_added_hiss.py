import numpy as np
import pytest

from audio.clip import AudioClip
from audio.files import wav_bytes
from audio.high_band import high_band
from generation import ModelUnavailable
from generation.codec import load_codec
from known_hiss import AddedHiss, HissError, hash_of_recording
from tests.support.checkpoint import make_codec
from tests.support.experiments import rms
from tests.support.signals import band_energy, decibels, music_with_hiss, sine

SHA, OTHER_SHA = "0123456789abcdef" * 4, "f123456789abcdef" * 4
CLIP = sine(440, duration_s=4.0)


def hiss(sha=SHA, **settings):
    added = AddedHiss(**{"level_dbfs": -50, **settings}).added_to(CLIP, sha, cutoff_hz=6000)
    return CLIP.with_samples(added.samples.astype(np.float64) - CLIP.samples)


@pytest.mark.parametrize("level_dbfs", [-80, -50, -20])
def test_the_level_is_exact(level_dbfs):
    """To what rounding the sum to float32 allows: 2^-25 against -80 dBFS."""
    found = 20 * np.log10(rms(hiss(level_dbfs=level_dbfs).samples))
    assert found == pytest.approx(level_dbfs, abs=0.01)


def test_the_hiss_lies_above_the_cutoff():
    """Order 6 both ways: at half the cutoff 12 poles times 6 dB, and more by the warping."""
    below = band_energy(hiss(level_dbfs=-20), 20, 3000)
    assert decibels(below / band_energy(hiss(level_dbfs=-20), 6000, 8000)) < -60


def test_the_same_clip_gets_the_same_hiss_and_another_clip_or_seed_another():
    np.testing.assert_array_equal(hiss().samples, hiss().samples)
    for other in (hiss(OTHER_SHA), hiss(seed=1)):
        likeness = np.corrcoef(hiss().samples, other.samples)[0, 1]
        assert abs(likeness) < 0.05  # of 64,000 samples, a quarter of them independent


def test_the_clip_itself_is_untouched():
    clip = music_with_hiss()
    before = clip.samples.copy()
    AddedHiss(-20).added_to(clip, SHA, cutoff_hz=6000)
    np.testing.assert_array_equal(clip.samples, before)


@pytest.mark.parametrize("settings", [{"level_dbfs": 0}, {"level_dbfs": float("nan")}])
def test_impossible_levels_are_refused(settings):
    with pytest.raises(ValueError, match="must lie between -100 and -10 dBFS"):
        AddedHiss(**settings)


def test_a_negative_seed_is_refused():
    with pytest.raises(ValueError, match="must not be negative, got -1"):
        AddedHiss(-50, seed=-1)


def test_following_hiss_has_the_level_of_the_music():
    """Loud for 2 s, 20 dB lower for 2 s: so is the hiss."""
    loud = sine(440, duration_s=4.0)
    clip = loud.with_samples(loud.samples * np.where(np.arange(loud.n_samples) < 32_000, 1, 0.1))
    hissy = AddedHiss(-50, model="following").added_to(clip, SHA, cutoff_hz=6000)
    added = hissy.samples.astype(np.float64) - clip.samples
    assert 20 * np.log10(rms(added)) == pytest.approx(-50, abs=0.01)
    parts = (slice(1_000, 31_000), slice(40_000, 63_000))
    first, second = (20 * np.log10(rms(added[:, part])) for part in parts)
    assert first - second == pytest.approx(20, abs=1)


@pytest.mark.parametrize("model", ["steady", "following", "file"])
@pytest.mark.parametrize("shape", ["high-pass", "musicgen"])
def test_the_level_is_that_above_the_cutoff_whatever_the_kind(model, shape, recording):
    file = {"file": str(recording)} if model == "file" else {}
    added = AddedHiss(-40, model=model, shape=shape, **file)
    clip = sine(440, duration_s=4.0)
    hissy = added.added_to(clip, SHA, cutoff_hz=6000)
    above = high_band(hissy.samples.astype(np.float64) - clip.samples, 16_000, cutoff_hz=6000.0)
    # the shaped one reaches over the filter's slope, which is passed twice here
    assert 20 * np.log10(rms(above)) == pytest.approx(-40, abs=0.01 if shape == "musicgen" else 0.8)


def test_the_musicgen_shape_is_that_of_its_table():
    silence = AudioClip(np.zeros((1, 20 * 32_000)), 32_000)
    noise = AddedHiss(-40, shape="musicgen").added_to(silence, SHA, cutoff_hz=6000)
    density = [
        decibels(band_energy(noise, at - 200, at + 200) / band_energy(noise, 6_600, 7_000))
        for at in (1_000, 4_000, 8_750, 12_750, 15_250)
    ]
    expected = np.array([-60, 4.8, -2.3, 0.4, -16.3]) - 0.1
    assert density[0] < -35
    np.testing.assert_allclose(density[1:], expected[1:], atol=1.2)


@pytest.fixture
def recording(tmp_path):
    """0.7 s of stereo noise at 44.1 kHz, as a recording of hiss may be."""
    rng = np.random.default_rng(3)
    path = tmp_path / "hiss.wav"
    path.write_bytes(wav_bytes(AudioClip(0.1 * rng.standard_normal((2, 30_870)), 44_100)))
    return path


def test_a_recording_is_looped_without_a_seam_and_cut(recording):
    added = AddedHiss(-40, model="file", file=str(recording))
    clip = AudioClip(np.zeros((2, 5 * 16_000)), 16_000)
    hiss = added.added_to(clip, SHA, cutoff_hz=6000).samples
    assert hiss.shape == clip.samples.shape
    levels = np.sqrt(np.mean(hiss[0].reshape(-1, 800) ** 2, axis=1))
    assert 20 * np.log10(levels.max() / levels.min()) < 4  # of 50 ms of noise
    assert abs(np.corrcoef(hiss)[0, 1]) < 0.1  # each channel begins elsewhere


def test_a_recording_that_changed_or_is_missing_or_silent_is_told(recording, tmp_path):
    sha256 = hash_of_recording(str(recording))
    added = AddedHiss(-40, model="file", file=str(recording), file_sha256=sha256)
    added.added_to(CLIP, SHA, cutoff_hz=6000)
    recording.write_bytes(wav_bytes(sine(7_000)))
    with pytest.raises(HissError, match="has changed since the hiss was chosen"):
        added.added_to(CLIP, SHA, cutoff_hz=6000)
    with pytest.raises(HissError, match="cannot be read: No such file"):
        hash_of_recording(str(tmp_path / "none.wav"))
    recording.write_text("no sound")
    with pytest.raises(HissError, match="cannot be read"):
        hash_of_recording(str(recording))
    recording.write_bytes(wav_bytes(AudioClip(np.zeros((1, 16_000)), 16_000)))
    with pytest.raises(HissError, match="is silent"):
        hash_of_recording(str(recording))


def test_without_music_nothing_follows():
    silence = AudioClip(np.zeros((1, 16_000)), 16_000)
    with pytest.raises(HissError, match="There is no hiss above 6000 Hz"):
        AddedHiss(-40, model="following").added_to(silence, SHA, cutoff_hz=6000)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"level_dbfs": None}, "“steady” needs a level"),
        ({"level_dbfs": -50, "model": "file"}, "A recording of hiss is needed"),
        ({"level_dbfs": -50, "file": "x.wav"}, "A recording of hiss is needed"),
        ({"level_dbfs": -50, "codec": "x"}, "A codec can be chosen"),
        ({"level_dbfs": -50, "model": "pink"}, "pink"),
        ({"level_dbfs": -50, "shape": "pink"}, "pink"),
    ],
)
def test_what_does_not_go_together_is_refused(settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        AddedHiss(**settings)


@pytest.mark.parametrize("rate_hz", [8_000, 11_025])
@pytest.mark.parametrize("shape", ["high-pass", "musicgen"])
def test_a_recording_without_a_high_band_is_refused(rate_hz, shape, tmp_path):
    """It would be amplified until its rounding has the level that was asked for."""
    rng = np.random.default_rng(4)
    path = tmp_path / "telephone.wav"
    path.write_bytes(wav_bytes(AudioClip(0.1 * rng.standard_normal((1, 2 * rate_hz)), rate_hz)))
    added = AddedHiss(-50, model="file", file=str(path), shape=shape)
    with pytest.raises(HissError, match="There is no hiss above 6000 Hz"):
        added.added_to(CLIP, SHA, cutoff_hz=6000)


def test_a_clip_without_a_high_band_is_refused():
    with pytest.raises(HissError, match="A clip at 8000 Hz has no band above 6000 Hz"):
        AddedHiss(-50).added_to(AudioClip(np.zeros((1, 8_000)), 8_000), SHA, cutoff_hz=6000)


def test_facts_of_version_0_6_are_read():
    assert AddedHiss(**{"level_dbfs": -50.0, "seed": 2}).model == "steady"


@pytest.mark.parametrize("kind", ["alone", "inside"])
@pytest.mark.parametrize("rate_hz", [16_000, 32_000, 44_100])
def test_codec_hiss_is_what_the_codec_changes(kind, rate_hz, codecs):
    """With random weights: the codec is the model's class, its sound is not music."""
    rng = np.random.default_rng(5)
    clip = AudioClip(0.1 * rng.standard_normal((2, rate_hz + 7)), rate_hz)
    coded = load_codec(codecs[kind]).coded(clip)
    assert coded.shape == clip.shape
    raw = AddedHiss(None, model="codec", codec=codecs[kind]).added_to(clip, SHA, cutoff_hz=6000)
    expected = high_band(coded.samples - clip.samples.astype(np.float64), rate_hz, cutoff_hz=6000.0)
    np.testing.assert_allclose(raw.samples - clip.samples, expected, atol=2e-6)
    at_level = AddedHiss(-45, model="codec", codec=codecs[kind])
    hiss = at_level.added_to(clip, SHA, cutoff_hz=6000).samples.astype(np.float64) - clip.samples
    assert 20 * np.log10(rms(hiss)) == pytest.approx(-45, abs=0.01)


def test_the_codec_is_aligned(codecs):
    """Decoding is what moves: a change of one frame's codes is heard at that frame's place."""
    codec = load_codec(codecs["alone"])
    rng = np.random.default_rng(4)
    calm = 0.01 * rng.standard_normal((1, 64_000)).astype(np.float32)
    struck = calm.copy()
    struck[:, 32_000:33_280] *= 80
    changed = [codec.coded(AudioClip(one, 32_000)).samples[0] for one in (calm, struck)]
    energy = (changed[1] - changed[0]) ** 2
    centre = np.sum(np.arange(64_000) * energy) / np.sum(energy)
    assert np.sum(energy) > 0
    assert centre == pytest.approx(32_640, abs=3_200)


def test_a_codec_without_weights_gives_one_sentence(monkeypatch, tmp_path):
    def offline(name, **_):
        raise ModelUnavailable("cannot be reached")

    monkeypatch.setattr("generation.codec.download_checkpoint", offline)
    added = AddedHiss(-50, model="codec", codec="nobody/no-codec")
    with pytest.raises(ModelUnavailable, match="weights of the codec “nobody/no-codec” are not on"):
        added.prepare()
    (tmp_path / "config.json").write_text('{"model_type": "t5"}')
    with pytest.raises(ModelUnavailable, match="cannot be loaded as EnCodec"):
        load_codec(str(tmp_path))


@pytest.fixture(scope="module")
def codecs(checkpoint, tmp_path_factory):
    """A codec by itself, and the checkpoint of a MusicGen that has one inside; random weights."""
    alone = tmp_path_factory.mktemp("codec")
    make_codec(alone)
    return {"alone": str(alone), "inside": str(checkpoint)}
