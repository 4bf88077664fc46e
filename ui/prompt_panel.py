"""From a prompt to a clip: what to generate, how far it is, and how to stop it."""

from dataclasses import dataclass

import gradio as gr

from generation import GenerationCancelled, GenerationJob, ModelUnavailable, Prompt
from generation.prompt import (
    CODEC_FRAME_S,
    MAX_DURATION_S,
    MAX_GUIDANCE,
    MAX_TEXT_LENGTH,
    MIN_DURATION_S,
    MIN_GUIDANCE,
    REPORT_DURATION_S,
    REPORT_FIRST_SEED,
    REPORT_PROMPTS,
)
from ui.errors import explained
from ui.library_choices import library_choices
from ui.notices import notice, progress_bar
from ui.services import Services

MUSICGEN, SYNTHETIC = "musicgen", "synthetic"
SHOW, HIDE = gr.update(visible=True), gr.update(visible=False)


@dataclass(frozen=True)
class _Request:
    """The controls that say what to generate; `inputs` in the order of Prompt's fields."""

    source: gr.Radio
    inputs: list
    generate: gr.Button
    cancel: gr.Button


def build_prompt_panel(services: Services, status: gr.HTML, clip_id) -> list:
    """Draws the panel and `status`; returns the events after which clip_id names a new clip."""
    request = _draw(services)
    status.render()
    stand_in = gr.Button(
        "Make a synthetic clip instead", variant="primary", visible=False, elem_id="stand-in"
    )
    running = gr.State(None)  # the GenerationJob of this visitor

    @explained
    def generate_chosen(chosen, *inputs):
        generator = services.synthetic if chosen == SYNTHETIC else services.musicgen
        yield from _generation(services, generator, Prompt(*inputs))

    @explained
    def generate_synthetic(*inputs):
        yield from _generation(services, services.synthetic, Prompt(*inputs))

    shown = [running, status, request.generate, request.cancel, stand_in, clip_id]
    quiet = {"concurrency_limit": None, "show_progress": "hidden"}
    made = [
        request.generate.click(generate_chosen, [request.source, *request.inputs], shown, **quiet),
        stand_in.click(generate_synthetic, request.inputs, shown, **quiet),
    ]
    request.cancel.click(lambda job: job and job.cancel(), running, queue=False)
    return made


def _generation(services: Services, generator, prompt: Prompt):
    """Yields what the page shows while a clip is made.

    In this order: job, status, Generate, Cancel, stand-in, chosen clip.
    """
    job = GenerationJob(generator, prompt)
    try:
        for moment in job.updates():
            yield job, progress_bar(moment), HIDE, SHOW, HIDE, gr.skip()
        record = services.library.add_generated(job.result(), prompt, generator)
        yield None, "", SHOW, HIDE, HIDE, library_choices(services, record.clip_id)
    except ModelUnavailable as error:
        yield None, notice(error), SHOW, HIDE, SHOW, gr.skip()
    except GenerationCancelled:
        yield None, notice("Stopped."), SHOW, HIDE, HIDE, gr.skip()
    except Exception:
        yield None, "", SHOW, HIDE, HIDE, gr.skip()
        raise
    finally:
        job.cancel()  # also when the page was closed


def _draw(services: Services) -> _Request:
    with gr.Row(equal_height=False):
        with gr.Column(scale=3, min_width=320):
            text = gr.Textbox(
                label="Describe the music",
                value=REPORT_PROMPTS[0],
                lines=2,
                max_length=MAX_TEXT_LENGTH,
                elem_id="prompt",
            )
            seed = gr.Number(
                REPORT_FIRST_SEED,
                label="Seed: the same prompt, seed and settings give the same clip",
                precision=0,
                minimum=0,
                elem_id="seed",
                render=False,
            )
            gr.Examples(
                [[words, REPORT_FIRST_SEED + i] for i, words in enumerate(REPORT_PROMPTS)],
                inputs=[text, seed],
                example_labels=list(REPORT_PROMPTS),
                label="The report's prompts",
            )
        with gr.Column(scale=2, min_width=320):
            source = gr.Radio(
                choices=[
                    (f"MusicGen ({services.musicgen.name})", MUSICGEN),
                    ("Synthetic music (built in, no download)", SYNTHETIC),
                ],
                value=MUSICGEN,
                label="Made by",
                info=_weights_hint(services),
                elem_id="source",
            )
            duration = gr.Slider(
                MIN_DURATION_S,
                MAX_DURATION_S,
                value=REPORT_DURATION_S,
                step=CODEC_FRAME_S,
                label="Duration (s)",
                elem_id="duration",
            )
            with gr.Accordion("Seed and guidance", open=False):
                seed.render()
                guidance = gr.Slider(
                    MIN_GUIDANCE,
                    MAX_GUIDANCE,
                    value=Prompt.guidance_scale,
                    step=0.1,
                    label="Guidance: how closely MusicGen follows the text",
                    elem_id="guidance",
                )
            generate = gr.Button("Generate the clip", variant="primary", elem_id="generate")
            cancel = gr.Button("Cancel", variant="stop", visible=False, elem_id="cancel")
    return _Request(source, [text, duration, seed, guidance], generate, cancel)


def _weights_hint(services: Services) -> str | None:
    if services.musicgen.is_on_this_machine():
        return None
    return (
        "MusicGen's weights were not on this machine when the app started: its first clip "
        "downloads them, which takes an internet connection and some gigabytes."
    )
