import json
import logging

import numpy as np
import pytest

from generation import ClipLibrary, LibraryError, Prompt, SyntheticMusic
from generation.library import RECORD_NAME
from tests.signals import sine

PROMPT = Prompt("a song — “quoted”", duration_s=1.0, seed=5, guidance_scale=2.5)


@pytest.fixture
def library(tmp_path):
    return ClipLibrary(tmp_path / "library")


def test_a_clip_comes_back_with_everything_needed_to_make_it_again(library):
    music = SyntheticMusic()
    clip = music.generate(PROMPT)
    added = library.add_generated(clip, PROMPT, music)
    found = ClipLibrary(library.folder).record(added.clip_id)  # as after a restart
    assert found == added
    assert np.array_equal(library.audio(found.clip_id).samples, clip.samples)
    assert library.audio(found.clip_id).sample_rate_hz == 32_000
    again = music.generate(found.prompt)
    assert np.array_equal(again.samples, clip.samples)
    assert found.provenance == music.provenance()


def test_a_synthetic_clip_says_so_in_its_label(library):
    music = SyntheticMusic()
    record = library.add_generated(music.generate(PROMPT), PROMPT, music)
    assert "synthetic music, not MusicGen" in record.label
    assert "seed 5" in record.label


def test_samples_above_full_scale_survive(library):
    loud = sine(440, amplitude=1.5)
    record = library.add_upload(loud, title="loud")
    assert np.array_equal(library.audio(record.clip_id).samples, loud.samples)
    assert record.generator == "upload"
    assert record.prompt is None


def test_records_are_listed_newest_first(library):
    titles = ["one", "two", "three"]
    for title in titles:
        library.add_upload(sine(440), title=title)
    listed = library.records()
    assert [r.created_at for r in listed] == sorted((r.created_at for r in listed), reverse=True)
    assert {r.title for r in listed} == set(titles)


def test_an_empty_library_is_no_error(library):
    assert library.records() == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / RECORD_NAME).write_text("{"),
        lambda folder: (folder / RECORD_NAME).write_text("[]"),
        lambda folder: (folder / RECORD_NAME).unlink(),
        lambda folder: (folder / RECORD_NAME).write_text(
            json.dumps({**json.loads((folder / RECORD_NAME).read_text()), "extra": 1})
        ),
        lambda folder: (folder / RECORD_NAME).write_bytes(b"\xff\xfe\x00"),
    ],
    ids=["half a record", "a list", "no record", "unknown field", "not text"],
)
def test_a_damaged_clip_is_reported_and_left_out(library, damage, caplog):
    good = library.add_upload(sine(440), title="good")
    bad = library.add_upload(sine(440), title="bad")
    damage(library.folder / bad.clip_id)
    with caplog.at_level(logging.WARNING):
        assert [r.clip_id for r in library.records()] == [good.clip_id]
    assert bad.clip_id in caplog.text
    with pytest.raises(LibraryError, match="damaged"):
        library.record(bad.clip_id)


def test_damaged_sound_is_explained(library):
    record = library.add_upload(sine(440), title="bad")
    (library.folder / record.clip_id / "original.wav").write_bytes(b"RIFF")
    with pytest.raises(LibraryError, match="missing or damaged"):
        library.audio(record.clip_id)


@pytest.mark.parametrize("clip_id", ["../../etc", "", "20260101-000000-zzzzzzzz", "x\n"])
def test_only_ids_of_clips_are_looked_up(library, clip_id):
    with pytest.raises(LibraryError, match="is not the id of a clip"):
        library.record(clip_id)


def test_half_a_write_leaves_nothing_behind(library, monkeypatch):
    def full(self, *arguments, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_text", full)
    with pytest.raises(LibraryError, match="could not be kept in the library: No space left"):
        library.add_upload(sine(440), title="lost")
    assert list(library.folder.iterdir()) == []


def test_a_library_that_cannot_be_written_is_explained(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(LibraryError, match="could not be kept in the library: Not a directory"):
        ClipLibrary(tmp_path / "file").add_upload(sine(440), title="lost")
