"""From prompts to clips: what to generate, how far it is, and how to stop it."""

import dataclasses
import functools
import secrets
from dataclasses import dataclass
from typing import Any

import gradio as gr

from generation import ModelUnavailable, Prompt
from generation.generator import Generator
from generation.prompt import (
    CODEC_FRAME_S,
    MAX_DURATION_S,
    MAX_GUIDANCE,
    MAX_SEED,
    MAX_TEXT_LENGTH,
    MIN_DURATION_S,
    MIN_GUIDANCE,
    REPORT_DURATION_S,
    REPORT_FIRST_SEED,
    REPORT_PROMPTS,
    prompts_from_lines,
)
from jobs import Job, JobCancelled
from ui.errors import explained
from ui.services import Services
from ui.studio.clip_list_panel import library_value
from ui.studio.components import ClipList
from ui.studio.notices import notice, progress_bar

MUSICGEN, SYNTHETIC = "musicgen", "synthetic"
NO_WEIGHTS = (
    "MusicGen's weights were not on this machine when the app started: its first clip downloads "
    "them, some gigabytes."
)
MAX_BATCH = 8  # some gigabytes for MusicGen small
SHOW, HIDE = gr.update(visible=True), gr.update(visible=False)


@dataclass(frozen=True)
class _Request:
    """The controls that say what to generate; `inputs` in the order that `_prompts` takes."""

    source: gr.Radio
    inputs: list
    generate: gr.Button
    cancel: gr.Button


def build_prompt_panel(services: Services, status: gr.HTML, clips: ClipList) -> None:
    """Draws the panel; a new clip is opened by `clips`, and `status` says how far it is."""
    request = _build_request(services)
    stand_in = gr.Button(
        "Make a synthetic clip instead", variant="primary", visible=False, elem_id="stand-in"
    )
    running = gr.State(None)  # the Job of this visitor

    def generation(generator: Generator, prompts: list[Prompt]):
        """Yields what the page shows while clips are made; the first of them is opened."""
        at_rest = {running: None, request.generate: SHOW, request.cancel: HIDE, stand_in: HIDE}
        job = Job(functools.partial(generator.generate_all, prompts))
        at_work = {running: job, request.generate: HIDE, request.cancel: SHOW, stand_in: HIDE}
        try:
            for moment in job.updates():
                yield at_work | {status: progress_bar(moment)}
            made = [
                services.clips.add_generated(clip, prompt, generator).clip_id
                for clip, prompt in zip(job.result(), prompts, strict=True)
            ]
            yield at_rest | {status: "", clips: library_value(services, opens=made[0])}
        except ModelUnavailable as error:
            yield at_rest | {status: notice(error), stand_in: SHOW}
        except JobCancelled:
            yield at_rest | {status: notice("Stopped.")}
        except Exception:
            yield at_rest | {status: ""}
            raise
        finally:
            job.cancel()  # also when the page was closed

    @explained
    def generate_chosen(chosen, *inputs):
        generator = services.synthetic if chosen == SYNTHETIC else services.musicgen
        yield from generation(generator, _prompts(*inputs))

    @explained
    def generate_synthetic(*inputs):
        yield from generation(services.synthetic, _prompts(*inputs))

    @explained
    def generate_again(event: gr.EventData):
        record = services.clips.record(event._data["id"])
        if record.prompt is None:
            raise ValueError("An uploaded clip has no prompt from which to make another.")
        generator = services.synthetic if record.is_synthetic else services.musicgen
        prompt = dataclasses.replace(record.prompt, seed=secrets.randbelow(MAX_SEED + 1))
        yield from generation(generator, [prompt])

    shown = [running, status, request.generate, request.cancel, stand_in, clips]
    quiet: dict[str, Any] = {"concurrency_limit": None, "show_progress": "hidden"}
    request.generate.click(generate_chosen, [request.source, *request.inputs], shown, **quiet)
    stand_in.click(generate_synthetic, request.inputs, shown, **quiet)
    clips.again(generate_again, outputs=shown, **quiet)
    request.cancel.click(lambda job: job and job.cancel(), running, queue=False)


def _prompts(text, duration_s, seed, guidance_scale, one_a_line) -> list[Prompt]:
    """What the controls ask for: one prompt, or one for each line with seeds that count up."""
    if not one_a_line:
        return [Prompt(text, duration_s, seed, guidance_scale)]
    prompts = prompts_from_lines(
        text, duration_s=duration_s, first_seed=seed, guidance_scale=guidance_scale
    )
    if not 1 <= len(prompts) <= MAX_BATCH:
        raise ValueError(
            f"Please write 1 to {MAX_BATCH} prompts, one on each line; there are {len(prompts)}."
        )
    return prompts


def _build_request(services: Services) -> _Request:
    has_weights = services.musicgen.is_on_this_machine()
    text = gr.Textbox(
        label="Describe the music",
        value=REPORT_PROMPTS[0],
        lines=2,
        max_lines=6,
        max_length=MAX_BATCH * MAX_TEXT_LENGTH,
        elem_id="prompt",
    )
    source = gr.Radio(
        choices=[
            (f"MusicGen ({services.musicgen.name})", MUSICGEN),
            ("Synthetic music", SYNTHETIC),
        ],
        value=MUSICGEN if has_weights else SYNTHETIC,
        label="Source",
        info=None if has_weights else NO_WEIGHTS,
        elem_id="source",
    )
    duration = gr.Slider(
        MIN_DURATION_S,
        MAX_DURATION_S,
        value=REPORT_DURATION_S,
        step=CODEC_FRAME_S,
        buttons=[],
        label="Duration (s)",
        elem_id="duration",
    )
    generate = gr.Button("Generate", variant="primary", elem_id="generate")
    cancel = gr.Button("Cancel", variant="stop", visible=False, elem_id="cancel")
    with gr.Accordion("Seed, guidance, batch", open=False):
        seed = gr.Number(
            REPORT_FIRST_SEED,
            label="Seed",
            info="The same prompt, seed and settings give the same clip.",
            precision=0,
            minimum=0,
            elem_id="seed",
        )
        guidance = gr.Slider(
            MIN_GUIDANCE,
            MAX_GUIDANCE,
            value=Prompt.guidance_scale,
            step=0.1,
            buttons=[],
            label="Guidance",
            info="How closely MusicGen follows the text.",
            elem_id="guidance",
        )
        one_a_line = gr.Checkbox(
            False,
            label="Batch: one prompt per line",
            info=f"Up to {MAX_BATCH} prompts; their seeds count up from the first.",
            elem_id="one-a-line",
        )
    with gr.Accordion("Example prompts", open=False):
        gr.Examples(
            [[words, REPORT_FIRST_SEED + i] for i, words in enumerate(REPORT_PROMPTS)],
            inputs=[text, seed],
            example_labels=list(REPORT_PROMPTS),
            label="The report's prompts",
        )
    return _Request(source, [text, duration, seed, guidance, one_a_line], generate, cancel)
