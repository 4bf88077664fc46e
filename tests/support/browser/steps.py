"""What a visitor does, by what they see."""

from playwright.sync_api import Page


def generate(page: Page, *, synthetic: bool = False, duration_s: float | None = None) -> None:
    """Make a clip and wait until it can be heard and its scores are there."""
    show_clips(page)
    if synthetic:
        page.get_by_label("Synthetic music").check()
    if duration_s is not None:
        set_slider(page, "duration", duration_s)
    before = open_clip(page)
    page.click("#generate")
    wait_for_comparison(page, other_than=before)


def go_to(page: Page, name: str) -> None:
    """To another page of the Studio, by its link."""
    link = page.get_by_role("navigation", name="Pages").get_by_role("link", name=name)
    link.click()
    page.locator(f"nav a[aria-current=page]:text-is('{name}')").wait_for()


def open_clip(page: Page) -> str | None:
    """The id of the clip on the workbench."""
    return page.evaluate("new URLSearchParams(location.search).get('clip')")


def wait_for_comparison(page: Page, *, other_than: str | None = None) -> None:
    """Until every version can be heard and its scores are there; of another clip than that."""
    page.wait_for_function(
        "(before) => new URLSearchParams(location.search).get('clip') !== before", arg=other_than
    )
    page.wait_for_selector(".lab-player[data-ready]")
    wait_for_scores(page)


def wait_for_scores(page: Page) -> None:
    """Until the scores are those of the current settings."""
    page.wait_for_function("() => document.querySelector('#scores:not(.lab-stale) table')")


def play(page: Page) -> None:
    page.locator(".lab-player .lab-play", has_text="Play").click()
    page.locator(".lab-player .lab-play", has_text="Pause").wait_for()


def pause(page: Page) -> None:
    page.locator(".lab-player .lab-play", has_text="Pause").click()
    page.locator(".lab-player .lab-play", has_text="Play").wait_for()


def position_s(page: Page) -> float:
    return float(page.locator(".lab-player .lab-seek").input_value())


def show_clips(page: Page) -> None:
    """On a phone they lie behind a button."""
    if page.locator("#lab-clips-button").is_visible():
        page.click("#lab-clips-button")


def upload(page: Page, path) -> None:
    before = open_clip(page)
    page.set_input_files("#upload input[type=file]", path)
    wait_for_comparison(page, other_than=before)


def set_slider(page: Page, element_id: str, value: float) -> None:
    """By its number; that of a restorer which is not chosen is set behind the scenes."""
    box = page.locator(f"#{element_id} input[type=number]")
    if box.is_visible():
        box.fill(str(value))
        box.press("Enter")
    else:
        box.evaluate(
            "(box, value) => { box.value = value; box.dispatchEvent(new Event('change')); }", value
        )


def chosen(page: Page) -> str:
    """What the player would let one hear."""
    return page.locator(".lab-player .lab-choose[aria-pressed=true]").get_attribute(
        "data-condition"
    )


def scores_of(page: Page, title: str) -> str:
    return page.locator("#scores tr", has_text=title).inner_text()


def wait_for_other_scores(page: Page, title: str, before: str) -> None:
    """Until the row of a version differs from what it was."""
    page.wait_for_function(
        "([title, before]) => [...document.querySelectorAll('#scores tr')]"
        ".some((row) => row.innerText.includes(title) && row.innerText !== before)",
        arg=[title, before],
    )


def choose(page: Page, condition: str) -> None:
    page.locator(f".lab-choose[data-condition={condition}]").click()


def start_vote(page: Page) -> None:
    page.click("#start-vote")
    page.wait_for_selector(".lab-ballot[data-ready]")


def fill_ballot(page: Page, *, ratings: dict, preferred: str, comment: str = "") -> None:
    for label, rating in ratings.items():
        slider = page.get_by_label(f"Rating of {label}, 0 bad to 100 excellent")
        slider.evaluate(
            "(s, v) => { s.value = v; s.dispatchEvent(new Event('input', {bubbles: true})); }",
            rating,
        )
    page.locator(f".lab-prefer input[value={preferred}]").check()
    if comment:
        page.get_by_label("Comment").fill(comment)


def save_vote(page: Page) -> None:
    page.get_by_role("button", name="Save my vote").click()
    page.wait_for_selector("#reveal table")


def drag_loop(page: Page, start: float, end: float) -> None:
    """Over the picture, from one share of its width to another."""
    page.locator(".lab-plot").scroll_into_view_if_needed()
    box = page.locator(".lab-plot").bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + start * box["width"], y)
    page.mouse.down()
    page.mouse.move(box["x"] + end * box["width"], y, steps=6)
    page.mouse.up()
