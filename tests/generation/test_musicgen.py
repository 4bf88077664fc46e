"""The real loading and sampling code, on a tiny checkpoint with random weights."""

import threading
import time
from functools import partial

import numpy as np
import pytest
import torch

from experiment.running.generating import generate_clips
from experiment.running.output import OutputFolder
from generation import ModelUnavailable, MusicGen, NotEnoughMemory, Prompt
from generation.prompt import REPORT_DURATION_S
from jobs import Job, JobCancelled
from tests.support.checkpoint import MELODY, make_checkpoint

SHORT = Prompt("a relaxing lo-fi beat", duration_s=1.0, seed=7)


@pytest.fixture(scope="module")
def musicgen(checkpoint):
    return MusicGen(str(checkpoint))


@pytest.fixture(scope="module")
def clip(musicgen):
    return musicgen.generate(SHORT)


def test_a_clip_has_the_length_and_rate_asked_for(clip):
    assert clip.sample_rate_hz == 32_000
    assert clip.duration_s == SHORT.duration_s
    assert clip.peak > 0


def test_the_same_prompt_gives_the_same_clip_and_another_seed_another(musicgen, clip):
    assert np.array_equal(musicgen.generate(SHORT).samples, clip.samples)
    other = Prompt(SHORT.text, SHORT.duration_s, seed=8)
    assert not np.array_equal(musicgen.generate(other).samples, clip.samples)


def test_the_text_and_the_guidance_matter(musicgen, clip):
    for changed in (
        Prompt("techno", SHORT.duration_s, SHORT.seed),
        Prompt(SHORT.text, SHORT.duration_s, SHORT.seed, guidance_scale=1.0),
    ):
        assert not np.array_equal(musicgen.generate(changed).samples, clip.samples)


def test_clips_made_together_are_those_made_alone(musicgen, clip):
    prompts = [
        SHORT,
        Prompt("techno", SHORT.duration_s, 8),
        Prompt(SHORT.text, SHORT.duration_s, 9),
    ]
    together = musicgen.generate_all(prompts)
    for prompt, one in zip(prompts, together, strict=True):
        alone = musicgen.generate(prompt)
        # Equal but for the rounding of a matrix product with more rows.
        assert np.allclose(one.samples, alone.samples, atol=1e-4 * alone.peak)
    assert not np.allclose(together[0].samples, together[2].samples)


def test_clips_made_together_need_one_duration_and_guidance(musicgen):
    for other in (Prompt("techno", 2.0), Prompt("techno", SHORT.duration_s, guidance_scale=5.0)):
        with pytest.raises(ValueError, match="same duration and guidance"):
            musicgen.generate_all([SHORT, other])


def test_a_stopped_generation_leaves_the_model_as_it_was(musicgen, clip):
    with pytest.raises(JobCancelled):
        musicgen.generate(SHORT, cancelled=lambda: True)
    assert np.array_equal(musicgen.generate(SHORT).samples, clip.samples)


def test_generation_leaves_the_random_numbers_of_others_alone(musicgen):
    torch.manual_seed(3)
    expected = torch.rand(4)
    torch.manual_seed(3)
    musicgen.generate(SHORT)
    assert torch.equal(torch.rand(4), expected)


def test_progress_counts_every_token(musicgen):
    seen = []
    musicgen.generate(SHORT, on_progress=seen.append)
    tokens = [moment.done for moment in seen if moment.stage == "Generating"]
    assert tokens == list(range(54))  # 50 frames, 3 steps of the codebooks' delay pattern
    assert all(moment.total == 53 for moment in seen if moment.stage == "Generating")
    assert seen[-1].seconds_left == 0


def test_the_report_s_duration_is_512_tokens(musicgen):
    assert musicgen._tokens_for(REPORT_DURATION_S) == 512


def test_cancelling_stops_within_one_token(musicgen):
    seen = []
    with pytest.raises(JobCancelled):
        musicgen.generate(SHORT, on_progress=seen.append, cancelled=lambda: len(seen) >= 10)
    assert len(seen) == 10


LINUX = "[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 8000000000 bytes. Error code 12 (Cannot allocate memory)"  # noqa: E501
WINDOWS = "[enforce fail at alloc_cpu.cpp:121] data. DefaultCPUAllocator: not enough memory: you tried to allocate 8000000000 bytes."  # noqa: E501


@pytest.mark.parametrize(
    "error",
    [RuntimeError(LINUX), RuntimeError(WINDOWS), MemoryError(), torch.OutOfMemoryError("CUDA")],
)
def test_memory_that_does_not_suffice_asks_for_fewer_clips(musicgen, clip, monkeypatch, error):
    def full(**options):
        raise error

    monkeypatch.setattr(musicgen._model, "generate", full)
    with pytest.raises(NotEnoughMemory, match="to generate 2 clips in one batch; use fewer"):
        musicgen.generate_all([SHORT, Prompt("techno", SHORT.duration_s)])


