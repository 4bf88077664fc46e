"""Every state of the listeners' page, light and dark: readable, within the window, focus seen."""

from listening.plan import TrialDesign
from listening.questionnaire import AnswerKind, Questionnaire, SurveyQuestion
from listening.questionnaire_text import ready_made
from listening.recruitment import Outcome, Recruitment
from listening.study import StudyRules
from listening.study_store import StudyStore
from messages import Messages
from tests.browser.conftest import screenshot
from tests.support.browser import listener
from tests.support.browser.axe import violations
from tests.support.browser.boxes import outside_at
from tests.support.browser.focus import focus_seen
from tests.support.browser.touch import too_small

CONTROLS = ("button", "slider", "radio ", "checkbox", "textbox", "link")
SCHEMES = ("light", "dark")
WIDTHS = (320, 390, 768, 1024, 1220)
ZOOMED = (610, 640)  # 1220 and 1280 at 200 %
NOT_SAVED = {"status": 503, "json": {"error": "Full.", "code": "vote_not_saved", "values": {}}}
BROKEN = {"status": 500, "content_type": "text/plain", "body": "Internal Server Error"}


class Looks:
    """All that is wrong with the states that were looked at."""

    def __init__(self, name: str):
        self.name = name
        self.n_states = 0
        self.wrong: list = []

    def at(self, page, state: str) -> None:
        self.n_states += 1
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            self.wrong += [(state, scheme, one) for one in violations(page)]
            screenshot(page, f"29-{self.name}-{self.n_states:02d}-{state}-{scheme}")
        self.wrong += [(state, one) for one in outside_at(page, (*WIDTHS, *ZOOMED))]
        controls = controls_of(page)
        self.wrong += [(state, one) for one in set(controls) if controls.count(one) > 1]


def controls_of(page) -> list[str]:
    """Role and name of every control, as a screen reader has them."""
    found = (
        line.strip("- ").split(" [")[0]
        for line in page.locator("body").aria_snapshot().splitlines()
    )
    return [line.split(":")[0] for line in found if line.startswith(CONTROLS)]


def one_trial(design: str, **options) -> TrialDesign:
    return TrialDesign(design, has_training=False, trials_per_listener=1, **options)


def test_every_state_of_a_session(make_study, results, open_link, address, tolerated):
    tolerated += ["404", "503", "500", "ERR_INTERNET_DISCONNECTED"]
    looks = Looks("multi")
    rules = StudyRules(min_listening_s=0.2, shows_conditions=True)
    study = make_study(
        n_clips=2, rules=rules, design=TrialDesign(has_training=True, trials_per_listener=1)
    )
    closed = make_study()
    StudyStore(results / "studies").close(closed.study_id)
    page = open_link(closed)
    looks.at(page, "closed")
    for path, state in (("/listen", "no-link"), ("/listen/nowhere", "no-study")):
        page.goto(address + path)
        page.locator("h1").wait_for()
        looks.at(page, state)
    page.goto(f"{address}/listen/{study.study_id}")
    page.locator("h1").wait_for()
    looks.at(page, "consent")
    listener.consent(page)
    looks.at(page, "volume")
    page.locator(".lab-play").click()
    page.locator(".lab-submit:enabled").wait_for()
    looks.at(page, "noise")
    page.route("**/api/volume", lambda route: route.fulfill(**BROKEN))
    listener.next_button(page).click()
    page.get_by_role("button", name="Try again").wait_for(timeout=15_000)
    looks.at(page, "failed")
    page.unroute("**/api/volume")
    page.get_by_role("button", name="Try again").click()
    listener.set_volume(page)
    looks.at(page, "headphones")
    page.locator(".lab-choice input").first.check()
    looks.at(page, "headphones-answered")
    listener.check_headphones(page)
    looks.at(page, "practice")
    listener.fill(page)
    listener.send(page)
    listener.trial_on(page)
    looks.at(page, "trial")
    listener.fill(page)
    page.get_by_label("Comment").fill("a comment")
    looks.at(page, "trial-answered")
    page.route("**/api/answer", lambda route: route.fulfill(**NOT_SAVED))
    listener.next_button(page).click()
    page.locator(".lab-error").wait_for()
    looks.at(page, "not-saved")
    page.unroute("**/api/answer")
    page.context.set_offline(True)
    listener.next_button(page).click()
    page.locator(".listen-banner a").wait_for()
    looks.at(page, "lost")
    page.context.set_offline(False)
    page.get_by_text("Thank you").wait_for()
    looks.at(page, "done")
    assert looks.wrong == []
    assert looks.n_states == 15


