"""What listeners say: choose which votes count, read the verdict, take tables and charts along."""

from datetime import UTC, datetime
from typing import Any

import gradio as gr

from storage.archive import zip_bytes
from ui.errors import explained
from ui.services import Services
from ui.studio.notices import download_link, page_in_page

EVERYTHING = ""  # the choice that filters nothing
FILTER_LABELS = {
    "study_id": "Study",
    "clip_id": "Clip",
    "prompt": "Prompt",
    "design": "Design",
    "question": "Question",
}


def build_results_panel(services: Services, page: gr.Blocks) -> None:
    folder = services.votes.path.parent
    gr.Markdown(
        "Every vote so far, from the studies and from the blind votes of this page. Decisions may "
        "be monitored as often as you like; they are made once for each study and question, from "
        "all of its clips. A view filtered by clip, prompt or design shows intervals only."
    )
    with gr.Row(equal_height=False):
        filters = [
            gr.Dropdown(
                label=label,
                choices=[("all", EVERYTHING)],
                value=EVERYTHING,
                elem_id=f"results-{name}",
                min_width=160,
            )
            for name, label in FILTER_LABELS.items()
        ]
        again = gr.Button("Read the votes again", elem_id="results-again", min_width=160)
    results = gr.HTML(elem_id="results")

    @explained
    def show(*wanted):
        # Imported here: statistics and charts take a second that the start need not wait for.
        from listening.analysis.analysis import verdict_of
        from listening.analysis.data import choices_of, chosen_votes
        from listening.analysis.planned import planned_tests_of
        from listening.analysis.report import charts_by_question, files_of, report_html
        from listening.analysis.screening import headphones_of
        from listening.analysis.vote_table import load_votes

        every_vote = load_votes(folder, datetime.now(UTC))
        chosen = {
            name: value
            for name, value in zip(FILTER_LABELS, wanted, strict=True)
            if value != EVERYTHING
        }
        votes = chosen_votes(every_vote, chosen)
        verdict = verdict_of(
            every_vote, headphones_of(folder), chosen, planned=planned_tests_of(folder)
        )
        charts = charts_by_question(verdict)
        page = report_html(verdict, charts, chosen)
        archive = services.media.put_later(
            lambda: zip_bytes(files_of(verdict, votes, charts, page)),
            "application/zip",
            filename="results.zip",
        )
        download = download_link(
            archive, "Download everything as ZIP: tables, charts, votes, report"
        )
        offered = choices_of(every_vote)
        return (
            *(
                gr.update(choices=[("all", EVERYTHING), *((one, one) for one in offered[name])])
                for name in FILTER_LABELS
            ),
            page_in_page(services.media, page, "Listening test results", download),
        )

    outputs = [*filters, results]
    newest: dict[str, Any] = {"concurrency_limit": None, "trigger_mode": "always_last"}
    for event in (page.load, again.click, *(one.input for one in filters)):
        event(show, filters, outputs, show_progress_on=results, **newest)
