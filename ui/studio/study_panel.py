"""Studies: collect clips, choose a design, preview, open, hand out the link, watch, close."""

from typing import Any
from urllib.parse import urlsplit

import gradio as gr

from listening.study import StudyError
from listening.trial import ORIGINAL
from ui.access.routes import is_loopback, public_address
from ui.errors import explained, sentence_for
from ui.html import text
from ui.services import Services
from ui.studio.notices import new_tab_link, notice
from ui.studio.open_clips import OpenClips
from ui.studio.study_data_panel import build_study_data_panel
from ui.studio.study_form import build_study_form, settings_from
from ui.studio.study_summary import clip_name, study_summary
from ui.studio.versions import Kind, clip_facts, clip_versions, sounds_of, titles_of, versions_of
from ui.studio.workbench_memory import (
    READ,
    memory_input,
    remembered_clip,
    remembered_format,
    remembered_settings,
    remembered_shown,
    settings_in_words,
)

REFRESH_S = 5
CONFIRM_OPEN = (
    "(id, _, ...settings) => "
    "[id, confirm('A published study can no longer be changed. Publish it now?'), ...settings]"
)
CONFIRM_CLOSE = (
    "(id, _) => [id, confirm('Nobody will be able to begin any more. Stop recruiting now?')]"
)


