"""The results in the page's own HTML: the top first, everything else folded away."""

from collections.abc import Callable, Sequence

from listening.analysis.next_steps import Step
from listening.analysis.report import Section
from listening.analysis.top import NEXT, TRUST, CardTop, Top
from reporting import Block, Chart, LaterChart, blocks_html
from ui.html import text

# `URL` alone would be the document's. Where the clipboard may not be used (a page that came over
# plain HTTP), the address is shown.
COPY_LINK = (
    "const link = new window.URL(this.dataset.link, document.baseURI).href; "
    "const done = () => this.textContent = 'Copied'; "
    "(navigator.clipboard ? navigator.clipboard.writeText(link) : Promise.reject())"
    ".then(done, () => prompt('The link for listeners', link))"
)


def top_html(top: Top, links: str) -> str:
    """links : HTML of the downloads"""
    parts = [_blocks([top.headline])]
    for number, card in enumerate(top.cards):
        parts.append(_card(card, is_alone=len(top.cards) == 1, is_open=number == 0))
    if top.steps:
        parts.append(_next(top.steps, None))
    if top.trust:
        parts.append(f"<p><b>{TRUST}:</b> {text(top.trust)}</p>")
    return _whole(f"{''.join(parts)}<p>{links}</p>")


def sections_html(
    sections: Sequence[Section], source_of: Callable[[Chart | LaterChart], str]
) -> str:
    """Everything else, folded away.

    source_of : the address of a chart's PNG, which the page fetches when its section is unfolded
    """
    folded = [
        _folded(
            text(section.title),
            f'<div class="lab-section-body">{_blocks(section.blocks, source_of)}</div>',
        )
        for section in sections
    ]
    return _whole("".join(folded))


def _whole(content: str) -> str:
    """A number and its % stay on one line."""
    return f'<div class="lab-results">{content}</div>'.replace(" %", "&nbsp;%")


def _card(card: CardTop, *, is_alone: bool, is_open: bool) -> str:
    content = f"{_blocks([card.bars])}{_next(card.steps, card.study_id)}"
    if is_alone:
        return content
    counts = f" <span>{text(card.headline.rests_on)}</span>"
    summary = f"{text(card.title)}: <strong>{text(card.headline.text)}</strong>{counts}"
    return _folded(summary, content, is_open=is_open)


def _next(steps: Sequence[Step], study_id: str | None) -> str:
    told = [f"{text(step.text)}{_link(study_id) if step.has_link else ''}" for step in steps]
    return f"<p><b>{NEXT}:</b> {' '.join(told)}</p>"


def _link(study_id: str | None) -> str:
    address = text(f"listen/{study_id}")
    return (
        f' <button type="button" class="lab-copy" data-link="{address}" onclick="{text(COPY_LINK)}"'
        ">Copy link</button>"
    )


def _folded(summary: str, content: str, *, is_open: bool = False) -> str:
    return f"<details{' open' if is_open else ''}><summary>{summary}</summary>{content}</details>"


def _blocks(
    blocks: Sequence[Block], source_of: Callable[[Chart | LaterChart], str] | None = None
) -> str:
    """Braces and dollars as entities: gr.HTML would run them as a template."""
    rendered = blocks_html(blocks, source_of=source_of, heading="h2")
    return rendered.translate({ord(sign): f"&#{ord(sign)};" for sign in "${}"})
