"""Versions made elsewhere, from a file to what is heard and scored."""

import json

import numpy as np
import pytest

from audio.clip import AudioClip
from audio.files import FLOAT, AudioFileError, read_clip, wav_bytes
from audio.working import WorkingFormat, in_working_format
from comparison import Comparison, full_quality_wav
from generation import ClipStore, ClipStoreError
from restorers import RESTORERS, written_params
from restorers.catalogue import TAKEN
from tests.support.signals import music_with_hiss, noise
from versions.alignment import VersionError
from versions.made_elsewhere import MadeElsewhere
from versions.names import condition_slug
from versions.version_store import MAX_VERSIONS, VersionStore

RATE_HZ = 32_000
ORIGINAL = music_with_hiss(sample_rate_hz=RATE_HZ, duration_s=2.0)


def written(folder, clip: AudioClip, name="take.wav"):
    path = folder / name
    path.write_bytes(wav_bytes(clip, subtype=FLOAT))
    return path


@pytest.fixture
def clips(tmp_path) -> ClipStore:
    return ClipStore(tmp_path / "library")


@pytest.fixture
def clip_id(clips, tmp_path) -> str:
    return clips.add_file(written(tmp_path, ORIGINAL, "original.wav"), title="a song").clip_id


@pytest.fixture
def store(clips) -> VersionStore:
    return VersionStore(clips, taken={*TAKEN, *RESTORERS})


def late(clip: AudioClip, n_samples: int) -> AudioClip:
    return clip.with_samples(np.pad(clip.samples, ((0, 0), (n_samples, 0)))[:, : clip.n_samples])


def test_a_version_is_aligned_and_kept(store, clip_id, tmp_path):
    half = ORIGINAL.with_samples(-0.5 * ORIGINAL.samples)
    path = written(tmp_path, late(half, 137))
    store.add(clip_id, path, title="  My   take ", file_name="My take.wav")
    [(condition, record)] = store.of_clip(clip_id).records.items()
    assert (condition, record.title, record.file_name) == ("My-take", "My take", "My take.wav")
    assert (record.alignment.delay_samples, record.alignment.polarity) == (137, -1)
    with store.sound(clip_id, record) as sound:
        kept = sound.read(0, sound.n_samples)
    assert kept.shape == ORIGINAL.samples.shape
    np.testing.assert_allclose(kept[:, :-137], 0.5 * ORIGINAL.samples[:, :-137], atol=1e-7)
    assert not kept[:, -137:].any()


