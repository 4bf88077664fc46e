"""What a listener does on the page that a link has opened."""

from playwright.sync_api import Page

from listening.headphones import N_TRIALS

# The tones of the headphone check last four seconds, six times.
HURRY = """
const play = HTMLMediaElement.prototype.play;
HTMLMediaElement.prototype.play = function () {
  this.playbackRate = 16;
  return play.call(this);
};
"""


def next_button(page: Page):
    return page.locator(".lab-submit")


def consent(page: Page) -> None:
    next_button(page).click()
    page.locator(".lab-play:enabled").wait_for()


def set_volume(page: Page) -> None:
    page.locator(".lab-play:enabled").click()
    next_button(page).click()
    page.locator(".listen-progress").wait_for()


def check_tones(page: Page, place: int = 0) -> None:
    """One part of the headphone check: hear the three tones, say which is the quietest."""
    where = page.inner_text(".listen-progress")
    page.locator(".lab-play:enabled").click()
    page.locator(".lab-choice input").nth(place).check()
    next_button(page).click()
    page.wait_for_function(
        "(where) => document.querySelector('.listen-progress')?.innerText !== where", arg=where
    )


def check_headphones(page: Page) -> None:
    for _ in range(N_TRIALS):
        check_tones(page)
    page.locator(".lab-ballot[data-ready]").wait_for()


def to_first_trial(page: Page) -> None:
    consent(page)
    set_volume(page)
    check_headphones(page)


def trial_on(page: Page) -> str:
    page.locator(".lab-ballot[data-ready]").wait_for()
    return page.locator(".lab-ballot").get_attribute("data-ready")


def hear_all(page: Page) -> None:
    trial_on(page)
    for button in page.locator(".lab-choose").all():
        button.click()
        button.locator(".lab-heard:not([hidden])").wait_for()


def fill(page: Page, *, rating: int = 70, preferred: int = 0) -> None:
    hear_all(page)
    for slider in page.locator(".lab-scale input").all():
        slider.fill(str(rating))
    if page.locator(".lab-prefer input").count():
        page.locator(".lab-prefer input").nth(preferred).check()


def send(page: Page) -> None:
    """Press Next and wait for what follows."""
    before = trial_on(page)
    next_button(page).click()
    page.wait_for_function(
        "(before) => document.querySelector('h1') && "
        "document.querySelector('.lab-ballot')?.dataset.ready !== before "
        "&& !document.querySelector('.lab-ballot:not([data-ready])')",
        arg=before,
    )


def is_done(page: Page) -> bool:
    return page.locator(".lab-ballot").count() == 0