def test_a_real_allocation_that_fails_is_known_as_such(musicgen, clip, monkeypatch):
    monkeypatch.setattr(musicgen._model, "generate", lambda **options: torch.empty(2**60))
    with pytest.raises(NotEnoughMemory):
        musicgen.generate(SHORT)


@pytest.mark.parametrize("says", ["not enough memory", "mat1 and mat2 shapes cannot be multiplied"])
def test_another_error_of_torch_is_not_taken_for_want_of_memory(musicgen, clip, monkeypatch, says):
    def wrong(**options):
        raise RuntimeError(says)

    monkeypatch.setattr(musicgen._model, "generate", wrong)
    with pytest.raises(RuntimeError, match=says):
        musicgen.generate(SHORT)


def test_an_experiment_goes_on_with_smaller_batches_on_a_full_processor(
    musicgen, clip, monkeypatch, tmp_path
):
    generate, asked = musicgen._model.generate, []

    def full_above_one(input_ids, **options):
        asked.append(len(input_ids))
        if len(input_ids) > 1:
            raise RuntimeError(LINUX)
        return generate(input_ids=input_ids, **options)

    monkeypatch.setattr(musicgen._model, "generate", full_above_one)
    monkeypatch.setattr(musicgen, "at_once", lambda duration_s, **hooks: 2)
    prompts = [SHORT, Prompt("techno", SHORT.duration_s, 8)]
    generate_clips(prompts, musicgen, OutputFolder(str(tmp_path)))
    assert asked == [2, 1, 1]
    assert len(list((tmp_path / "clips").glob("*.wav"))) == 2


def test_a_stereo_checkpoint_stays_stereo(tmp_path):
    torch.manual_seed(0)
    stereo = MusicGen(str(make_checkpoint(tmp_path, audio_channels=2)))
    clip = stereo.generate(SHORT)
    assert clip.duration_s == SHORT.duration_s
    assert clip.n_channels == 2
    assert not np.array_equal(*clip.samples)


def test_a_melody_checkpoint_makes_the_same_clips_alone_and_together(tmp_path):
    torch.manual_seed(0)
    melody = MusicGen(str(make_checkpoint(tmp_path, kind=MELODY)))
    longer = Prompt("a slow piano piece, rain outside", SHORT.duration_s, 8)
    together = melody.generate_all([SHORT, longer])
    for prompt, one in zip((SHORT, longer), together, strict=True):
        assert one.duration_s == SHORT.duration_s
        assert np.array_equal(one.samples, melody.generate(prompt).samples)
    assert melody.at_once(SHORT.duration_s) == 1


def test_provenance_names_everything_else_that_matters(musicgen, clip, checkpoint):
    facts = musicgen.provenance()
    assert facts["model"] == str(checkpoint)
    assert facts["model_type"] == "musicgen"
    assert facts["device"] == ("cuda:0" if torch.cuda.is_available() else "cpu")
    assert facts["precision"] == "float32"
    assert facts["torch"] == torch.__version__


def test_a_folder_that_is_no_checkpoint_is_explained(tmp_path):
    with pytest.raises(ModelUnavailable, match="cannot be loaded as a MusicGen checkpoint"):
        MusicGen(str(tmp_path)).generate(SHORT)


def test_a_model_of_another_kind_is_explained(tmp_path):
    from transformers import BertConfig, BertModel

    tiny = BertConfig(
        hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8
    )
    BertModel(tiny).save_pretrained(tmp_path)
    with pytest.raises(ModelUnavailable, match="cannot be loaded as a MusicGen checkpoint"):
        MusicGen(str(tmp_path)).generate(SHORT)


def test_a_device_that_is_not_there_is_explained(checkpoint):
    with pytest.raises(ModelUnavailable, match="on abacus in float32; check --model"):
        MusicGen(str(checkpoint), device="abacus").generate(SHORT)


def test_two_listeners_at_once_get_the_clips_they_would_get_alone(musicgen, clip):
    other = Prompt("techno", SHORT.duration_s, seed=9)
    alone = musicgen.generate(other)
    jobs = [Job(partial(musicgen.generate_all, [prompt])) for prompt in (SHORT, other)]
    assert np.array_equal(jobs[0].result()[0].samples, clip.samples)
    assert np.array_equal(jobs[1].result()[0].samples, alone.samples)


def test_a_waiting_listener_can_give_up(musicgen):
    release = threading.Event()

    def slow(progress):
        release.wait(10)

    first = threading.Thread(target=musicgen.generate, args=(SHORT,), kwargs={"on_progress": slow})
    first.start()
    time.sleep(0.2)
    waiting = Job(partial(musicgen.generate_all, [SHORT]))
    assert next(waiting.updates(heartbeat_s=5)).stage == "Waiting for the previous clip"
    waiting.cancel()
    with pytest.raises(JobCancelled):
        waiting.result()
    release.set()
    first.join()
