import dataclasses
import hashlib
import json
import os
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from audio.clip import AudioClip
from audio.files import AudioFileError, read_clip, wav_bytes
from generation import ClipStore, ClipStoreError, Prompt, SyntheticMusic
from generation.clip_store import (
    AUDIO_NAME,
    OLD_S,
    RECORD_NAME,
    ClipRecord,
    LibraryContents,
)
from tests.support.damage import DAMAGE, FUTURE, with_values
from tests.support.signals import sine

PROMPT = Prompt("a song — “quoted”", duration_s=1.0, seed=5, guidance_scale=2.5)


def upload(store: ClipStore, clip: AudioClip, *, title: str, subtype: str = "FLOAT") -> ClipRecord:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload.wav"
        path.write_bytes(wav_bytes(clip, subtype=subtype))
        return store.add_file(path, title=title)


@pytest.fixture
def library(tmp_path):
    return ClipStore(tmp_path / "library")


def test_a_clip_comes_back_with_everything_needed_to_make_it_again(library):
    music = SyntheticMusic()
    clip = music.generate(PROMPT)
    added = library.add_generated(clip, PROMPT, music)
    found = ClipStore(library.folder).record(added.clip_id)  # as after a restart
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
    record = upload(library, loud, title="loud")
    assert np.array_equal(library.audio(record.clip_id).samples, loud.samples)
    assert record.generator == "upload"
    assert record.prompt is None


def test_records_are_listed_newest_first(library):
    titles = ["one", "two", "three"]
    for title in titles:
        upload(library, sine(440), title=title)
    listed = library.contents().records
    assert [r.created_at for r in listed] == sorted((r.created_at for r in listed), reverse=True)
    assert {r.title for r in listed} == set(titles)


def test_an_empty_library_is_no_error(library):
    assert library.contents() == LibraryContents((), ())


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
        lambda folder: (folder / AUDIO_NAME).unlink(),
    ],
    ids=["half a record", "a list", "no record", "unknown field", "not text", "no sound"],
)
def test_a_damaged_clip_is_reported_and_left_out(library, damage):
    good = upload(library, sine(440), title="good")
    bad = upload(library, sine(440), title="bad")
    damage(library.folder / bad.clip_id)
    contents = library.contents()
    assert [record.clip_id for record in contents.records] == [good.clip_id]
    assert contents.problems == (f"Clip {bad.clip_id} is missing or damaged.",)
    with pytest.raises(ClipStoreError, match="damaged"):
        library.record(bad.clip_id)


CLIP_DAMAGE = (
    DAMAGE
    | FUTURE
    | {
        "a rate in words": with_values(sample_rate_hz="high"),
        "no rate": with_values(sample_rate_hz=0),
        "a list for a title": with_values(title=["a"]),
        "another moment": with_values(created_at="yesterday"),
        "an impossible prompt": with_values(prompt={"text": "a", "duration_s": -1}),
        "a prompt of another kind": with_values(prompt=[1]),
        "another clip's": with_values(clip_id="20260101-000000-00000000"),
    }
)


@pytest.mark.parametrize("case", list(CLIP_DAMAGE))
def test_a_damaged_record_is_one_sentence_and_costs_no_other_clip(library, case):
    good = upload(library, sine(440), title="good")
    bad = library.add_generated(sine(440), PROMPT, SyntheticMusic())
    path = library.folder / bad.clip_id / RECORD_NAME
    path.write_bytes(CLIP_DAMAGE[case](path.read_bytes()))
    contents = library.contents()
    assert contents.records == (good,)
    assert contents.problems == (f"Clip {bad.clip_id} is missing or damaged.",)
    assert [record.label for record in contents.records]
    with pytest.raises(ClipStoreError, match="missing or damaged"):
        library.rename(bad.clip_id, "better")


