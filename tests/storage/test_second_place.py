"""Copies of the results elsewhere: of every change, and of what was left when the app ended."""

import logging
import threading
import time

import fsspec
import pytest

from storage.csv_log import CsvLog
from storage.second_place import NOTES_NAME, SecondPlace, SecondPlaceError


def tables(folder):
    return [folder / "votes.csv", *sorted(folder.glob("studies/*/study.json"))]


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "results"
    (made / "studies" / "one").mkdir(parents=True)
    (made / "studies" / "one" / "study.json").write_text("{}")
    return made


@pytest.fixture
def elsewhere(tmp_path):
    return tmp_path / "elsewhere"


@pytest.fixture
def place(folder, elsewhere):
    return SecondPlace(folder, tables, f"file://{elsewhere}")


def names(copied, folder):
    return [path.relative_to(folder).as_posix() for path in copied]


def test_what_has_changed_is_copied_and_nothing_else(place, folder, elsewhere):
    log = CsvLog(folder / "votes.csv", ("a", "b"))
    assert names(place.copy(), folder) == ["studies/one/study.json"]
    with log.opened() as table:
        table.write([{"a": 1, "b": 2}])
    assert names(place.copy(), folder) == ["votes.csv"]
    assert place.copy() == []
    assert (elsewhere / "votes.csv").read_bytes() == (folder / "votes.csv").read_bytes()
    assert (elsewhere / "studies/one/study.json").read_text() == "{}"


def test_what_is_left_is_known_after_a_restart_and_a_new_place_gets_all(
    place, folder, elsewhere, tmp_path
):
    place.copy()
    (folder / "votes.csv").write_text("a,b\n1,2\n")
    again = SecondPlace(folder, tables, place.url)
    assert names(again.copy(), folder) == ["votes.csv"]
    other = SecondPlace(folder, tables, f"file://{tmp_path / 'third'}")
    assert len(other.copy()) == 2
    (folder / NOTES_NAME).write_text("damaged")
    assert len(SecondPlace(folder, tables, place.url).copy()) == 2


def test_a_place_that_cannot_be_reached_is_tried_again_and_nothing_is_forgotten(
    folder, elsewhere, monkeypatch, caplog
):
    monkeypatch.setattr("storage.second_place.POLL_S", 0.02)
    elsewhere.write_text("a file where the folder should be")
    (folder / "votes.csv").write_text("a\n1\n")
    place = SecondPlace(folder, tables, f"file://{elsewhere}")
    with caplog.at_level(logging.WARNING):
        place.follow()
        wait_for(lambda: "Results not copied" in caplog.text)
    elsewhere.unlink()
    wait_for(lambda: (elsewhere / "votes.csv").exists())
    (folder / "votes.csv").write_text("a\n1\n22\n")
    wait_for(lambda: (elsewhere / "votes.csv").read_text() == "a\n1\n22\n")
    (folder / "votes.csv").write_text("a\n1\n22\n333\n")
    place.end()
    assert (elsewhere / "votes.csv").read_text() == "a\n1\n22\n333\n"


def test_rows_are_copied_whole(place, folder, elsewhere):
    """While others write, the copy always ends with a row's end."""
    log = CsvLog(folder / "votes.csv", ("a",))
    is_over = threading.Event()

    def write():
        while not is_over.is_set():
            with log.opened() as table:
                table.write([{"a": "x" * 5000}])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(20):
            place.copy()
            if (elsewhere / "votes.csv").exists():
                assert (elsewhere / "votes.csv").read_bytes().endswith(b"\n")
    finally:
        is_over.set()
        writer.join()


def test_any_file_system_of_fsspec_will_do(folder):
    SecondPlace(folder, tables, "memory://lab/results").copy()
    system = fsspec.filesystem("memory")
    assert system.cat("/lab/results/studies/one/study.json") == b"{}"


@pytest.mark.parametrize("url", ["results", "nowhere://a", ""])
def test_what_is_no_place_is_said_in_a_sentence(folder, url):
    with pytest.raises(SecondPlaceError, match=r"is no URL|Nothing can be copied"):
        SecondPlace(folder, tables, url)


def wait_for(condition, timeout_s=20.0):
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)
