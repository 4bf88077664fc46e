"""One page of blocks: text is never markup, and what is drawn is drawn once."""

import re
import threading

from reporting import (
    Bar,
    Bars,
    Charts,
    Code,
    Heading,
    Headline,
    LaterChart,
    Sentences,
    blocks_html,
    page_html,
    table,
)

HOSTILE = "<img src=x onerror=alert(1)> \"&' ${a} =cmd"
BAR = Bar("HB-SS", 62.5, "63 % (50–75 %)", (50.0, 75.0), (40.0, 80.0), "Leaning: better", "lean")


def test_text_is_never_markup():
    blocks = [
        Heading(HOSTILE),
        Headline(HOSTILE, HOSTILE),
        Bars(HOSTILE, [Bar(HOSTILE, 50.0, HOSTILE, badge=HOSTILE)], HOSTILE),
        Sentences(HOSTILE, [HOSTILE]),
        table(HOSTILE, [HOSTILE], [(HOSTILE,)], note=HOSTILE),
        Charts(HOSTILE, [LaterChart("a.png", HOSTILE, lambda: b"")]),
        Code(HOSTILE, HOSTILE),
    ]
    for html in (blocks_html(blocks), page_html(HOSTILE, "en", blocks).decode()):
        assert html.count("<img") == 1  # the chart
        assert "onerror=alert(1)&gt;" in html
        assert "<img src=x" not in html


def test_bars_are_words_with_a_picture_beside_them():
    html = blocks_html([Bars("Preferred over the original", [BAR], "A note.")])
    words = re.sub(r"<svg.*?</svg>", "", html, flags=re.DOTALL)
    for part in ("HB-SS", "63 % (50–75 %)", "Leaning: better", "A note."):
        assert part in words
    [svg] = re.findall(r"<svg.*?</svg>", html, flags=re.DOTALL)
    assert 'aria-hidden="true"' in svg
    assert 'x="50.00" y="5" width="25.00"' in svg
    assert 'class="bar-mark" x1="62.50" x2="62.50"' in svg
    bare = blocks_html([Bars("", [Bar("HB-SS", 100.0, "100 %")])])
    assert "bar-thick" not in bare
    assert "<h3>" not in bare


def test_headings_make_those_of_blocks_smaller():
    page = page_html("t", "en", [Heading("All"), Sentences("One", ["x"])]).decode()
    assert "<h2>All</h2>" in page
    assert "<h3>One</h3>" in page
    assert "<h2>One</h2>" in page_html("t", "en", [Sentences("One", ["x"])]).decode()


def test_a_later_chart_is_drawn_once_and_only_when_it_is_looked_at():
    drawn = []
    chart = LaterChart("a.png", "A", lambda: drawn.append(1) or b"png")
    html = blocks_html([Charts("", [chart])], source_of=lambda one: f"media/{one.file}")
    assert 'src="media/a.png"' in html
    assert drawn == []
    threads = [threading.Thread(target=lambda: chart.png) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (drawn, chart.png) == ([1], b"png")
    assert "data:image/png;base64,cG5n" in blocks_html([Charts("", [chart])])
