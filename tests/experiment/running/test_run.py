import json
from concurrent.futures import BrokenExecutor, Future

import fsspec
import pytest

from experiment.protocol import Protocol
from experiment.report.writing import write_results
from experiment.running.journal import WHOLE
from experiment.running.output import WORK_FOLDER, OutputFolder
from experiment.running.run import DIED, FACTS_NAME, ExperimentError, run_experiment
from experiment.running.sources import find_clips
from experiment.running.workers import WorkersError
from jobs import JobCancelled
from messages import Messages
from restorers import RESTORERS
from tests.support.experiments import InThisProcess, bytes_below, write_clips

ONE = Protocol(restorers={"hbss": RESTORERS["hbss"]()})


@pytest.fixture
def folder(tmp_path):
    return write_clips(tmp_path / "clips", 5)


@pytest.fixture
def output(tmp_path):
    return OutputFolder(str(tmp_path / "out"))


def run(folder, output, workers=None, *, protocol=ONE, **options):
    sources = find_clips([str(folder)])
    outcome = run_experiment(sources, protocol, output, workers or InThisProcess(), **options)
    write_results(outcome, output, Messages("report"))
    return outcome


class StopAfter:
    """Somebody who presses Stop once so many clips are done."""

    def __init__(self, n_clips: int):
        self._n_clips = n_clips
        self.done = 0

    def on_progress(self, moment):
        self.done = moment.done

    def cancelled(self):
        return self.done >= self._n_clips

    @property
    def hooks(self):
        return {"on_progress": self.on_progress, "cancelled": self.cancelled}


def test_every_clip_is_measured_in_natural_order(folder, output):
    assert run(folder, output).tracks == [f"clip_{n}" for n in range(1, 6)]


def test_a_stopped_run_goes_on_and_ends_with_the_same_files(folder, output, tmp_path):
    with pytest.raises(JobCancelled, match="cancelled while measuring"):
        run(folder, output, **StopAfter(2).hooks)
    second = InThisProcess()
    run(folder, output, second)
    assert 0 < len(second.tracks) < 5  # the others were not measured again
    unbroken = tmp_path / "unbroken"
    run(folder, OutputFolder(str(unbroken)))
    assert bytes_below(tmp_path / "out") == bytes_below(unbroken)


def test_a_finished_run_measures_nothing_again(folder, output, tmp_path):
    run(folder, output)
    before = bytes_below(tmp_path / "out")
    again = InThisProcess()
    run(folder, output, again)
    assert again.tracks == []
    assert bytes_below(tmp_path / "out") == before


def test_a_new_clip_is_measured_and_a_deleted_one_leaves_the_tables(folder, output):
    run(folder, output)
    (folder / "clip_2.wav").unlink()
    (folder / "clip_9.wav").write_bytes((folder / "clip_1.wav").read_bytes())
    second = InThisProcess()
    outcome = run(folder, output, second)
    assert second.tracks == ["clip_9"]
    assert outcome.tracks == ["clip_1", "clip_3", "clip_4", "clip_5", "clip_9"]


def test_progress_counts_what_was_done_before(folder, output):
    with pytest.raises(JobCancelled):
        run(folder, output, **StopAfter(2).hooks)
    seen = []
    run(folder, output, on_progress=seen.append)
    assert seen[0].done > 0
    assert (seen[-1].done, seen[-1].total, seen[-1].unit) == (5, 5, "clip")


def test_bad_clips_are_skipped_with_their_reasons_until_they_are_mended(folder, output):
    good = (folder / "clip_2.wav").read_bytes()
    (folder / "clip_2.wav").write_bytes(good[:3000])
    outcome = run(folder, output)
    assert [one.track for one in outcome.skipped] == ["clip_2"]
    assert "truncated" in output.read("skipped.csv").decode()
    (folder / "clip_2.wav").write_bytes(good)
    second = InThisProcess()
    assert run(folder, output, second).skipped == []
    assert second.tracks == ["clip_2"]
    assert output.read("skipped.csv") is None


