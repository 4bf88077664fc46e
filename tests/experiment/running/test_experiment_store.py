import io
import json
import threading
import zipfile

import pytest

from audio.files import wav_bytes
from experiment.protocol import Protocol
from experiment.running.experiment_store import REQUEST_NAME, Experiments, ExperimentStore
from experiment.running.run import FACTS_NAME, ExperimentError
from jobs import JobCancelled
from restorers import RESTORERS, Catalogue
from tests.support.damage import DAMAGE, with_values
from tests.support.experiments import InThisProcess
from tests.support.signals import music_with_hiss

ONE = Protocol(restorers={"hbss": RESTORERS["hbss"]()})
WAV = wav_bytes(music_with_hiss(duration_s=0.6), subtype="FLOAT")


@pytest.fixture
def crew(monkeypatch):
    """Work is done in this process; what was handed over last."""

    class Crew(InThisProcess):
        last = None

        def __init__(self, n_processes):
            super().__init__()
            Crew.last = self

        def __enter__(self):
            return self

        def __exit__(self, *exception):
            pass

    monkeypatch.setattr("experiment.running.experiment_store.LocalProcesses", Crew)
    return Crew


@pytest.fixture
def shelf(tmp_path, crew):
    return ExperimentStore(tmp_path / "experiments", Catalogue())


def test_an_experiment_runs_from_its_own_copies(shelf):
    clips = [("a song", ".wav", WAV), ("a song", ".wav", WAV), ("=../x", ".WAV", WAV)]
    added = shelf.add(clips, ONE, "en")
    assert shelf.report(added) is None
    assert [(e.n_clips, e.is_finished) for e in shelf.contents().records] == [(3, False)]
    shelf.run(added)
    [entry] = shelf.contents().records
    assert entry.is_finished
    assert entry.label.endswith(" · 3 clips")
    page = shelf.report(added).decode()
    for name in ("a song", "a song (2)", "<td>x</td>"):
        assert name in page


def test_synthetic_music_is_named_as_such(shelf):
    added = shelf.add([("a", ".wav", WAV)], ONE, "en", n_synthetic=1)
    shelf.run(added)
    assert "1 of 1 clips are synthetic music, not MusicGen’s." in shelf.report(added).decode()


def test_the_archive_holds_results_and_no_sounds(shelf):
    added = shelf.add([("a", ".wav", WAV)], ONE, "it")
    shelf.run(added)
    with zipfile.ZipFile(io.BytesIO(shelf.archive(added))) as archive:
        names = archive.namelist()
        assert "Conclusione" in archive.read("report.html").decode()
    assert {"results_hbss.csv", "summary.csv", "figures/summary_score.png"} <= set(names)
    assert not [name for name in names if name.startswith(("clips/", "work/"))]


def test_a_stopped_experiment_goes_on(shelf, crew):
    added = shelf.add([(f"clip {n}", ".wav", WAV) for n in range(4)], ONE, "en")
    done = []
    with pytest.raises(JobCancelled):
        shelf.run(added, on_progress=done.append, cancelled=lambda: done and done[-1].done >= 2)
    assert "not finished" in shelf.entry(added).label
    shelf.run(added)
    assert len(crew.last.tracks) < 4
    assert shelf.entry(added).is_finished


def test_one_experiment_runs_at_a_time(shelf):
    added = shelf.add([("a", ".wav", WAV)], ONE, "en")
    assert shelf._turn.acquire()
    seen, asked = [], threading.Event()

    def cancelled():
        return asked.is_set()

    def look(moment):
        seen.append(moment.stage)
        asked.set()

    with pytest.raises(JobCancelled):
        shelf.run(added, on_progress=look, cancelled=cancelled)
    shelf._turn.release()
    assert seen == ["Waiting for the previous experiment"]
    shelf.run(added)
    assert shelf.entry(added).is_finished


def test_what_is_not_audio_is_skipped_and_told(shelf):
    clips = [("a", ".wav", WAV), ("notes", ".txt", b"hello"), ("empty", "", b"")]
    added = shelf.add(clips, ONE, "en")
    shelf.run(added)
    assert "notes" in shelf.report(added).decode()
    assert shelf.entry(added).is_finished


def test_no_clips_no_experiment(shelf):
    with pytest.raises(ExperimentError, match="at least one clip"):
        shelf.add([], ONE, "en")
    assert shelf.contents() == Experiments((), ())


@pytest.mark.parametrize("wrong", ["../../etc", "", "20260101-000000-zzzzzzzz"])
def test_only_ids_are_looked_up(shelf, wrong):
    with pytest.raises(ExperimentError, match="is not an experiment ID"):
        shelf.report(wrong)


def test_an_experiment_that_is_gone_is_told(shelf):
    with pytest.raises(ExperimentError, match="missing or damaged"):
        shelf.run("20260101-000000-00000000")


def test_a_full_disk_leaves_nothing_behind(shelf, monkeypatch):
    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("experiment.running.experiment_store.replace_text", full)
    with pytest.raises(ExperimentError, match="could not be saved: No space left"):
        shelf.add([("a", ".wav", WAV)], ONE, "en")
    assert shelf.contents() == Experiments((), ())


REQUEST_DAMAGE = DAMAGE | {
    "another moment": with_values(created_at="yesterday"),
    "a moment without a zone": with_values(created_at="2026-01-01T00:00:00"),
    "another language": with_values(language="fr"),
    "a number in words": with_values(n_synthetic="many"),
}


@pytest.mark.parametrize("case", list(REQUEST_DAMAGE))
def test_a_damaged_request_is_one_sentence_and_costs_no_other_experiment(shelf, case):
    good, bad = (shelf.add([("a song", ".wav", WAV)], ONE, "en") for _ in range(2))
    path = shelf._folder / bad / REQUEST_NAME
    path.write_bytes(REQUEST_DAMAGE[case](path.read_bytes()))
    contents = shelf.contents()
    assert [one.experiment_id for one in contents.records] == [good]
    assert contents.problems == (f"Experiment {bad} is missing or damaged.",)
    with pytest.raises(ExperimentError, match="missing or damaged"):
        shelf.run(bad)


FACTS_DAMAGE = DAMAGE | {
    "no protocol": with_values(protocol=None),
    "half a protocol": with_values(protocol={"sample_rate_hz": 16_000}),
    "another restorer": with_values(protocol={"sample_rate_hz": 16_000, "restorers": {"x": {}}}),
}


@pytest.mark.parametrize("case", list(FACTS_DAMAGE))
def test_damaged_facts_are_one_sentence(shelf, case):
    added = shelf.add([("a song", ".wav", WAV)], ONE, "en")
    path = shelf._folder / added / FACTS_NAME
    path.write_bytes(FACTS_DAMAGE[case](path.read_bytes()))
    with pytest.raises(
        ExperimentError, match="experiment.json in .* is damaged|no restorer “x” any more"
    ):
        shelf.run(added)


def test_a_request_of_version_0_6_is_read(shelf):
    added = shelf.add([("a song", ".wav", WAV)], ONE, "it", n_synthetic=1)
    facts = json.loads((shelf._folder / added / REQUEST_NAME).read_text())
    assert list(facts) == ["created_at", "language", "n_synthetic"]
    assert (facts["language"], facts["n_synthetic"]) == ("it", 1)
