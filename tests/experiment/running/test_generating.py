import json

import numpy as np
import pytest
import soundfile

from experiment.running.generating import PLAN_NAME, generate_clips
from experiment.running.output import OutputFolder
from experiment.running.run import ExperimentError
from generation import NotEnoughMemory, Prompt, SyntheticMusic
from generation.generator import Generator
from generation.prompt import REPORT_FIRST_SEED, REPORT_PROMPTS, prompts_from_lines
from jobs import JobCancelled
from tests.support.signals import sine

PROMPTS = prompts_from_lines("one\n\n two \nthree\nfour\nfive\n", duration_s=1.0)


class Counting(Generator):
    """Tones; remembers its batches, has room for so many, and can be interrupted."""

    name, is_synthetic = "tones", True

    def __init__(self, *, at_once=2, flow=99, breaks_at=99, **settings):
        self.settings = settings
        self._at_once, self._room, self._breaks_at = at_once, flow, breaks_at
        self.batches: list[list[str]] = []

    def at_once(self, duration_s, **hooks):
        return self._at_once

    def generate_all(self, prompts, **hooks):
        if len(prompts) > self._room:
            raise NotEnoughMemory("too many")
        if len(self.batches) == self._breaks_at:
            raise JobCancelled("stopped")
        self.batches.append([prompt.text for prompt in prompts])
        return [sine(100 + prompt.seed % 100, duration_s=prompt.duration_s) for prompt in prompts]

    def provenance(self):
        return {"model": self.name}


@pytest.fixture
def output(tmp_path):
    return OutputFolder(str(tmp_path))


def test_lines_become_prompts_with_seeds_that_count_up():
    assert [prompt.text for prompt in PROMPTS] == ["one", "two", "three", "four", "five"]
    assert [prompt.seed for prompt in PROMPTS] == [REPORT_FIRST_SEED + i for i in range(5)]
    assert len(REPORT_PROMPTS) == 5


def test_clips_are_made_in_batches_and_numbered_as_tracks(output, tmp_path):
    generator = Counting()
    assert generate_clips(PROMPTS, generator, output) == output.url_of("clips")
    assert generator.batches == [["one", "two"], ["three", "four"], ["five"]]
    samples, rate = soundfile.read(tmp_path / "clips" / "track_3.wav", dtype="float32")
    [expected] = sine(100 + PROMPTS[2].seed % 100, duration_s=1).samples
    np.testing.assert_array_equal(samples, expected)
    facts = json.loads((tmp_path / "clips" / "track_3.json").read_text())
    assert (facts["prompt"]["text"], facts["model"], rate) == ("three", "tones", 16_000)


def test_a_broken_run_makes_only_the_batches_that_are_missing_and_the_same_ones(output):
    with pytest.raises(JobCancelled):
        generate_clips(PROMPTS, Counting(breaks_at=1), output)
    second = Counting(at_once=5)  # more room now: batches stay as they were planned
    generate_clips(PROMPTS, second, output)
    assert second.batches == [["three", "four"], ["five"]]
    third = Counting()
    generate_clips(PROMPTS, third, output)
    assert third.batches == []


def test_where_memory_runs_out_batches_are_halved(output):
    generator = Counting(at_once=100, flow=1)
    generate_clips(PROMPTS, generator, output)
    assert generator.batches == [["one"], ["two"], ["three"], ["four"], ["five"]]
    assert json.loads(output.read(PLAN_NAME))["at_once"] == 1


def test_one_clip_that_does_not_fit_is_an_error(output):
    with pytest.raises(NotEnoughMemory):
        generate_clips(PROMPTS, Counting(at_once=1, flow=0), output)


def test_other_prompts_in_the_folder_are_refused(output):
    generate_clips(PROMPTS, Counting(), output)
    with pytest.raises(ExperimentError, match="other prompts"):
        generate_clips([Prompt("six", duration_s=1.0)], Counting(), output)


def test_clips_of_another_precision_in_the_folder_are_refused(output):
    generate_clips(PROMPTS, Counting(precision="float32"), output)
    with pytest.raises(ExperimentError, match="precision"):
        generate_clips(PROMPTS, Counting(precision="bfloat16"), output)
    again = Counting(precision="float32")
    generate_clips(PROMPTS, again, output)
    assert again.batches == []


def test_clips_made_before_the_precision_was_written_down_are_kept(output):
    generate_clips(PROMPTS, Counting(), output)
    plan = json.loads(output.read(PLAN_NAME))
    del plan["settings"]
    output.write(PLAN_NAME, json.dumps(plan).encode())
    again = Counting(precision="float32")
    generate_clips(PROMPTS, again, output)
    assert again.batches == []


def test_synthetic_music_can_be_asked_for(output):
    [prompt, *_] = PROMPTS
    generate_clips([prompt], SyntheticMusic(), output)
    assert output.names("clips") == [
        "clips/generation.json",
        "clips/track_1.json",
        "clips/track_1.wav",
    ]


def test_musicgen_tells_how_many_clips_fit(checkpoint, monkeypatch):
    """Twice the memory holds twice the clips; none at all still means one."""
    from types import SimpleNamespace

    from generation import MusicGen

    musicgen = MusicGen(str(checkpoint), device="cpu")
    free = {"bytes": 0}
    monkeypatch.setattr(
        "generation.musicgen.psutil.virtual_memory",
        lambda: SimpleNamespace(available=free["bytes"]),
    )
    assert musicgen.at_once(10.0) == 1
    free["bytes"] = 10**9
    one = musicgen.at_once(10.0)
    free["bytes"] = 2 * 10**9
    assert musicgen.at_once(10.0) in (2 * one, 2 * one + 1)
    assert musicgen.at_once(20.0) < musicgen.at_once(10.0)
