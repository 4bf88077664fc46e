"""The report's method over many clips: choose them, run, read the report, take everything along."""

import functools
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from audio.working import WorkingFormat
from experiment.protocol import Protocol
from experiment.sweep import parse_sweep
from jobs import Job, JobCancelled
from known_hiss import AddedHiss, HissModel
from known_hiss.added_hiss import MAX_LEVEL_DBFS, MIN_LEVEL_DBFS
from messages import ENGLISH, LANGUAGES
from restorers import takes_long
from ui.errors import explained, sentence_for
from ui.services import Services
from ui.studio.format_choice import format_choice
from ui.studio.notices import download_link, notice, page_in_page, progress_bar
from ui.studio.workbench_memory import READ, memory_input, remembered_settings

DEFAULTS, CURRENT = "defaults", "current"
SUGGESTED_HISS_DBFS = -50.0
HISS_KINDS = {
    HissModel.STEADY: "steady",
    HissModel.FOLLOWING: "following the music's level",
    HissModel.CODEC: "MusicGen's codec",
}
SHOW, HIDE = gr.update(visible=True), gr.update(visible=False)


def build_experiment_panel(services: Services, page: gr.Blocks) -> None:
    shelf, catalogue = services.experiments, services.catalogue
    gr.Markdown(
        "All restorers over many clips: the report's tables, charts and conclusion. For large sets "
        "there is a command, `python -m experiment --help`."
    )
    with gr.Row(equal_height=False, elem_id="experiment-form"):
        with gr.Column(scale=3, min_width=320):
            chosen = gr.Dropdown(
                label="Clips of the library",
                choices=[],
                multiselect=True,
                elem_id="experiment-clips",
            )
            everything = gr.Button("Choose all", size="sm", elem_id="experiment-all")
            uploads = gr.File(
                label="… and files to upload",
                file_count="multiple",
                height=150,
                elem_id="experiment-uploads",
            )
        with gr.Column(scale=2, min_width=320):
            working_format = format_choice("experiment-format")
            parameters = gr.Radio(
                choices=[("the report's", DEFAULTS), ("current settings of the Studio", CURRENT)],
                value=DEFAULTS,
                label="Parameters of the restorers",
                elem_id="experiment-parameters",
            )
            language = gr.Radio(
                choices=[(name, code) for code, name in LANGUAGES.items()],
                value=ENGLISH,
                label="Language of charts and report",
                elem_id="experiment-language",
            )
            with gr.Accordion("Restorers, sweep, added hiss", open=False):
                chosen_restorers = gr.CheckboxGroup(
                    choices=[(cls.title, slug) for slug, cls in catalogue.classes.items()],
                    value=[slug for slug, cls in catalogue.classes.items() if not takes_long(cls)],
                    label="Restorers",
                    elem_id="experiment-restorers",
                )
                sweep = gr.Textbox(
                    "",
                    label="Also try these values of one parameter",
                    info="first:last:step, as in hbss.alpha=0.8:2.0:0.2",
                    elem_id="experiment-sweep",
                )
                adds_hiss = gr.Checkbox(
                    False,
                    label="Added hiss",
                    info="To clean clips: then it is known how much of it, and of the music, went. "
                    "With a sweep, the report also tells which metric to trust.",
                    elem_id="experiment-adds-hiss",
                )
                kind = gr.Dropdown(
                    choices=[(title, str(model)) for model, title in HISS_KINDS.items()],
                    value=str(HissModel.STEADY),
                    label="Kind",
                    elem_id="experiment-hiss-kind",
                )
                level = gr.Number(
                    SUGGESTED_HISS_DBFS,
                    label="Level of the added hiss above the cutoff (RMS, dBFS)",
                    minimum=MIN_LEVEL_DBFS,
                    maximum=MAX_LEVEL_DBFS,
                    elem_id="experiment-hiss",
                )
            run = gr.Button("Run the experiment", variant="primary", elem_id="experiment-run")
            stop = gr.Button("Stop", variant="stop", visible=False, elem_id="experiment-stop")
    status = gr.HTML(elem_id="experiment-status")
    with gr.Row(equal_height=False):
        earlier = gr.Dropdown(
            label="Experiments so far", choices=[], value=None, elem_id="experiment-earlier"
        )
        resume = gr.Button("Resume", visible=False, elem_id="experiment-resume")
    trouble = gr.HTML(elem_id="experiment-trouble")
    report = gr.HTML(elem_id="experiment-report")
    running = gr.State(None)  # the Job of this visitor
    memory = memory_input()

    def kept(experiment_id: str | None):
        """The experiments so far, one of them chosen."""
        named = [(entry.label, entry.experiment_id) for entry in shelf.contents().records]
        return gr.update(choices=named, value=experiment_id)

    def library():
        return [(one.label, one.clip_id) for one in services.clips.contents().records]

    def shown(experiment_id: str | None):
        """What stands below the choice of an experiment: Resume, and its report."""
        if experiment_id is None:
            return {resume: HIDE, report: ""}
        is_finished = shelf.entry(experiment_id).is_finished
        return {
            resume: gr.update(visible=not is_finished),
            report: _report(services, experiment_id),
        }

    @explained
    def list_all(experiment_id):
        return {
            chosen: gr.update(choices=library()),
            earlier: kept(experiment_id),
            trouble: "".join(notice(problem) for problem in shelf.contents().problems),
        }

    @explained
    def choose_all():
        clips = library()
        return {chosen: gr.update(choices=clips, value=[clip_id for _, clip_id in clips])}

    @explained
    def show_chosen(experiment_id):
        return shown(experiment_id)

    def followed(experiment_id: str):
        """Yields what the page shows while an experiment runs."""
        job = Job(functools.partial(shelf.run, experiment_id))
        said = ""
        try:
            yield {
                running: job,
                status: progress_bar(None),
                run: HIDE,
                stop: SHOW,
                earlier: kept(experiment_id),
                resume: HIDE,
                report: "",
            }
            for moment in job.updates():
                yield {status: progress_bar(moment)}
            job.result()
        except JobCancelled:
            said = notice("Stopped. What is done is kept: “Resume” measures the rest.")
        except Exception as error:
            said = notice(sentence_for(error))
        finally:
            job.cancel()  # also when the page was closed
        yield {
            running: None,
            status: said,
            run: SHOW,
            stop: HIDE,
            earlier: kept(experiment_id),
            **shown(experiment_id),
        }

    @explained
    def run_new(
        clip_ids,
        paths,
        wanted,
        which,
        slugs,
        language,
        sweep,
        adds_hiss,
        kind,
        level,
        remembered,
    ):
        settings = (
            remembered_settings(remembered, catalogue) if which == CURRENT else catalogue.defaults()
        )
        restorers = {slug: one for slug, one in settings.items() if slug in slugs}
        protocol = Protocol(
            working_format=WorkingFormat(wanted),
            restorers=restorers,
            sweeps=(parse_sweep(sweep, restorers),) if sweep.strip() else (),
            added_hiss=AddedHiss(level, model=HissModel(kind)) if adds_hiss else None,
        )
        clips = itertools.chain(_from_library(services, clip_ids), _from_files(paths))
        records = map(services.clips.record, clip_ids or [])
        n_synthetic = sum(record.is_synthetic for record in records)
        yield from followed(shelf.add(clips, protocol, language, n_synthetic=n_synthetic))

    @explained
    def run_rest(experiment_id):
        yield from followed(experiment_id)

    quiet: dict[str, Any] = {"show_progress": "hidden", "concurrency_limit": None}
    outputs = [running, status, run, stop, earlier, resume, report]
    listed = [chosen, earlier, trouble]
    page.load(list_all, earlier, listed, **quiet)
    chosen.focus(list_all, earlier, listed, **quiet)
    everything.click(choose_all, outputs=chosen, **quiet)
    earlier.input(show_chosen, earlier, [resume, report], trigger_mode="always_last", **quiet)
    run.click(
        run_new,
        [
            chosen,
            uploads,
            working_format,
            parameters,
            chosen_restorers,
            language,
            sweep,
            adds_hiss,
            kind,
            level,
            memory,
        ],  # fmt: skip
        outputs,
        js=READ,
        **quiet,
    )
    resume.click(run_rest, earlier, outputs, **quiet)
    stop.click(lambda job: job and job.cancel(), running, queue=False)


def _from_library(services: Services, clip_ids) -> Iterator[tuple[str, str, bytes]]:
    for clip_id in clip_ids or []:
        yield services.clips.record(clip_id).title, ".wav", services.clips.wav(clip_id)


def _from_files(paths) -> Iterator[tuple[str, str, bytes]]:
    for path in map(Path, paths or []):
        yield path.stem, path.suffix, path.read_bytes()


def _report(services: Services, experiment_id: str) -> str:
    """The report, and what can be taken along."""
    data = services.experiments.report(experiment_id)
    if data is None:
        return notice("This experiment is not finished.")
    archive = services.media.put_later(
        functools.partial(services.experiments.archive, experiment_id),
        "application/zip",
        filename=f"experiment-{experiment_id}.zip",
    )
    download = download_link(archive, "Download everything as ZIP: tables, figures, report")
    return page_in_page(services.media, data, "Report of the experiment", download)
