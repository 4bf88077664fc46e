"""A study in a few lines of HTML: what it holds, its link, and how far its listeners are."""

from collections import Counter
from collections.abc import Sequence

from listening.condition_titles import condition_title
from listening.headphones import CORRECT_TO_PASS
from listening.session import Session
from listening.session_store import Sessions
from listening.study import State, Study, StudyClip
from listening.trial import Kind
from ui.html import text
from ui.studio.rate_and_channels import rate_and_channels

STATES = {
    State.DRAFT: "a draft: nobody but you can see it",
    State.OPEN: "published: it can no longer be changed",
    State.CLOSED: "no longer recruiting: whoever has begun may finish",
}


def study_summary(study: Study, sessions: Sessions) -> str:
    parts = [f"<p><b>{text(study.name)}</b> is {STATES[State(study.state)]}.</p>"]
    parts.append(f"<p>{text(_session_sentence(study))}</p>")
    if not study.is_draft:
        parts.append(f"<p>{text(_progress_sentence(sessions.sessions))}</p>")
        parts += [f"<p>{text(problem)}</p>" for problem in sessions.problems]
    if study.clips:
        parts.append(_clip_table(study))
    return f'<div class="lab-study">{"".join(parts)}</div>'


def _session_sentence(study: Study) -> str:
    try:
        plan = study.plan(0)
    except ValueError as error:
        return f"It cannot be published yet. {error}"
    kinds = Counter(trial.kind for trial in plan)
    named = {
        Kind.MAIN: "{} to be counted",
        Kind.TRAINING: "{} for training",
        Kind.REPEAT: "{} repeated",
        Kind.CATCH: "{} comparing a version with itself",
    }
    counted = [words.format(kinds[kind]) for kind, words in named.items() if kinds[kind]]
    return f"Each listener gets {_trials(len(plan))}: {', '.join(counted)}."


def _progress_sentence(sessions: Sequence[Session]) -> str:
    if not sessions:
        return "Nobody has listened yet."
    completed = sum(session.completed_at is not None for session in sessions)
    answered = sum(session.trials_answered for session in sessions)
    checked = [n for s in sessions if (n := s.headphones_correct) is not None]
    passed = sum(n_right >= CORRECT_TO_PASS for n_right in checked)
    return (
        f"{len(sessions)} began, {completed} finished; {_trials(answered)} answered; "
        f"{passed} of {len(checked)} passed the headphone check."
    )


def _trials(number: int) -> str:
    return "1 trial" if number == 1 else f"{number} trials"


def _clip_table(study: Study) -> str:
    rows = "".join(
        f"<tr><th scope='row'>{text(clip_name(clip))}</th>"
        f"<td>{rate_and_channels(clip.facts.sample_rate_hz, clip.facts.n_channels)}</td>"
        f"<td>{_conditions(clip)}</td></tr>"
        for clip in study.clips
    )
    head = "<tr><th>Clip</th><th>Format</th><th>Versions and their settings</th></tr>"
    table = f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"
    return (
        '<div class="lab-table lab-words" tabindex="0" role="region" aria-label="Clips">'
        f"{table}</div>"
    )


def clip_name(clip: StudyClip) -> str:
    return clip.facts.prompt or f"upload {clip.facts.clip_id}"


def _short(name: str, value: object) -> str:
    """A value as it fits a line: of a hash its beginning."""
    return f"{str(value)[:12]}…" if name == "sha256" else str(value)


def _conditions(clip: StudyClip) -> str:
    lines = []
    for slug, version in clip.versions.items():
        params = version.facts.params
        settings = ", ".join(f"{name} {_short(name, value)}" for name, value in params.items())
        title = condition_title(slug, version.facts.title)
        lines.append(text(title + (f": {settings}" if settings else "")))
    return "<br>".join(lines)