def test_a_record_of_version_0_6_is_read(library):
    made = library.add_generated(sine(440), PROMPT, SyntheticMusic())
    path = library.folder / made.clip_id / RECORD_NAME
    # As version 0.6 wrote it.
    facts = {"schema_version": 1, **dataclasses.asdict(made)}
    assert (facts.pop("n_channels"), facts.pop("subtype")) == (1, "FLOAT")
    path.write_text(json.dumps(facts, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    assert library.record(made.clip_id) == made
    assert library.rename(made.clip_id, "another").title == "another"


def test_what_a_crash_left_is_reported_and_what_is_being_written_is_not(library):
    upload(library, sine(440), title="good")
    unfinished = library.folder / ".20260101-000000-00000000.unfinished"
    unfinished.mkdir()
    assert library.contents().problems == ()
    long_ago = time.time() - OLD_S - 1
    os.utime(unfinished, (long_ago, long_ago))
    [problem] = library.contents().problems
    assert "20260101-000000-00000000" in problem
    assert "can be deleted" in problem


def test_other_files_in_the_folder_are_no_clips(library):
    upload(library, sine(440), title="good")
    (library.folder / "notes.txt").write_text("mine")
    (library.folder / "20260101-000000").mkdir()
    contents = library.contents()
    assert len(contents.records) == 1
    assert contents.problems == ()


def test_a_renamed_clip_is_the_same_but_for_its_title(library):
    music = SyntheticMusic()
    added = library.add_generated(music.generate(PROMPT), PROMPT, music)
    renamed = library.rename(added.clip_id, "  my\n  “best” ")
    assert renamed == dataclasses.replace(added, title="my “best”")
    assert ClipStore(library.folder).record(added.clip_id) == renamed
    assert {path.name for path in (library.folder / added.clip_id).iterdir()} == {
        AUDIO_NAME,
        RECORD_NAME,
    }


@pytest.mark.parametrize("title", ["", "  ", "x" * 201, "a\x07"])
def test_a_title_must_be_readable(library, title):
    added = upload(library, sine(440), title="before")
    with pytest.raises(ClipStoreError, match="a title of 1 to 200 characters"):
        library.rename(added.clip_id, title)
    assert library.record(added.clip_id).title == "before"


def test_a_deleted_clip_is_gone_with_all_its_files(library):
    kept, deleted = (upload(library, sine(440), title=title) for title in ("kept", "deleted"))
    for _ in range(2):
        library.delete(deleted.clip_id)
    assert [path.name for path in library.folder.iterdir()] == [kept.clip_id]
    for action in (library.record, library.wav, lambda i: library.rename(i, "again")):
        with pytest.raises(ClipStoreError, match="is missing or damaged"):
            action(deleted.clip_id)


def test_a_download_is_the_file_itself(library):
    added = upload(library, sine(440), title="one")
    assert hashlib.sha256(library.wav(added.clip_id)).hexdigest() == added.sha256


def test_damaged_sound_is_explained(library):
    record = upload(library, sine(440), title="bad")
    (library.folder / record.clip_id / "original.wav").write_bytes(b"RIFF")
    with pytest.raises(ClipStoreError, match="missing or damaged"):
        library.audio(record.clip_id)


@pytest.mark.parametrize("clip_id", ["../../etc", "", "20260101-000000-zzzzzzzz", "x\n"])
def test_only_ids_of_clips_are_looked_up(library, clip_id):
    with pytest.raises(ClipStoreError, match="is not a clip ID"):
        library.record(clip_id)


def test_half_a_write_leaves_nothing_behind(library, monkeypatch):
    def full(self, *arguments, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ClipStoreError, match="could not be saved to the library: No space left"):
        upload(library, sine(440), title="lost")
    assert list(library.folder.iterdir()) == []


def test_a_library_that_cannot_be_written_is_explained(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ClipStoreError, match="could not be saved to the library: Not a directory"):
        upload(ClipStore(tmp_path / "file"), sine(440), title="lost")


@pytest.mark.parametrize(
    ("file_format", "subtype", "kept"),
    [
        ("WAV", "PCM_16", "PCM_16"),
        ("WAV", "FLOAT", "FLOAT"),
        ("FLAC", "PCM_24", "PCM_24"),
        ("AIFF", "PCM_S8", "PCM_16"),
        ("OGG", "VORBIS", "FLOAT"),
        ("WAV", "DOUBLE", "FLOAT"),
    ],
)
def test_a_file_is_kept_with_every_sample(library, tmp_path, file_format, subtype, kept):
    path = tmp_path / "upload"
    samples = np.concatenate([sine(440).samples, 0.3 * sine(880).samples])
    with soundfile.SoundFile(path, "w", 44_100, 2, subtype, format=file_format) as file:
        file.title = "A song"
        file.write(samples.T)
    made = library.add_file(path, title="song")
    assert (made.sample_rate_hz, made.n_channels, made.n_samples) == (44_100, 2, samples.shape[1])
    assert made.subtype == kept
    assert np.array_equal(library.audio(made.clip_id).samples, read_clip(path).samples)
    with library.sound(made.clip_id) as sound:
        assert sound.info.subtype == kept
        assert sound.tags["title"] == "A song"
    assert hashlib.sha256(library.wav(made.clip_id)).hexdigest() == made.sha256
    if (file_format, subtype) == ("WAV", kept):
        assert library.wav(made.clip_id) == path.read_bytes()


def test_a_damaged_file_leaves_nothing_behind(library, tmp_path):
    path = tmp_path / "nan.wav"
    samples = sine(440).samples[0].copy()
    samples[-1] = np.nan
    soundfile.write(path, samples, 16_000, subtype="FLOAT")
    with pytest.raises(AudioFileError, match="invalid samples"):
        library.add_file(path, title="song")
    assert list(library.folder.glob("*")) == []


def test_a_cut_knows_where_it_comes_from(library):
    source = upload(library, sine(440), title="song", subtype="PCM_16")
    cut = library.add_cut(sine(440, duration_s=0.5), source, start_s=0.75)
    assert cut.title == "song (0.75–1.25 s)"
    assert (cut.subtype, cut.generator) == ("PCM_16", source.generator)
    assert cut.provenance == {"cut_from": source.clip_id, "cut_start_s": 0.75}
    assert library.record(cut.clip_id) == cut
