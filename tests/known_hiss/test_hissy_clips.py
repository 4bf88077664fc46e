"""Clips of the library with known hiss."""

import numpy as np
import pytest

from audio.clip import AudioClip
from audio.files import FLOAT, wav_bytes
from generation import ClipStore
from known_hiss import AddedHiss, HissError
from known_hiss.hissy_clips import ADDED_HISS, add_hissy_clip, clean_condition
from versions.version_store import VersionStore


@pytest.fixture
def stores(tmp_path):
    clips = ClipStore(tmp_path / "library")
    return clips, VersionStore(clips)


def full_scale(tmp_path):
    """Music that reaches full scale, as most files do."""
    rng = np.random.default_rng(1)
    samples = np.clip(rng.standard_normal((2, 32_000)), -1, 1)
    path = tmp_path / "loud.wav"
    path.write_bytes(wav_bytes(AudioClip(samples, 32_000), subtype="PCM_16"))
    return path


def test_a_hissy_copy_keeps_the_clean_clip_and_what_was_added(stores, tmp_path):
    clips, versions = stores
    source = clips.add_file(full_scale(tmp_path), title="Loud")
    hissy = add_hissy_clip(clips, versions, source.clip_id, AddedHiss(-30.0))
    assert hissy.title == "Loud + steady, −30 dBFS hiss"
    assert hissy.subtype == FLOAT
    facts = hissy.provenance[ADDED_HISS]
    assert (facts["level_dbfs"], facts["model"]) == (-30.0, "steady")
    records = versions.of_clip(hissy.clip_id).records
    condition = clean_condition(hissy, records)
    with versions.sound(hissy.clip_id, records[condition]) as clean:
        kept = clean.read(0, clean.n_samples)
    np.testing.assert_array_equal(kept, clips.audio(source.clip_id).samples)
    added = clips.audio(hissy.clip_id).samples - kept
    assert 20 * np.log10(np.sqrt(np.mean(added**2))) == pytest.approx(-30, abs=0.01)


def test_no_hiss_is_added_to_hiss(stores, tmp_path):
    clips, versions = stores
    source = clips.add_file(full_scale(tmp_path), title="Loud")
    hissy = add_hissy_clip(clips, versions, source.clip_id, AddedHiss(-50.0))
    with pytest.raises(HissError, match="added to this clip already"):
        add_hissy_clip(clips, versions, hissy.clip_id, AddedHiss(-50.0))


def test_without_its_clean_version_the_truth_is_not_known(stores, tmp_path):
    clips, versions = stores
    source = clips.add_file(full_scale(tmp_path), title="Loud")
    assert clean_condition(source, {}) is None
    hissy = add_hissy_clip(clips, versions, source.clip_id, AddedHiss(-50.0))
    versions.delete(hissy.clip_id, "clean")
    assert clean_condition(hissy, versions.of_clip(hissy.clip_id).records) is None
