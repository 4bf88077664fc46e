"""What the page says while it works, when it cannot, and when it is done: HTML."""

from jobs import Progress
from ui.html import text
from ui.media import MediaStore

PAGE_TYPE = "text/html; charset=utf-8"
FIT_HEIGHT = "this.style.height = this.contentDocument.documentElement.scrollHeight + 20 + 'px'"


def notice(message) -> str:
    """A sentence that stays until the next one."""
    return f'<p class="lab-notice" role="alert">{text(message)}</p>'


def download_link(address: str, words: str) -> str:
    """Not a link that leaves the page: Gradio ends its connection when a page is left."""
    return f'<a class="lab-download" href="{text(address)}" download>{text(words)}</a>'


def new_tab_link(address: str, words: str) -> str:
    """To a page of ours that needs nothing else."""
    return (
        f'<a class="lab-download" href="{text(address)}" target="_blank" rel="noopener">'
        f"{text(words)}</a>"
    )


def page_in_page(media: MediaStore, page: bytes, title: str, download: str) -> str:
    """A report as high as it is, below links to `download` (HTML) and to itself in a new tab."""
    address = media.put(page, PAGE_TYPE)
    return (
        f"<p>{download} {new_tab_link(address, 'Open the report in a new tab')}</p>"
        f'<iframe class="lab-report" src="{text(address)}" title="{text(title)}" '
        f'onload="{FIT_HEIGHT}"></iframe>'
    )


def progress_bar(moment: Progress | None) -> str:
    """How far a job is; None while nothing is known yet."""
    if moment is None:
        return '<p class="lab-progress" role="status">Starting …</p>'
    share = f'value="{moment.done}" max="{moment.total}"' if moment.total else ""
    parts = [moment.stage]
    if moment.total:
        parts.append(_count(moment))
    if moment.seconds_left is not None:
        parts.append(f"about {_duration(moment.seconds_left)} left")
    return (
        f'<p class="lab-progress" role="status"><progress {share} aria-label="Progress"></progress>'
        f"<span>{text(' · '.join(parts))}</span></p>"
    )


def _count(moment: Progress) -> str:
    if moment.unit == "B":
        return f"{moment.done / 1e6:.0f} of {moment.total / 1e6:.0f} MB"
    return f"{moment.unit} {moment.done} of {moment.total}"


def _duration(seconds: float) -> str:
    whole = max(1, round(seconds))
    return f"{whole} s" if whole < 100 else f"{whole // 60} min {whole % 60} s"
