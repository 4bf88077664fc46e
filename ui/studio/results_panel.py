"""Listening test results: the verdict, what to do next, and all there is to look up."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from generation import ClipStore, ClipStoreError
from listening.study import Study
from storage.archive import zip_bytes
from storage.files import FileState, file_state
from storage.result_cache import ResultCache
from ui.errors import explained
from ui.services import Services
from ui.studio.notices import PAGE_TYPE, download_link, new_tab_link

if TYPE_CHECKING:
    import pandas as pd

    from listening.analysis.analysis import Verdict

KEPT_STUDIES = 500  # their decisions, a few numbers each
KEPT_VERDICTS = 4  # of the files as they are, with different filters
EVERYTHING = ""  # the choice that filters nothing
FILTER_LABELS = {
    "study_id": "Study",
    "clip_id": "Clip",
    "prompt": "Prompt",
    "design": "Design",
    "question": "Question",
}


def build_results_panel(services: Services, page: gr.Blocks) -> None:
    seen = Seen(ResultCache(1), ResultCache(KEPT_VERDICTS), ResultCache(KEPT_STUDIES))
    shown = gr.State([], delete_callback=services.media.drop)  # addresses of what is shown
    results = gr.HTML(elem_id="results")
    with gr.Accordion("Choose which votes count", open=False, elem_id="results-filters"):
        gr.Markdown(
            "Decisions may be monitored as often as you like; they are made once for each study "
            "and question, from all of its clips. A view filtered by clip, prompt or design shows "
            "intervals only."
        )
        with gr.Row(equal_height=False):
            filters = {
                name: gr.Dropdown(
                    label=label,
                    choices=[("all", EVERYTHING)],
                    value=EVERYTHING,
                    elem_id=f"results-{name}",
                    min_width=160,
                )
                for name, label in FILTER_LABELS.items()
            }
    with gr.Row():
        again = gr.Button(
            "Reload votes", elem_id="results-again", size="sm", scale=0, min_width=200
        )
    rest = gr.HTML(elem_id="results-rest")

    @explained
    def show(before: list[str], *wanted: str):
        chosen = {
            name: value for name, value in zip(filters, wanted, strict=True) if value != EVERYTHING
        }
        found = _results(services, seen, chosen)
        services.media.drop(before)
        choices = {
            filters[name]: gr.update(choices=[("all", EVERYTHING), *offered])
            for name, offered in found.offered.items()
        }
        return {**choices, results: found.top, rest: found.rest, shown: found.addresses}

    outputs = [*filters.values(), results, rest, shown]
    newest: dict[str, Any] = {"concurrency_limit": None, "trigger_mode": "always_last"}
    for event in (page.load, again.click, *(one.input for one in filters.values())):
        event(show, [shown, *filters.values()], outputs, show_progress_on=results, **newest)


@dataclass(frozen=True)
class Results:
    """top, rest : HTML; offered : {filter: (title, value) of its choices}; addresses : of all media
    in them"""

    top: str
    rest: str
    offered: dict[str, list[tuple[str, str]]]
    addresses: list[str]


@dataclass(frozen=True)
class Seen:
    """Votes and verdicts that are computed once for each state of the files, and each minute:
    sessions end by themselves; decisions of a study, once for each state of its votes."""

    votes: ResultCache
    verdicts: ResultCache
    studies: ResultCache


def _results(services: Services, seen: Seen, chosen: dict[str, str]) -> Results:
    """Of the votes as they are now; charts and files are made when they are fetched."""
    # Imported here: statistics take a second that the start need not wait for.
    from listening.analysis.chart_list import charts_by_question
    from listening.analysis.data import choices_of, chosen_votes
    from listening.analysis.next_steps import recruiting
    from listening.analysis.report import files_of, report_html, sections_of
    from listening.analysis.top import top_of
    from ui.studio.results_html import sections_html, top_html

    studies = services.flow.studies.contents().studies
    every_vote, verdict = _verdict(services, seen, chosen, studies)
    charts = charts_by_question(verdict)
    top = top_of(verdict, {study.study_id: recruiting(study) for study in studies})
    addresses: list[str] = []

    def later(make: Callable[[], bytes], media_type: str, filename: str | None = None) -> str:
        addresses.append(services.media.put_later(make, media_type, filename=filename))
        return addresses[-1]

    def page() -> bytes:
        return report_html(verdict, charts, chosen, top=top)

    def everything() -> bytes:
        return zip_bytes(files_of(verdict, chosen_votes(every_vote, chosen), charts, page()))

    archive = later(everything, "application/zip", "results.zip")
    links = (
        download_link(archive, "Download everything as ZIP: tables, charts, votes, report")
        + " "
        + new_tab_link(later(page, PAGE_TYPE), "Open the report in a new tab")
    )
    rest = sections_html(
        sections_of(verdict, charts, chosen),
        lambda chart: later(lambda: chart.png, "image/png"),
    )
    offered = {
        name: sorted(
            ((verdict.names.value(name, one), one) for one in values),
            key=lambda two: two[0].casefold(),
        )
        for name, values in choices_of(every_vote).items()
    }
    return Results(top_html(top, links), rest, offered, addresses)


def _verdict(
    services: Services, seen: Seen, chosen: dict[str, str], studies: Sequence[Study]
) -> tuple["pd.DataFrame", "Verdict"]:
    """All votes, and the verdict on those that `chosen` leaves."""
    from listening.analysis.analysis import verdict_of
    from listening.analysis.names import names_of
    from listening.analysis.planned import planned_for
    from listening.analysis.screening import headphones_of
    from listening.analysis.vote_table import SESSIONS_NAME, VOTES_NAME, load_votes

    folder, now = services.votes.path.parent, datetime.now(UTC)
    minute = now.replace(second=0, microsecond=0)
    state = (_state(folder / VOTES_NAME), _state(folder / SESSIONS_NAME), minute)
    every_vote = seen.votes.get(state, lambda: load_votes(folder, now))
    titles = clip_titles(services.clips, every_vote["clip_id"].unique().astype(str))
    names = names_of(
        every_vote,
        clip_titles=titles,
        studies=studies,
        version_titles=version_titles(services, titles),
    )
    planned = planned_for(studies)
    verdict = seen.verdicts.get(
        (state, repr((chosen, planned, names))),
        lambda: verdict_of(
            every_vote,
            headphones_of(folder),
            chosen,
            planned=planned,
            names=names,
            seen=seen.studies,
        ),
    )
    return every_vote, verdict


def version_titles(services: Services, clip_ids: Iterable[str]) -> dict[str, str]:
    """{condition: title} of all restorers, and of versions of these clips made elsewhere."""
    titles = {slug: cls.title for slug, cls in services.catalogue.classes.items()}
    for clip_id in clip_ids:
        for condition, record in services.versions.of_clip(clip_id).records.items():
            titles[condition] = record.title
    return titles


def _state(path: Path) -> FileState | None:
    try:
        return file_state(path)
    except OSError:  # there is none yet, or it cannot be read, which reading it will say
        return None


def clip_titles(clips: ClipStore, clip_ids: Iterable[str]) -> dict[str, str]:
    """{clip: its title}, of those that are in the library."""
    titles = {}
    for clip_id in clip_ids:
        try:
            titles[clip_id] = clips.record(clip_id).title
        except ClipStoreError:  # deleted, or never of this library
            continue
    return titles
