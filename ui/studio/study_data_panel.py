"""What a study has collected: how far it is, a download, and one listener's data taken out."""

from collections.abc import Mapping
from typing import Any

import gradio as gr

from listening.condition_titles import condition_title
from listening.export import study_files
from listening.progress import Progress, balance, progress_of
from listening.recruitment import Outcome
from listening.removal import Removal, remove_session
from listening.session import Session
from listening.study import Study
from storage.archive import zip_bytes
from ui.errors import explained
from ui.html import text
from ui.services import Services
from ui.studio.notices import download_link, notice
from ui.studio.study_summary import clip_name

OUTCOMES = {
    Outcome.COMPLETED: "completed",
    Outcome.SCREENED_OUT: "screened out",
    Outcome.OVER_QUOTA: "over quota or too late",
}
CONFIRM_REMOVAL = (
    "(receipt, _) => [receipt, !receipt.trim() || "
    "confirm('This listener’s data cannot be brought back. Delete it?')]"
)


def build_study_data_panel(services: Services, chosen: gr.Dropdown) -> None:
    """Below the settings of the study that is chosen."""
    flow = services.flow
    with gr.Accordion("Progress and data", open=False):
        gr.Markdown("How far listeners are; nothing here tells what they answered.")
        look = gr.Button("Show progress", size="sm", elem_id="study-look")
        progress = gr.HTML(elem_id="study-progress")
        with gr.Row():
            anonymous = gr.Checkbox(
                value=True,
                label="Anonymous",
                info="Without participant IDs, links and browsers; listeners have numbers.",
                elem_id="study-anonymous",
            )
            export = gr.Button("Prepare download", size="sm", elem_id="study-export")
        download = gr.HTML(elem_id="study-download")
        with gr.Row():
            receipt = gr.Textbox(
                label="ID that a listener quotes",
                info="It stands on the last page of their session.",
                elem_id="study-receipt",
            )
            remove = gr.Button("Delete this listener’s data", size="sm", elem_id="study-forget")
        removed = gr.HTML(elem_id="study-removed")
    sure = gr.Checkbox(visible=False)  # what the browser's confirmation said

    @explained
    def show_progress(study_id):
        study = flow.studies.get(study_id)
        sessions = flow.sessions.of_study(study_id).sessions
        return {progress: progress_html(study, sessions)}

    @explained
    def prepare(study_id, is_anonymous):
        study = flow.studies.get(study_id)

        def make() -> bytes:
            return zip_bytes(study_files(flow, study, is_anonymous=is_anonymous))

        address = services.media.put_later(make, "application/zip", filename=f"{study_id}.zip")
        words = "Download votes, sessions and answers as ZIP"
        return {download: download_link(address, words)}

    @explained
    def forget(given, is_sure):
        if not given.strip():
            raise ValueError("Please enter the ID that the listener was given.")
        if not is_sure:
            return {}
        return {removed: notice(removal_sentence(remove_session(flow, given.strip())))}

    quiet: dict[str, Any] = {"show_progress": "hidden", "concurrency_limit": None}
    look.click(show_progress, chosen, progress, **quiet)
    export.click(prepare, [chosen, anonymous], download, **quiet)
    remove.click(forget, [receipt, sure], removed, js=CONFIRM_REMOVAL, **quiet)
    chosen.change(lambda: ("", "", ""), None, [progress, download, removed], queue=False, **quiet)


def progress_html(study: Study, sessions: tuple[Session, ...]) -> str:
    progress = progress_of(study, sessions)
    if not sessions:
        return "<p>Nobody has listened yet.</p>"
    return "".join(
        (
            f"<p>{text(_summary(study, progress))}</p>",
            _table("Steps", ("Step", "Listeners", "Lost here"), _drop_outs(progress.reached)),
            _table("Listeners", ("Listener", "Started", "Trials", "State"), _listeners(sessions)),
            _table("Trials", ("Clip", "Versions", "Answers"), _trials(study, progress)),
        )
    )


def removal_sentence(removal: Removal) -> str:
    if removal.is_empty and not removal.also_in:
        return "There is nothing under this ID."
    counted = ", ".join(f"{n} rows of {name}" for name, n in removal.rows.items())
    sentence = f"Deleted: {counted}{' and the session' if removal.has_session else ''}."
    if removal.also_in:
        names = ", ".join(path.name for path in removal.also_in)
        sentence += (
            f" The ID also stands in {names}, in rows that the app does not read: delete it there."
        )
    return sentence


def _summary(study: Study, progress: Progress) -> str:
    fewest, most = balance(progress.answered)
    sentences = [f"Answers per trial: {_range(fewest, most)}."]
    if progress.median_min is not None:
        sentences.append(f"A completed session took {progress.median_min:.0f} min (median).")
    sentences.append(
        f"{progress.headphones_passed} of {progress.headphones_checked} passed the headphone check."
    )
    ended = [f"{n} {OUTCOMES[outcome]}" for outcome, n in progress.ended.items()]
    if ended:
        sentences.append(f"Ended: {', '.join(ended)}.")
    if study.recruitment.quota is not None:
        n_completed = progress.ended.get(Outcome.COMPLETED, 0)
        sentences.append(
            f"{n_completed} of {study.recruitment.quota} sessions wanted are completed."
        )
    return " ".join(sentences)


def _range(fewest: int, most: int) -> str:
    return f"{fewest}" if fewest == most else f"{fewest} to {most}"


def _drop_outs(reached: Mapping[str, int]) -> list[tuple]:
    """Each step, how many got so far, and how many of those at the step before did not."""
    counts = list(reached.values())
    lost = [0, *(before - now for before, now in zip(counts, counts[1:], strict=False))]
    return list(zip(reached, counts, lost, strict=True))


def _listeners(sessions: tuple[Session, ...]) -> list[tuple]:
    return [
        (
            session.participant_id or f"listener {session.listener_number + 1}",
            session.started_at[:16].replace("T", " "),
            f"{session.trials_answered} of {session.trials_planned}",
            OUTCOMES[session.outcome] if session.outcome else "under way",
        )
        for session in sessions
    ]


def _trials(study: Study, progress: Progress) -> list[tuple]:
    titles = study.titles
    return [
        (
            clip_name(study.clip(clip_id)),
            ", ".join(condition_title(one, titles[one]) for one in conditions),
            count,
        )
        for (clip_id, conditions), count in progress.answered.items()
    ]


def _table(name: str, headings: tuple[str, ...], rows: list[tuple]) -> str:
    head = "".join(f"<th>{text(one)}</th>" for one in headings)
    body = "".join(
        "<tr>" + "".join(f"<td>{text(str(cell))}</td>" for cell in row) + "</tr>" for row in rows
    )
    return (
        f'<div class="lab-table lab-words" tabindex="0" role="region" aria-label="{text(name)}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
