"""Copies of the results elsewhere: of every change, and of what was left when the app ended."""

import logging
import threading
import time

import fsspec
import pytest

from storage.csv_log import CsvLog
from storage.locks import SharedLock
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


def test_a_place_is_not_asked_while_there_is_nothing_to_copy(place, monkeypatch):
    place.copy()
    monkeypatch.setattr("fsspec.core.url_to_fs", lambda *_: pytest.fail("it was asked"))
    assert place.copy() == []


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


def test_a_table_is_not_copied_while_a_row_is_half_written(place, folder, elsewhere):
    log = CsvLog(folder / "votes.csv", ("a",))
    with log.opened() as table:
        table.write([{"a": "whole"}])
    with SharedLock(folder / "votes.csv.lock"), (folder / "votes.csv").open("a") as file:
        file.write("ha")
        file.flush()
        copying = threading.Thread(target=place.copy)
        copying.start()
        copying.join(timeout=0.5)
        assert copying.is_alive()
        file.write("lf\n")
    copying.join(timeout=20)
    assert (elsewhere / "votes.csv").read_text() == "a\nwhole\nhalf\n"


def test_any_file_system_of_fsspec_will_do(folder):
    SecondPlace(folder, tables, "memory://lab/results").copy()
    system = fsspec.filesystem("memory")
    assert system.cat("/lab/results/studies/one/study.json") == b"{}"


def test_a_place_that_is_away_at_the_start_stops_nothing_and_no_password_is_told(folder, caplog):
    place = SecondPlace(folder, tables, "ftp://me:secret@127.0.0.1:9/votes")
    place.end()
    assert "ftp://127.0.0.1:9/votes" in caplog.text
    assert "secret" not in caplog.text
    assert not (folder / NOTES_NAME).exists()


@pytest.mark.parametrize("url", ["results", "nowhere://a", ""])
def test_what_is_no_place_is_said_in_a_sentence(folder, url):
    with pytest.raises(SecondPlaceError, match=r"is no URL|Nothing can be copied"):
        SecondPlace(folder, tables, url)


def wait_for(condition, timeout_s=20.0):
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)
