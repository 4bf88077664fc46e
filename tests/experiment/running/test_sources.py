import os

import fsspec
import pytest

from audio.files import AudioFileError
from audio.source_file import read_source
from experiment.running.sources import SourceError, find_clips
from tests.support.experiments import write_clips


def tracks(*locations, **options):
    return [source.track for source in find_clips([str(one) for one in locations], **options)]


@pytest.fixture
def memory():
    fs = fsspec.filesystem("memory")
    yield fs
    fs.store.clear()


def test_a_folder_gives_its_clips_in_natural_order(tmp_path):
    write_clips(tmp_path / "a", 11)
    assert tracks(tmp_path / "a") == [f"clip_{n}" for n in range(1, 12)]


def test_folders_below_and_capital_endings_count_hidden_and_other_files_do_not(tmp_path):
    write_clips(tmp_path / "a" / "b", 1)
    for name in ("LOUD.WAV", ".hidden.wav", "notes.txt"):
        (tmp_path / "a" / name).write_bytes(b"x")
    assert tracks(tmp_path / "a") == ["LOUD", "b/clip_1"]


def test_a_clip_asked_for_twice_is_taken_once(tmp_path):
    folder = write_clips(tmp_path / "a", 2)
    assert tracks(folder / "clip_1.wav", folder) == ["clip_1", "clip_2"]


def test_a_file_that_is_named_is_taken_whatever_its_name(tmp_path):
    (tmp_path / "song.bin").write_bytes(b"x")
    assert tracks(tmp_path / "song.bin") == ["song"]


def test_names_that_clash_are_lengthened(tmp_path):
    one, two = write_clips(tmp_path / "one", 1), write_clips(tmp_path / "two", 1)
    (two / "other.wav").write_bytes(b"x")
    (two / "other.flac").write_bytes(b"x")
    assert tracks(one, two) == ["1/clip_1.wav", "2/clip_1.wav", "other.flac", "other.wav"]


def test_a_pattern_gives_what_it_matches(tmp_path):
    folder = write_clips(tmp_path / "a", 12)
    assert tracks(folder / "clip_1*.wav") == ["clip_1", "clip_10", "clip_11", "clip_12"]


def test_results_among_the_clips_are_left_out(tmp_path):
    write_clips(tmp_path / "a", 1)
    write_clips(tmp_path / "a" / "out" / "restored", 1)
    assert tracks(tmp_path / "a", leaving_out=(tmp_path / "a" / "out").as_uri()) == ["clip_1"]


def test_clips_may_lie_behind_a_url(tmp_path, memory):
    folder = write_clips(tmp_path / "a", 1)
    memory.put_file(str(folder / "clip_1.wav"), "/bucket/clip_1.wav")
    [source] = find_clips(["memory://bucket"])
    assert (source.track, source.url) == ("clip_1", "memory:///bucket/clip_1.wav")
    near, [local] = read_source(source.url), find_clips([str(folder)])
    assert near[1] == read_source(local.url)[1]
    assert (near[0].samples == read_source(local.url)[0].samples).all()


def test_the_fingerprint_tells_another_file_under_the_same_name(tmp_path):
    folder = write_clips(tmp_path / "a", 1)
    [before] = find_clips([str(folder)])
    assert find_clips([str(folder)]) == [before]
    path = folder / "clip_1.wav"
    os.utime(path, (1, 1))
    [after] = find_clips([str(folder)])
    assert after.fingerprint != before.fingerprint


@pytest.mark.parametrize("location", ["nowhere", "s4://bucket", "memory://nothing"])
def test_a_place_without_clips_is_named(tmp_path, location):
    wanted = str(tmp_path / location) if ":" not in location else location
    with pytest.raises(SourceError, match=location):
        find_clips([wanted])


def test_a_folder_without_clips_is_named(tmp_path):
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(SourceError, match="No audio files in"):
        find_clips([str(tmp_path)])


def test_a_huge_file_is_not_fetched(tmp_path, monkeypatch):
    folder = write_clips(tmp_path / "a", 1)
    monkeypatch.setattr("audio.source_file.MAX_FILE_BYTES", 1000)
    [source] = find_clips([str(folder)])
    with pytest.raises(AudioFileError, match="larger than"):
        read_source(source.url)
