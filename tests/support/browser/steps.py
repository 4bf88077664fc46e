"""What a visitor does, by what they see."""

from playwright.sync_api import Page


def generate(page: Page, *, synthetic: bool = False, duration_s: float | None = None) -> None:
    """Make a clip and wait until it can be heard and its scores are there."""
    if synthetic:
        page.get_by_label("Synthetic music").check()
    if duration_s is not None:
        set_slider(page, "duration", duration_s)
    page.click("#generate")
    wait_for_comparison(page)


def wait_for_comparison(page: Page) -> None:
    page.wait_for_selector(".lab-player[data-ready]")
    page.wait_for_selector("#scores table")
    page.wait_for_function(
        "() => document.querySelectorAll('.lab-thumbnail img:not([hidden])').length === 7"
    )


def play(page: Page) -> None:
    page.locator(".lab-player .lab-play", has_text="Play").click()
    page.locator(".lab-player .lab-play", has_text="Pause").wait_for()


def pause(page: Page) -> None:
    page.locator(".lab-player .lab-play", has_text="Pause").click()
    page.locator(".lab-player .lab-play", has_text="Play").wait_for()


def position_s(page: Page) -> float:
    return float(page.locator(".lab-player .lab-seek").input_value())


def upload(page: Page, path) -> None:
    page.set_input_files("#upload input[type=file]", path)
    wait_for_comparison(page)


def set_slider(page: Page, element_id: str, value: float) -> None:
    box = page.locator(f"#{element_id} input[type=number]")
    box.fill(str(value))
    box.press("Enter")


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


def start_vote(page: Page) -> None:
    page.get_by_role("tab", name="Blind vote").click()
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
