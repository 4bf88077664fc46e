import os
from pathlib import Path

import pytest

from storage.csv_log import CsvLog
from storage.files import remove_unfinished, replace_text


def test_text_takes_the_place_of_what_was_there(tmp_path):
    path = tmp_path / "a.json"
    for text in ("first", "sécond\n"):
        replace_text(path, text)
        assert path.read_text(encoding="utf-8") == text
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_leaves_what_was_there(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    replace_text(path, "first")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        replace_text(path, "second")
    assert path.read_text() == "first"
    assert list(tmp_path.iterdir()) == [path]


@pytest.fixture
def flushed(monkeypatch):
    """The paths that were flushed to disk, in order."""
    paths = []
    fsync = os.fsync
    monkeypatch.setattr(
        os, "fsync", lambda fd: paths.append(os.readlink(f"/proc/self/fd/{fd}")) or fsync(fd)
    )
    return paths


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs Linux's /proc")
def test_a_replaced_file_and_its_name_are_on_disk(tmp_path, flushed):
    replace_text(tmp_path / "a.json", "new")
    assert len(flushed) == 2
    assert flushed[0].endswith(".unfinished")
    assert flushed[1] == str(tmp_path)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs Linux's /proc")
def test_new_folders_and_a_new_log_are_on_disk(tmp_path, flushed):
    log = CsvLog(tmp_path / "a" / "b" / "votes.csv", ("x",))
    with log.opened() as table:
        table.write([{"x": 1}])
    assert flushed[:2] == [str(tmp_path), str(tmp_path / "a")]
    assert str(tmp_path / "a" / "b") in flushed[2:]


def test_what_a_killed_writer_left_is_removed_and_what_is_being_written_stays(tmp_path):
    old = tmp_path / "below" / ".study.json.0123abcd.unfinished"
    fresh = tmp_path / ".study.json.4567abcd.unfinished"
    others = [tmp_path / "notes.unfinished", tmp_path / ".clip.unfinished"]
    clip = tmp_path / ".20260101-000000-0123abcd.unfinished"
    old.parent.mkdir()
    clip.mkdir()
    (clip / "original.wav").write_text("half")
    os.utime(clip, (1, 1))
    for path in (old, fresh, *others):
        path.write_text("half")
    for path in (old, *others):
        os.utime(path, (1, 1))
    assert sorted(remove_unfinished(tmp_path)) == sorted([old, clip])
    assert not old.exists()
    assert not clip.exists()
    assert all(path.exists() for path in (fresh, *others))
