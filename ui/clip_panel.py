"""Where a clip comes from: a prompt, a file, or the library."""

from dataclasses import dataclass
from pathlib import Path

import gradio as gr

from audio.files import AudioFileError, read_clip
from generation import GenerationCancelled, GenerationJob, ModelUnavailable, Progress, Prompt
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
from ui.markup import text
from ui.services import Services

MUSICGEN, SYNTHETIC = "musicgen", "synthetic"
MAX_TITLE_LENGTH = 80


@dataclass(frozen=True)
class ClipPanel:
    """The components that the rest of the page looks at."""

    clip_id: gr.Dropdown
    new_clip: list  # the events after which clip_id names a new clip


def build_clip_panel(services: Services, page: gr.Blocks) -> ClipPanel:
    with gr.Row(equal_height=False):
        with gr.Column(scale=3, min_width=320):
            prompt = gr.Textbox(
                label="Describe the music",
                value=REPORT_PROMPTS[0],
                lines=2,
                max_length=MAX_TEXT_LENGTH,
                elem_id="prompt",
            )
            gr.Examples(
                [[words, REPORT_FIRST_SEED + i] for i, words in enumerate(REPORT_PROMPTS)],
                inputs=[prompt, seed := gr.Number(REPORT_FIRST_SEED, render=False)],
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
                seed.precision, seed.minimum = 0, 0
                seed.label = "Seed: the same prompt, seed and settings give the same clip"
                seed.render()
                guidance = gr.Slider(
                    MIN_GUIDANCE,
                    MAX_GUIDANCE,
                    value=3.0,
                    step=0.1,
                    label="Guidance: how closely MusicGen follows the text",
                )
            generate = gr.Button("Generate the clip", variant="primary", elem_id="generate")
            cancel = gr.Button("Cancel", variant="stop", visible=False, elem_id="cancel")
    progress = gr.HTML(elem_id="progress")
    stand_in = gr.Button(
        "Make a synthetic clip instead", variant="primary", visible=False, elem_id="stand-in"
    )
    with gr.Row(equal_height=False):
        clip_id = gr.Dropdown(
            label="Your clips", info="Everything made or uploaded here, newest first.", value=None,
            choices=[], elem_id="library", scale=3, min_width=320,
        )  # fmt: skip
        upload = gr.File(
            label="… or upload a clip, 0.5–60 s",
            height=150,
            elem_id="upload",
            scale=2,
            min_width=320,
        )

    running = gr.State(None)  # the GenerationJob of this visitor
    hidden = gr.update(visible=False)
    idle, busy = (gr.update(visible=True), hidden), (hidden, gr.update(visible=True))

    def generation(generator, *request):
        """Yields what the page shows while a clip is made: status, buttons, chosen clip."""
        wanted = Prompt(*request)
        job = GenerationJob(generator, wanted)
        try:
            for moment in job.updates():
                yield job, _progress_bar(moment), *busy, hidden, gr.skip()
            record = services.library.add_generated(job.result(), wanted, generator)
            yield None, "", *idle, hidden, _choices(services, record.clip_id)
        except ModelUnavailable as error:
            yield None, _notice(error), *idle, gr.update(visible=True), gr.skip()
        except GenerationCancelled:
            yield None, _notice("Stopped."), *idle, hidden, gr.skip()
        except Exception:
            yield None, "", *idle, hidden, gr.skip()
            raise
        finally:
            job.cancel()  # also when the page was closed

    @explained
    def generate_chosen(chosen, *request):
        generator = services.synthetic if chosen == SYNTHETIC else services.musicgen
        yield from generation(generator, *request)

    @explained
    def generate_synthetic(*request):
        yield from generation(services.synthetic, *request)

    @explained
    def add_upload(path):
        try:
            clip = read_clip(path)
        except AudioFileError as error:
            return None, gr.skip(), _notice(error)
        record = services.library.add_upload(clip, title=_title_of(path))
        return None, _choices(services, record.clip_id), ""

    page.load(
        lambda: (_choices(services, None), gr.update(info=_weights_hint(services))),
        outputs=[clip_id, source],
        show_progress="hidden",
    )
    request = [prompt, duration, seed, guidance]
    shown = [running, progress, generate, cancel, stand_in, clip_id]
    made = [
        generate.click(
            generate_chosen,
            [source, *request],
            shown,
            concurrency_limit=None,
            show_progress="hidden",
        ),
        stand_in.click(
            generate_synthetic, request, shown, concurrency_limit=None, show_progress="hidden"
        ),
    ]
    cancel.click(lambda job: job and job.cancel(), running, queue=False)
    uploaded = upload.upload(
        add_upload,
        upload,
        [upload, clip_id, progress],
        concurrency_limit=None,
        show_progress="hidden",
    )
    return ClipPanel(clip_id, [*(event.success for event in made), uploaded.success])


def _weights_hint(services: Services) -> str:
    if services.musicgen.is_on_this_machine():
        return ""
    return (
        "MusicGen's weights are not on this machine yet: its first clip downloads them, "
        "which takes an internet connection and some gigabytes."
    )


def _choices(services: Services, chosen: str | None):
    choices = [(record.label, record.clip_id) for record in services.library.records()]
    return gr.update(choices=choices, value=chosen)


def _title_of(path) -> str:
    """The uploaded file's name without its ending, harmless and short."""
    name = "".join(c for c in Path(path).stem if c.isprintable())
    return name[:MAX_TITLE_LENGTH] or "Uploaded clip"


def _progress_bar(moment: Progress | None) -> str:
    if moment is None:
        return '<p class="lab-progress" role="status">Starting …</p>'
    share = f'value="{moment.done}" max="{moment.total}"' if moment.total else ""
    parts = [moment.stage]
    if moment.total:
        parts.append(_count(moment))
    if moment.seconds_left is not None:
        parts.append(f"about {_duration(moment.seconds_left)} left")
    words = text(" · ".join(parts))
    return (
        f'<p class="lab-progress" role="status"><progress {share} aria-label="Progress"></progress>'
        f"<span>{words}</span></p>"
    )


def _count(moment: Progress) -> str:
    if moment.unit == "B":
        return f"{moment.done / 1e6:.0f} of {moment.total / 1e6:.0f} MB"
    return f"{moment.unit} {moment.done} of {moment.total}"


def _duration(seconds: float) -> str:
    whole = max(1, round(seconds))
    return f"{whole} s" if whole < 100 else f"{whole // 60} min {whole % 60} s"


def _notice(message) -> str:
    return f'<p class="lab-notice" role="alert">{text(message)}</p>'