def test_if_no_clip_can_be_used_the_first_reason_is_told(tmp_path, output):
    (tmp_path / "clips").mkdir()
    (tmp_path / "clips" / "noise.wav").write_bytes(b"no sound")
    with pytest.raises(ExperimentError, match="No clip could be measured. noise: This file cannot"):
        run(tmp_path / "clips", output)


def test_a_folder_of_other_settings_is_refused(folder, output):
    run(folder, output)
    other = Protocol(restorers={"hbss": RESTORERS["hbss"](alpha=2.0)})
    with pytest.raises(ExperimentError, match="other settings .*alpha.*choose another folder"):
        run(folder, output, protocol=other)


def test_a_folder_of_other_versions_is_refused(folder, output):
    run(folder, output)
    facts = json.loads(output.read(FACTS_NAME))
    facts["environment"]["numpy"] = "0.1"
    output.write(FACTS_NAME, json.dumps(facts).encode())
    with pytest.raises(ExperimentError, match='other versions .numpy: "0.1", now'):
        run(folder, output)


def test_damaged_facts_are_refused(folder, output):
    output.write(FACTS_NAME, b"{")
    with pytest.raises(ExperimentError, match="experiment.json .* is damaged"):
        run(folder, output)


def test_clips_and_results_may_lie_behind_urls(folder, output, tmp_path):
    run(folder, output)
    fs = fsspec.filesystem("memory")
    try:
        fs.put(str(folder), "/clips", recursive=True)
        run("memory://clips", OutputFolder("memory://out"), keep_restored=True)
        for name in ("results_hbss.csv", "summary.csv", "clips.csv", "figures/summary_score.png"):
            assert fs.cat_file(f"/out/{name}") == output.read(name), name
        assert len(fs.ls("/out/restored/hbss")) == 5
        assert [one["name"] for one in fs.ls(f"/out/{WORK_FOLDER}")] == [f"/out/{WHOLE}"]
    finally:
        fs.store.clear()


class Fragile(InThisProcess):
    """Workers whose process dies over one clip, and takes the tasks beside it along."""

    def __init__(self, deadly: str):
        super().__init__()
        self._deadly = deadly
        self._is_broken = False
        self.renewals = 0

    def submit(self, task, *arguments) -> Future:
        if self._is_broken:
            raise BrokenExecutor
        if arguments[0].track != self._deadly:
            return super().submit(task, *arguments)
        self._is_broken = True
        self.tracks.append(self._deadly)
        future = Future()
        future.set_exception(BrokenExecutor("a process died"))
        return future

    def renew(self) -> None:
        self._is_broken = False
        self.renewals += 1


@pytest.mark.parametrize("deadly", ["clip_1", "clip_2", "clip_5"])
def test_a_clip_over_which_processes_die_is_skipped_and_no_other(folder, output, deadly):
    workers = Fragile(deadly)
    outcome = run(folder, output, workers)
    assert [(one.track, one.reason) for one in outcome.skipped] == [(deadly, DIED)]
    assert len(outcome.clips) == 4
    assert workers.tracks.count(deadly) == 2  # once among others, once alone
    assert workers.renewals == 2


def test_workers_that_go_away_end_the_run_and_keep_what_is_done(folder, output):
    class Leaving(InThisProcess):
        def submit(self, task, *arguments):
            if len(self.tracks) < 3:
                return super().submit(task, *arguments)
            future = Future()
            future.cancel()
            future.set_running_or_notify_cancel()
            return future

    with pytest.raises(WorkersError, match="workers are gone; finished clips are kept"):
        run(folder, output, Leaving())
    second = InThisProcess()
    run(folder, output, second)
    assert len(second.tracks) < 5


def test_a_task_that_the_workers_give_up_skips_its_clip(folder, output):
    class GivingUp(InThisProcess):
        def submit(self, task, *arguments):
            if arguments[0].track != "clip_3":
                return super().submit(task, *arguments)
            future = Future()
            future.set_exception(RuntimeError("tried three times"))
            return future

    outcome = run(folder, output, GivingUp())
    assert [one.reason for one in outcome.skipped] == ["RuntimeError: tried three times"]
