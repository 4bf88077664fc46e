import dataclasses

import pytest

from experiment.measuring import ClipResult, measure_clip, result_from_facts
from experiment.protocol import Protocol
from experiment.running.journal import WHOLE, Journal
from experiment.running.output import WORK_FOLDER, OutputFolder
from experiment.running.sources import find_clips
from experiment.sweep import Sweep
from known_hiss import AddedHiss
from tests.support.experiments import write_clips


@pytest.fixture
def output(tmp_path):
    return OutputFolder(str(tmp_path / "out"))


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    return find_clips([str(write_clips(tmp_path_factory.mktemp("clips"), 3))])


@pytest.fixture(scope="module")
def results(sources) -> list[ClipResult]:
    everything = Protocol(
        sweeps=(Sweep("hbss", "alpha", (1.0, 2.0)),), added_hiss=AddedHiss(-50), with_residuals=True
    )
    return [measure_clip(source, everything) for source in sources]


def test_a_result_comes_back_to_the_last_bit(output, sources, results):
    with Journal(output) as journal:
        for result in results:
            journal.add(result)
        journal.save()
        assert [journal.get(source) for source in sources] == results
    with Journal(output) as again:
        assert all(again.has(source) for source in sources)
        assert [again.get(source) for source in sources] == results


def test_what_was_not_saved_is_not_there(output, sources, results):
    with Journal(output) as journal:
        journal.add(results[0])
        journal.save()
        journal.add(results[1])
    with Journal(output) as again:
        assert [again.has(source) for source in sources] == [True, False, False]


def test_a_full_lot_is_saved_by_itself(output, sources, results, monkeypatch):
    monkeypatch.setattr("experiment.running.journal.LOT", 2)
    with Journal(output) as journal:
        journal.add(results[0])
        assert output.names(WORK_FOLDER) == []
        journal.add(results[1])
        assert len(output.names(WORK_FOLDER)) == 1


def test_a_file_that_changed_is_measured_again(output, sources, results):
    changed = dataclasses.replace(sources[0], fingerprint="another")
    with Journal(output) as journal:
        journal.add(results[0])
        assert journal.has(sources[0])
        assert not journal.has(changed)


def test_a_line_that_was_cut_off_is_measured_again(output, sources, results):
    with Journal(output) as journal:
        for result in results:
            journal.add(result)
        journal.save()
    [lot] = output.names(WORK_FOLDER)
    output.write(lot, output.read(lot)[:-10])
    with Journal(output) as again:
        assert [again.has(source) for source in sources] == [True, True, False]


def test_closed_up_it_is_one_file_in_the_order_asked_for(output, sources, results):
    with Journal(output) as journal:
        for result in reversed(results):
            journal.add(result)
            journal.save()
        assert len(output.names(WORK_FOLDER)) == 3
        journal.close_up(sources)
    assert output.names(WORK_FOLDER) == [WHOLE]
    with Journal(output) as again:
        assert [again.get(source) for source in sources] == results
        again.close_up(sources[:2])
    with Journal(output) as fewer:
        assert [fewer.has(source) for source in sources] == [True, True, False]


def test_foreign_facts_are_no_result():
    with pytest.raises(ValueError, match="validation error"):
        result_from_facts({"track": "a"})


@pytest.mark.parametrize(
    "line",
    [
        b"[1]\n",
        b"\xff\n",
        b"{}\n",
        b"\0\n",
        b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n",
    ],
    ids=["a list", "not UTF-8", "nothing", "a zero", "nested deeply"],
)
def test_a_damaged_line_costs_no_other_result(output, sources, results, line):
    with Journal(output) as journal:
        for result in results:
            journal.add(result)
        journal.save()
    [name] = output.names(WORK_FOLDER)
    first, second, third = output.read(name).splitlines(keepends=True)
    wrong = second.replace(b'"duration_s": ', b'"duration_s": "long", "was": ')
    output.write(name, first + line + wrong + third)
    with Journal(output) as again:
        assert [again.has(source) for source in sources] == [True, False, True]
        assert again.get(sources[2]) == results[2]
