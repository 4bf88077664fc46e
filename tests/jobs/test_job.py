import threading
from types import SimpleNamespace

import pytest

from jobs import Job, JobCancelled, Stage


class Counting:
    """Work of 1000 steps, each done when told to."""

    def __init__(self):
        self.may_step = threading.Semaphore(0)
        self.steps = 0

    def __call__(self, *, on_progress, cancelled):
        stage = Stage("Counting", "step", on_progress, cancelled)
        for step in range(1000):
            self.may_step.acquire()
            stage.step(step, 1000)
            self.steps += 1
        return "the result"


def test_updates_bring_the_newest_progress_and_end_with_the_result():
    work = Counting()
    job = Job(work)
    work.may_step.release(1000)
    seen = [update.done for update in job.updates() if update]
    assert seen == sorted(seen)
    assert job.result() == "the result"


def test_a_heartbeat_comes_without_progress():
    work = Counting()
    job = Job(work)
    assert next(job.updates(heartbeat_s=0.01)) is None
    job.cancel()
    work.may_step.release()
    with pytest.raises(JobCancelled):
        job.result()


def test_cancel_stops_the_worker_at_its_next_step():
    work = Counting()
    job = Job(work)
    work.may_step.release(5)
    while work.steps < 5:
        pass
    job.cancel()
    work.may_step.release(1000)
    with pytest.raises(JobCancelled, match="cancelled while counting"):
        job.result()
    assert work.steps == 5


def test_what_the_work_raises_reaches_the_reader():
    def broken(**hooks):
        raise RuntimeError("out of order")

    job = Job(broken)
    assert list(job.updates()) in ([], [None])
    with pytest.raises(RuntimeError, match="out of order"):
        job.result()


def test_time_left_is_the_time_taken_over_the_steps_done(monkeypatch):
    seconds = iter([100.0, 110.0])
    # The clock of this module only: other threads go on living in real time.
    clock = SimpleNamespace(monotonic=lambda: next(seconds))
    monkeypatch.setattr("jobs.progress.time", clock)
    seen = []
    stage = Stage("Counting", "step", seen.append, lambda: False)
    stage.step(25, 100)
    assert seen[0].seconds_left == pytest.approx(30.0)


def test_steps_of_an_earlier_job_do_not_count_for_the_time(monkeypatch):
    seconds = iter([100.0, 110.0])
    clock = SimpleNamespace(monotonic=lambda: next(seconds))
    monkeypatch.setattr("jobs.progress.time", clock)
    seen = []
    stage = Stage("Counting", "step", seen.append, lambda: False, done_before=50)
    stage.step(60, 100)  # ten in ten seconds, forty to go
    assert seen[0].seconds_left == pytest.approx(40.0)
