import threading
from types import SimpleNamespace

import pytest

from generation import GenerationCancelled, GenerationJob, Prompt
from generation.progress import Stage
from tests.signals import sine

PROMPT = Prompt("anything")


class Counting:
    """A generator that takes 1000 steps, each when told to."""

    def __init__(self):
        self.may_step = threading.Semaphore(0)
        self.steps = 0

    def generate_all(self, prompts, *, on_progress, cancelled):
        stage = Stage("Counting", "step", on_progress, cancelled)
        for step in range(1000):
            self.may_step.acquire()
            stage.step(step, 1000)
            self.steps += 1
        return [sine(440)]


def test_updates_bring_the_newest_progress_and_end_with_the_clip():
    generator = Counting()
    job = GenerationJob(generator, [PROMPT])
    generator.may_step.release(1000)
    seen = [update.done for update in job.updates() if update]
    assert seen == sorted(seen)
    assert [clip.sample_rate_hz for clip in job.result()] == [16_000]


def test_a_heartbeat_comes_without_progress():
    generator = Counting()
    job = GenerationJob(generator, [PROMPT])
    assert next(job.updates(heartbeat_s=0.01)) is None
    job.cancel()
    generator.may_step.release()
    with pytest.raises(GenerationCancelled):
        job.result()


def test_cancel_stops_the_worker_at_its_next_step():
    generator = Counting()
    job = GenerationJob(generator, [PROMPT])
    generator.may_step.release(5)
    while generator.steps < 5:
        pass
    job.cancel()
    generator.may_step.release(1000)
    with pytest.raises(GenerationCancelled, match="cancelled while counting"):
        job.result()
    assert generator.steps == 5


def test_what_the_generator_raises_reaches_the_reader():
    class Broken:
        def generate_all(self, prompts, **hooks):
            raise RuntimeError("out of order")

    job = GenerationJob(Broken(), [PROMPT])
    assert list(job.updates()) in ([], [None])
    with pytest.raises(RuntimeError, match="out of order"):
        job.result()


def test_time_left_is_the_time_taken_over_the_steps_done(monkeypatch):
    seconds = iter([100.0, 110.0])
    # The clock of this module only: other threads go on living in real time.
    clock = SimpleNamespace(monotonic=lambda: next(seconds))
    monkeypatch.setattr("generation.progress.time", clock)
    seen = []
    stage = Stage("Counting", "step", seen.append, lambda: False)
    stage.step(25, 100)
    assert seen[0].seconds_left == pytest.approx(30.0)
