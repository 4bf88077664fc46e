"""Text on its way into HTML."""

import html


def text(value) -> str:
    """Escaped for HTML and for the template language of gr.HTML, which would run ${...}."""
    escaped = html.escape(str(value))
    return escaped.replace("$", "&#36;").replace("{", "&#123;").replace("}", "&#125;")