def build_study_panel(
    services: Services, page: gr.Blocks, open_clips: OpenClips, root_path: str
) -> None:
    """The page of studies.

    root_path : as of `ui.server.build_app`
    """
    studies, sessions = services.flow.studies, services.flow.sessions
    gr.Markdown(
        "A study puts clips, restored with the settings that were current when they were added, "
        "before listeners who do not know which version is which. Make one, add clips, choose the "
        "test design, preview it, then publish it and pass on its link."
    )
    problems = gr.HTML(elem_id="study-problems")
    with gr.Row(equal_height=False):
        chosen = gr.Dropdown(label="Study", choices=[], value=None, elem_id="study")
        name = gr.Textbox(
            label="Name of a new study",
            info="Listeners see it: don't reveal what is being compared.",
            elem_id="study-name",
        )
        create = gr.Button("New study", elem_id="study-create")
    summary = gr.HTML(elem_id="study-summary")
    with gr.Column(visible=False) as body:
        with gr.Row(equal_height=False):
            source = gr.Dropdown(
                label="Clip to add",
                info="In the Studio's format, with its current settings.",
                choices=[],
                elem_id="study-source",
            )
            add = gr.Button("Add clip", variant="primary", elem_id="study-add")
            clip = gr.Dropdown(label="Clip to remove", choices=[], elem_id="study-clip")
            remove = gr.Button("Remove", elem_id="study-remove")
        wanted = gr.CheckboxGroup(label="Versions to add", choices=[], elem_id="study-versions")
        settings = gr.HTML(elem_id="study-settings")
        note = gr.HTML(elem_id="study-note")
        form = build_study_form()
        with gr.Row():
            preview = gr.Button("Preview", elem_id="study-preview")
            open_ = gr.Button("Publish", variant="primary", elem_id="study-open")
            close = gr.Button("Stop recruiting", elem_id="study-close")
        link = gr.Textbox(
            label="Link for listeners",
            buttons=["copy"],
            interactive=False,
            visible=False,
            elem_id="study-link",
        )
        reach = gr.HTML(elem_id="study-reach")
        preview_link = gr.HTML(elem_id="study-preview-link")
        build_study_data_panel(services, chosen)
    sure = gr.Checkbox(visible=False)  # what the browser's confirmation said
    memory = memory_input()
    timer = gr.Timer(REFRESH_S)

    def choices(study_id):
        found = studies.contents()
        named = [(f"{study.name} · {study.state}", study.study_id) for study in found.studies]
        trouble = "".join(notice(problem) for problem in found.problems)
        return {chosen: gr.update(choices=named, value=study_id), problems: trouble}

    def shown(study_id: str | None, request: gr.Request):
        """Everything below the choice of a study."""
        study = studies.get(study_id) if study_id else None
        is_draft = study is not None and study.is_draft
        clips = [(clip_name(one), one.facts.clip_id) for one in study.clips] if study else []
        assert request.request is not None  # it comes from a browser
        site = public_address(request.request.scope, root_path)
        address = f"{site}/listen/{study_id}" if study and not is_draft else ""
        return {
            summary: study_summary(study, sessions.of_study(study.study_id)) if study else "",
            body: gr.update(visible=study is not None),
            clip: gr.update(choices=clips, value=None, interactive=is_draft),
            link: gr.update(value=address, visible=bool(address)),
            reach: _reach(address),
            close: gr.update(interactive=study is not None and study.state == "open"),
            preview_link: "",
            note: "",
            **{button: gr.update(interactive=is_draft) for button in (add, remove, open_)},
            **form.values(study),
        }

    below = [summary, body, clip, link, reach, add, remove, open_, close, preview_link, note]
    below += form.controls

    @explained
    def list_studies(study_id):
        return choices(study_id)

    @explained
    def show_study(study_id, request: gr.Request):
        return shown(study_id, request)

    @explained
    def create_study(new_name, request: gr.Request):
        made = studies.create(new_name or "")
        return choices(made.study_id) | shown(made.study_id, request) | {name: ""}

    @explained
    def list_sources(kept):
        clips = [(one.label, one.clip_id) for one in services.clips.contents().records]
        open_one = remembered_clip(kept)
        is_there = open_one in {clip_id for _, clip_id in clips}
        chosen_one = open_one if is_there else None
        words = settings_in_words(remembered_settings(kept, services.catalogue))
        return {
            source: gr.update(choices=clips, value=chosen_one),
            settings: f'<p class="lab-hint">{text(words)}</p>',
            **offered(chosen_one, kept),
        }

    def offered(clip_id, kept):
        """The versions that a clip has; chosen are those that the workbench shows."""
        versions = clip_versions(clip_id, services.versions, services.catalogue)
        kept_shown = remembered_shown(kept)
        at_first = [
            one.condition
            for one in versions
            if one.kind in (Kind.ORIGINAL, Kind.FILE) or one.is_shown(kept_shown)
        ]
        choices = [(one.title, one.condition) for one in versions]
        return {wanted: gr.update(choices=choices, value=at_first)}

    @explained
    def list_versions(clip_id, kept):
        return offered(clip_id, kept)

    @explained
    def add_clip(study_id, clip_id, conditions, kept, request: gr.Request):
        if not clip_id:
            raise ValueError("Please choose the clip that is to be added.")
        now = open_clips.open(clip_id, remembered_format(kept))
        everything = {
            **remembered_settings(kept, services.catalogue),
            **now.made_elsewhere(),
        }
        gone = sorted(set(conditions) - {ORIGINAL, *everything})
        if gone:
            raise ValueError(f"This clip has no version “{gone[0]}”; please choose again.")
        restorers = {slug: one for slug, one in everything.items() if slug in conditions}
        titles = titles_of(now, services.catalogue)
        versions = [
            one for one in versions_of(now, restorers, titles) if one.condition in conditions
        ]
        if len(versions) < 2:
            raise ValueError("Please choose at least two versions: a trial compares them.")
        studies.add_clip(study_id, clip_facts(now), versions, sounds_of(now, restorers))
        return shown(study_id, request)

    @explained
    def remove_clip(study_id, clip_id, request: gr.Request):
        if clip_id is None:
            raise ValueError("Please choose the clip that is to be removed.")
        studies.remove_clip(study_id, clip_id)
        return shown(study_id, request)

    # Outside the queue an error has no other way to the page than in its place.
    def save_settings(study_id, *values):
        try:
            studies.change(study_id, **settings_from(values))
        except Exception as error:
            return {note: notice(sentence_for(error))}
        return {note: ""}

    def refresh(study_id):
        try:
            study = studies.get(study_id) if study_id else None
        except StudyError as error:
            return {summary: notice(error)}
        return {summary: study_summary(study, sessions.of_study(study_id))} if study else {}

    @explained
    def open_study(study_id, is_sure, request: gr.Request, *values):
        if not is_sure:
            return {}
        studies.open(study_id, **settings_from(values))
        services.previews.forget_study(study_id)
        return choices(study_id) | shown(study_id, request)

    @explained
    def close_study(study_id, is_sure, request: gr.Request):
        if not is_sure:
            return {}
        studies.close(study_id)
        return choices(study_id) | shown(study_id, request)

    @explained
    def preview_study(study_id, request: gr.Request, *values):
        if studies.get(study_id).is_draft:
            studies.change(study_id, **settings_from(values))
        preview_id = services.previews.begin(study_id, request.session_hash or "")
        return {
            preview_link: new_tab_link(
                f"preview/{preview_id}",
                "Open the preview in a new tab: answers given there are not saved",
            )
        }

    quiet: dict[str, Any] = {"show_progress": "hidden", "concurrency_limit": None}
    lists = [chosen, problems]
    page.load(list_studies, chosen, lists, **quiet)
    chosen.focus(list_studies, chosen, lists, **quiet)
    chosen.input(show_study, chosen, below, trigger_mode="always_last", **quiet)
    gr.on([create.click, name.submit], create_study, name, [*lists, name, *below], **quiet)
    page.load(list_sources, memory, [source, settings, wanted], js=READ, **quiet)
    source.focus(list_sources, memory, [source, settings, wanted], js=READ, **quiet)
    source.input(list_versions, [source, memory], wanted, js=READ, **quiet)
    add.click(add_clip, [chosen, source, wanted, memory], below, js=READ, **quiet)
    remove.click(remove_clip, [chosen, clip], below, **quiet)
    boxes = [control for control in form.controls if isinstance(control, gr.Textbox)]
    others = [control for control in form.controls if control not in boxes]
    newest = {"queue": False, "trigger_mode": "always_last", **quiet}
    changed = gr.on(
        [control.input for control in others],
        save_settings,
        [chosen, *form.controls],
        note,
        **newest,
    )
    changed.then(refresh, chosen, summary, **newest)
    # A text pasted in one go gives no `input` event, so leaving the box counts too. What is above
    # stays as it is meanwhile: a button that moved away would miss the click that left the box.
    gr.on(
        [event for box in boxes for event in (box.input, box.blur)],
        save_settings,
        [chosen, *form.controls],
        note,
        **newest,
    )
    for addition in form.additions:
        addition.then(save_settings, [chosen, *form.controls], note, **newest)
    preview.click(preview_study, [chosen, *form.controls], preview_link, **quiet)
    open_.click(
        open_study,
        [chosen, sure, *form.controls],
        [*lists, *below],
        js=CONFIRM_OPEN,
        **quiet,
    )
    close.click(close_study, [chosen, sure], [*lists, *below], js=CONFIRM_CLOSE, **quiet)
    timer.tick(refresh, chosen, summary, queue=False, **quiet)


def _reach(address: str) -> str:
    """A warning where the link leads nowhere from another machine."""
    if not is_loopback(urlsplit(address).hostname or ""):
        return ""
    return notice(
        "This link works on this machine only. To let others listen, start the app with "
        "--host 0.0.0.0 and use this machine's address, or put it behind a web server."
    )