@pytest.mark.parametrize(
    ("clip", "says"),
    [
        (ORIGINAL.with_samples(ORIGINAL.samples[:, : -RATE_HZ // 5]), "0.200 s shorter"),
        (noise(sample_rate_hz=RATE_HZ, seed=5), "does not match"),
        (ORIGINAL.with_samples(np.zeros(ORIGINAL.n_samples)), "silent"),
    ],
)
def test_what_is_no_version_is_refused_and_nothing_is_kept(store, clip_id, tmp_path, clip, says):
    with pytest.raises((VersionError, AudioFileError), match=says):
        store.add(clip_id, written(tmp_path, clip), title="take", file_name="take.wav")
    assert store.of_clip(clip_id).records == {}


def test_what_is_no_sound_is_refused(store, clip_id, tmp_path):
    (tmp_path / "text.wav").write_text("hello")
    with pytest.raises(AudioFileError):
        store.add(clip_id, tmp_path / "text.wav", title="take", file_name="text.wav")


@pytest.mark.parametrize("title", ["", "  ", "x" * 61, "a\x00b"])
def test_a_version_needs_a_name(store, clip_id, tmp_path, title):
    with pytest.raises(VersionError, match="needs a name of 1 to 60"):
        store.add(clip_id, written(tmp_path, ORIGINAL), title=title, file_name="x")


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("methodA", "methodA"),
        ("Demucs, take 2", "Demucs-take-2"),
        ("../../etc", "etc"),
        ("déjà vu", "deja-vu"),
        ("2nd", "version-2nd"),
        ("音楽", "version"),
        ("a" * 90, "a" * 40),
        ("<b>", "b"),
    ],
)
def test_a_condition_is_harmless_wherever_it_stands(title, slug):
    assert condition_slug(title) == slug


def test_equal_names_are_numbered(store, clip_id, tmp_path):
    path = written(tmp_path, ORIGINAL)
    for _ in range(2):
        store.add(clip_id, path, title="Take", file_name="take.wav")
    store.add(clip_id, path, title="take", file_name="take.wav")
    records = store.of_clip(clip_id).records
    titles = {condition: record.title for condition, record in records.items()}
    assert titles == {"Take": "Take", "Take-2": "Take (2)", "take-3": "take (3)"}


def test_what_a_restorer_is_called_is_no_condition(store, clip_id, tmp_path):
    for title in ("hbss", "Original"):
        store.add(clip_id, written(tmp_path, ORIGINAL), title=title, file_name="x")
    assert list(store.of_clip(clip_id).records) == ["hbss-file", "Original-file"]


def test_a_clip_has_so_many_versions(store, clip_id, tmp_path):
    path = written(tmp_path, ORIGINAL)
    for number in range(MAX_VERSIONS):
        store.add(clip_id, path, title=f"take {number}", file_name="x")
    with pytest.raises(VersionError, match=f"up to {MAX_VERSIONS} versions"):
        store.add(clip_id, path, title="one more", file_name="x")


def test_a_version_goes_with_its_clip_and_by_itself(store, clips, clip_id, tmp_path):
    for title in ("a", "b"):
        store.add(clip_id, written(tmp_path, ORIGINAL), title=title, file_name="x")
    store.delete(clip_id, "a")
    store.delete(clip_id, "a")  # already gone
    assert list(store.of_clip(clip_id).records) == ["b"]
    clips.delete(clip_id)
    assert store.of_clip(clip_id).records == {}
    with pytest.raises(ClipStoreError):
        store.add(clip_id, written(tmp_path, ORIGINAL), title="c", file_name="x")
    assert not (clips.folder / clip_id).exists()


@pytest.mark.parametrize("clip_id", ["..", "", "../../etc", "20260101-000000-zzzzzzzz"])
def test_only_clips_have_versions(store, tmp_path, clip_id):
    with pytest.raises(ClipStoreError):
        store.of_clip(clip_id)
    with pytest.raises(ClipStoreError):
        store.add(clip_id, written(tmp_path, ORIGINAL), title="x", file_name="x")


def test_a_damaged_record_costs_no_other(store, clips, clip_id, tmp_path):
    for title in ("a", "b", "c"):
        store.add(clip_id, written(tmp_path, ORIGINAL), title=title, file_name="x")
    folder = clips.folder / clip_id / "versions"
    facts = json.loads((folder / "a.json").read_text())
    (folder / "a.json").write_text(json.dumps(facts | {"slug": "../../x"}))
    (folder / "c.wav").unlink()
    versions = store.of_clip(clip_id)
    assert list(versions.records) == ["b"]
    assert len(versions.problems) == 2


def test_a_version_is_scored_as_a_restorer_that_gives_it_would_be():
    """In the report's format, scaled as its original is: that one exceeds full scale here."""
    loud = ORIGINAL.with_samples(4 * ORIGINAL.samples)
    restored = RESTORERS["hbss"](cutoff_hz=6000.0).restore(loud)
    working = in_working_format(loud, WorkingFormat.REPORT)
    assert working.peak == pytest.approx(1.0)
    sound = in_working_format(restored, WorkingFormat.REPORT, version_of=loud)
    version = MadeElsewhere(sound, file="x.wav", sha256="ab")
    comparison = Comparison(working)
    assert np.array_equal(comparison.restored(version).samples, sound.samples)
    # Resampling and restoring do not commute quite: the high band of 32 kHz ends later.
    expected = comparison.scores(RESTORERS["hbss"]())
    assert comparison.scores(version).delta_hf_band_db == pytest.approx(
        expected.delta_hf_band_db, abs=0.6
    )
    assert written_params(version) == {"file": "x.wav", "sha256": "ab"}


def test_a_version_as_a_file_is_what_was_kept():
    samples = 0.5 * ORIGINAL.samples
    version = MadeElsewhere(ORIGINAL.with_samples(samples), file="x.wav", sha256="ab")
    data = full_quality_wav(ORIGINAL, version, subtype=FLOAT)
    residual = full_quality_wav(ORIGINAL, version, subtype=FLOAT, is_residual=True)
    assert len(data) == len(residual)


def test_a_version_of_another_clip_is_refused():
    version = MadeElsewhere(ORIGINAL, file="x.wav", sha256="ab")
    with pytest.raises(ValueError, match="the shape of its original"):
        version.restore(music_with_hiss())


def test_an_mp3_is_a_version(store, clip_id, tmp_path):
    import soundfile

    soundfile.write(tmp_path / "take.mp3", ORIGINAL.samples.T, RATE_HZ)
    record = store.add(clip_id, tmp_path / "take.mp3", title="mp3", file_name="take.mp3")
    with store.sound(clip_id, record) as sound:
        assert sound.n_samples == ORIGINAL.n_samples
    assert read_clip(tmp_path / "take.mp3").n_samples >= ORIGINAL.n_samples