def test_the_focus_is_seen_on_every_control_and_can_skip_the_player(make_study, open_link):
    looks = Looks("abx")
    page = open_link(make_study(design=one_trial("abx")))
    listener.to_first_trial(page)
    skip_the_player(page)
    looks.at(page, "trial")
    assert len(controls_of(page)) >= 12  # play, place, loop, volume, 3 to hear, 2 answers, …
    listener.fill(page)
    page.locator(".lab-play").click()  # pauses: nothing moves
    page.locator(".lab-play", has_text="Play").wait_for()
    looks.at(page, "trial-answered")
    box = page.locator(".lab-plot").bounding_box()
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 20, steps=3)
    page.mouse.up()
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        seen = focus_of_every_control(page)
        kinds = {kind for kind, _ in seen}
        assert {"a", "button", "range", "checkbox", "radio", "textarea", "slider"} <= kinds
        assert [one for one in seen if one[1] < 1] == [], scheme
    assert looks.wrong == []


def test_questionnaires_and_every_way_that_a_session_ends(make_study, open_link):
    looks = Looks("recruiting")
    address = "https://app.example.org/"
    unlike = [one for name, one in ready_made().items() if name != "age"]  # no choice twice
    number = SurveyQuestion("n", AnswerKind.NUMBER, {"en": "Years?"}, low=0)
    words = SurveyQuestion("w", AnswerKind.TEXT, {"en": "Anything else?"}, is_required=False)
    study = make_study(
        design=one_trial("pair"),
        questionnaire=Questionnaire(before=(*unlike, number, words)),
        recruitment=Recruitment(
            quota=1,
            endings={
                Outcome.DECLINED: "C-DECLINED",
                Outcome.OVER_QUOTA: address,
                Outcome.COMPLETED: address,
            },
        ),
    )
    phone = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}
    page = open_link(study, **phone)
    page.get_by_role("button", name="I decline").click()
    page.get_by_text("C-DECLINED").wait_for()
    looks.at(page, "declined")
    page.reload()
    listener.next_button(page).click()
    page.get_by_role("heading", name="A few questions first").wait_for()
    listener.next_button(page).click()
    page.get_by_text("Please answer").wait_for()
    looks.at(page, "questions")
    small = too_small(page)
    late = open_link(study, **phone)
    listener.next_button(late).click()
    late.get_by_role("heading", name="This study is full").wait_for()
    late.get_by_role("button", name="Stay on this page").click()
    looks.at(late, "over-quota")
    small += too_small(late)
    assert small == []
    assert looks.wrong == []


def skip_the_player(page) -> None:
    address = page.url
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Skip to the questions")
    assert link.evaluate("(link) => link === document.activeElement")
    assert link.bounding_box()["height"] >= 24  # seen while it has the focus
    page.keyboard.press("Enter")
    assert page.url == address
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "lab-choose"


def focus_of_every_control(page) -> list[tuple[str, float]]:
    """What Tab reaches from the heading on, and how well its focus is seen."""
    page.locator("h1").focus()
    seen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        kind = page.evaluate(
            """() => {
              const { type, tagName, role } = document.activeElement;
              if (document.activeElement === document.body) return null;
              return role || (tagName === "INPUT" ? type : tagName.toLowerCase());
            }"""
        )
        if kind is None:
            return seen
        seen.append((kind, focus_seen(page)))
    raise AssertionError("Tab never leaves the page")


def test_a_phone_in_italian_with_fingers_and_without_motion(make_study, open_link):
    looks = Looks("phone")
    study = make_study(design=one_trial("pair"))
    page = open_link(
        study,
        locale="it-IT",
        viewport={"width": 390, "height": 800},
        has_touch=True,
        is_mobile=True,
        reduced_motion="reduce",
    )
    assert page.evaluate("matchMedia('(pointer: coarse)').matches")
    small = []

    def look(state: str) -> None:
        looks.at(page, state)
        small.extend((state, one) for one in too_small(page))

    look("consent")
    listener.consent(page)
    look("volume")
    listener.set_volume(page)
    look("headphones")
    listener.check_headphones(page)
    look("trial")
    listener.fill(page)
    page.get_by_text(Messages("trial", "it")("ready")).wait_for()
    look("trial-answered")
    moved = page.evaluate(
        """() => {
          const probe = document.querySelector("h1");
          probe.style.transition = "all 2s";
          return getComputedStyle(probe).transitionDuration;
        }"""
    )
    assert moved == "0s"
    listener.send(page)
    look("done")
    assert (looks.wrong, small) == ([], [])
