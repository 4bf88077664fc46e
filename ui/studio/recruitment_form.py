"""Who takes part in a study, and where they go afterwards, as controls and back."""

from datetime import UTC, datetime

import gradio as gr

from listening.recruitment import LINK_NAMES, Outcome, Recruitment

MOMENT_FORMAT = "%Y-%m-%d %H:%M"
ENDINGS = (
    (Outcome.COMPLETED, "After completing"),
    (Outcome.SCREENED_OUT, "After being screened out"),
    (Outcome.OVER_QUOTA, "When no place is left, or too late"),
    (Outcome.DECLINED, "After declining"),
)


def build_recruitment_form() -> tuple:
    """Its controls, in the order of `recruitment_from`."""
    with gr.Accordion("Recruitment: participant IDs, quota, completion codes", open=False):
        gr.Markdown(
            f"{', '.join(LINK_NAMES)} are read from the link and kept in sessions.csv. One "
            "participant ID takes part once."
        )
        with gr.Row():
            names = gr.Textbox(
                label="Further names in the link",
                info="Separated by commas; the first identifies the participant where none of "
                "the usual names does.",
                elem_id="study-link-names",
            )
            needs = gr.Checkbox(label="Only with a participant ID", elem_id="study-needs-id")
        with gr.Row():
            quota = gr.Number(
                value=None,
                precision=0,
                minimum=1,
                label="Completed sessions wanted",
                info="Empty: no limit. Then nobody else is let in.",
                elem_id="study-quota",
            )
            hold = gr.Number(
                value=60,
                minimum=5,
                label="Hold a place for (min)",
                info="Without an answer for so long, it goes to somebody else.",
                elem_id="study-hold",
            )
            begin_by, finish_by = (
                gr.Textbox(
                    label=label, info="UTC, e.g. 2027-01-31 18:00. Empty: any time.", elem_id=name
                )
                for label, name in (
                    ("Begin by", "study-begin-by"), ("Finish by", "study-finish-by")
                )
            )  # fmt: skip
        with gr.Row():
            endings = [
                gr.Textbox(
                    label=label,
                    info="A code, or an address to be followed; {participant} and the like are "
                    "filled in.",
                    elem_id=f"study-ending-{outcome}",
                    min_width=300,
                )
                for outcome, label in ENDINGS
            ]
    return names, needs, quota, hold, begin_by, finish_by, *endings


def recruitment_values(recruitment: Recruitment) -> tuple:
    """What the controls show, in their order."""
    return (
        ", ".join(recruitment.link_names),
        recruitment.needs_participant,
        recruitment.quota,
        recruitment.hold_min,
        _moment_text(recruitment.begin_by),
        _moment_text(recruitment.finish_by),
        *(recruitment.endings.get(outcome, "") for outcome, _ in ENDINGS),
    )


def recruitment_from(values) -> Recruitment:
    """From the values of the controls; raises ValueError for what does not go together."""
    names, needs, quota, hold, begin_by, finish_by, *endings = values
    given = {
        outcome: text.strip() for (outcome, _), text in zip(ENDINGS, endings, strict=True)
    }  # fmt: skip
    return Recruitment(
        link_names=tuple(name for part in names.split(",") if (name := part.strip())),
        needs_participant=needs,
        endings={outcome: text for outcome, text in given.items() if text},
        quota=None if quota is None else int(quota),
        hold_min=Recruitment.hold_min if hold is None else float(hold),
        begin_by=_moment(begin_by),
        finish_by=_moment(finish_by),
    )


def _moment(text: str) -> str | None:
    if not text.strip():
        return None
    try:
        moment = datetime.strptime(text.strip(), MOMENT_FORMAT)
    except ValueError as error:
        raise ValueError(
            f"“{text.strip()}” is no date and time; please write it like 2027-01-31 18:00."
        ) from error
    return moment.replace(tzinfo=UTC).isoformat()


def _moment_text(moment: str | None) -> str:
    return datetime.fromisoformat(moment).astimezone(UTC).strftime(MOMENT_FORMAT) if moment else ""
