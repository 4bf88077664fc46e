"""The bar above every page of the Studio."""

from ui.html import text

PAGES = {"Studio": "./", "Studies": "studies", "Experiment": "experiment", "Results": "results"}


def navigation(current: str) -> str:
    """HTML; `current` is the name of the page that it stands on."""
    links = "".join(
        f'<a href="{address}"{" aria-current=page" if name == current else ""}>{text(name)}</a>'
        for name, address in PAGES.items()
    )
    clips = (
        '<button type="button" id="lab-clips-button" class="lab-small" aria-expanded="false">'
        "Clips</button>"
        if current == "Studio"
        else ""
    )
    return (
        f'<a class="lab-skip" href="#lab-main">Skip to the {text(current.lower())}</a>'
        f'<div class="lab-top">{clips}<h1>Restoration Lab</h1>'
        f'<nav aria-label="Pages">{links}</nav></div>'
    )
