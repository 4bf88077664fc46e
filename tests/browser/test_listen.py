"""The listeners' page in a real browser: a session from the link to the thanks."""

import json

from listening import read_votes
from listening.plan import TrialDesign
from listening.session_table import read_sessions
from listening.study import StudyRules, StudyTexts
from listening.study_store import StudyStore
from tests.browser.conftest import screenshot
from tests.support.browser import listener

ONE_PAIR = TrialDesign("pair", has_training=False, trials_per_listener=1)


def votes_of(results, study) -> list[dict]:
    return [row for row in read_votes(results / "votes.csv") if row["study_id"] == study.study_id]


def test_a_session_from_the_link_to_the_thanks(make_study, open_link, results):
    study = make_study(
        n_clips=2,
        texts=StudyTexts(
            consent={"en": "I am 18 or older."}, instructions={"en": "Mind the cymbals."}
        ),
    )
    page = open_link(study)
    assert "I am 18 or older." in page.inner_text("main")
    screenshot(page, "20-consent")
    listener.consent(page)
    assert "Mind the cymbals." in page.inner_text("main")
    assert listener.next_button(page).is_disabled()  # nobody sets a volume without a sound
    screenshot(page, "21-volume")
    listener.set_volume(page)
    screenshot(page, "22-headphones")
    listener.check_headphones(page)
    assert "Practice" in page.inner_text("main")
    screenshot(page, "23-trial")
    places = []
    while not listener.is_done(page):
        places.append(page.locator(".lab-notice, .listen-progress p").first.inner_text())
        listener.fill(page, rating=40, preferred=1)
        page.get_by_label("Comment").fill("=1+1\nand more")
        listener.send(page)
    assert places[1:] == ["1 of 2", "2 of 2"]
    screenshot(page, "24-thanks")
    thanks = page.inner_text("main")
    assert "Thank you" in thanks
    assert not any(word in thanks.lower() for word in ("original", "hb-ss", "noisereduce", "mcra"))
    rows = votes_of(results, study)
    assert [row["trial_kind"] for row in rows[::4]] == ["training", "main", "main"]
    assert {row["rating"] for row in rows} == {"40"}
    assert {row["comment"] for row in rows} == {"=1+1\nand more"}
    assert all([r["preferred"] for r in rows[k : k + 4]] == list("0100") for k in (0, 4, 8))
    assert all(float(row["listened_s"]) >= 0.2 for row in rows)
    [told] = [r for r in read_sessions(results / "sessions.csv") if r["study_id"] == study.study_id]
    assert (told["completed"], told["headphones_asked"]) == ("1", "6")
    assert told["session_id"] in thanks  # the number to quote


def test_every_step_survives_a_reload(make_study, open_link, results):
    study = make_study(design=ONE_PAIR)
    page = open_link(study)

    def reloaded() -> str:
        page.reload()
        page.locator("h1").wait_for()
        return page.inner_text("main")

    assert "Before you begin" in reloaded()
    listener.consent(page)
    assert "Set your volume" in reloaded()
    listener.set_volume(page)
    listener.check_tones(page)
    assert "2 of 6" in reloaded()
    for _ in range(5):
        listener.check_tones(page)
    trial = listener.trial_on(page)
    listener.fill(page, preferred=1)
    page.get_by_label("Comment").fill("half a")
    page.reload()
    assert listener.trial_on(page) == trial
    assert page.get_by_label("Comment").input_value() == "half a"
    assert page.locator(".lab-prefer input").nth(1).is_checked()
    assert listener.next_button(page).is_enabled()  # heard enough before the reload
    listener.send(page)
    assert "Thank you" in reloaded()
    assert len(votes_of(results, study)) == 2


def test_next_waits_until_everything_was_heard(make_study, open_link):
    page = open_link(make_study(design=ONE_PAIR, rules=StudyRules(min_listening_s=1.5)))
    listener.to_first_trial(page)
    page.locator(".lab-prefer input").first.check()
    assert "listen to A, B for at least 1.5 s each" in page.inner_text(".lab-trial")
    page.locator(".lab-choose").first.click()
    page.wait_for_timeout(600)
    page.locator(".lab-play").click()  # a pause is no listening
    page.wait_for_timeout(1500)
    assert "listen to A, B" in page.inner_text(".lab-trial")
    page.locator(".lab-play").click()
    page.get_by_text("listen to B for").wait_for()
    assert listener.next_button(page).is_disabled()
    page.keyboard.press("2")
    page.get_by_text("Ready to submit.").wait_for()
    assert listener.next_button(page).is_enabled()


def test_a_lost_connection_is_told_and_overcome_and_saves_once(
    make_study, open_link, results, tolerated
):
    tolerated.append("ERR_INTERNET_DISCONNECTED")
    study = make_study(design=ONE_PAIR)
    page = open_link(study)
    listener.to_first_trial(page)
    listener.fill(page)
    page.context.set_offline(True)
    listener.next_button(page).click()
    page.get_by_text("Connection lost").wait_for()
    screenshot(page, "25-lost")
    with page.expect_download() as started:
        page.get_by_text("Download my answers").click()
    answers = json.loads(started.value.path().read_text())
    assert answers["trial"] == listener.trial_on(page)
    assert page.locator(".lab-prefer input").first.is_checked()
    page.context.set_offline(False)
    page.get_by_text("Thank you").wait_for()
    assert page.inner_text(".listen-banner") == ""
    assert len(votes_of(results, study)) == 2


def test_an_answer_whose_receipt_got_lost_is_saved_once(make_study, open_link, results, tolerated):
    tolerated.append("ERR_FAILED")
    study = make_study(design=ONE_PAIR)
    page = open_link(study)
    listener.to_first_trial(page)
    listener.fill(page)
    reached = []

    def lose_the_first_receipt(route):
        response = route.fetch()  # it does reach the server
        reached.append(response.status)
        if len(reached) == 1:
            route.abort()
        else:
            route.fulfill(response=response)

    page.route("**/api/answer", lose_the_first_receipt)
    listener.next_button(page).dblclick()
    page.get_by_text("Thank you").wait_for()
    assert reached == [200, 200]
    assert len(votes_of(results, study)) == 2


def test_a_disk_that_refuses_is_told_and_nothing_is_lost(make_study, open_link, results, tolerated):
    tolerated.append("503")
    study = make_study(design=ONE_PAIR)
    page = open_link(study)
    listener.to_first_trial(page)
    listener.fill(page, preferred=1)
    page.get_by_label("Comment").fill("precious")
    votes = results / "votes.csv"
    aside = votes.with_suffix(".aside")
    if votes.exists():
        votes.rename(aside)
    votes.mkdir()
    listener.next_button(page).click()
    page.get_by_text("Your answers could not be saved").wait_for()
    screenshot(page, "26-not-saved")
    with page.expect_download() as started:
        page.get_by_text("Download my answers").click()
    assert json.loads(started.value.path().read_text())["comment"] == "precious"
    votes.rmdir()
    if aside.exists():
        aside.rename(votes)
    listener.send(page)
    assert {row["comment"] for row in votes_of(results, study)} == {"precious"}


def test_two_listeners_at_once_have_each_their_own_trial(make_study, open_link, results):
    study = make_study(design=ONE_PAIR)
    first, second = open_link(study), open_link(study)
    for page in (first, second):
        listener.to_first_trial(page)
    assert listener.trial_on(first) != listener.trial_on(second)
    listener.fill(first, preferred=0)
    listener.fill(second, preferred=1)
    listener.send(second)
    listener.send(first)
    rows = votes_of(results, study)
    assert (
        len({row["session_id"] for row in rows}) == len({row["listener_id"] for row in rows}) == 2
    )
    assert [row["preferred"] for row in rows] == ["0", "1", "1", "0"]


def test_the_same_session_on_two_pages_counts_each_trial_once(
    make_study, open_link, results, tolerated
):
    tolerated.append("400")
    study = make_study(design=TrialDesign("pair", has_training=False, trials_per_listener=2))
    page = open_link(study)
    listener.to_first_trial(page)
    other = page.context.new_page()
    other.goto(page.url)
    assert listener.trial_on(other) == listener.trial_on(page)
    listener.fill(page, preferred=0)
    listener.fill(other, preferred=1)
    listener.send(page)
    listener.send(other)  # refused, and shown the trial that is on now
    assert listener.trial_on(other) == listener.trial_on(page)
    assert [row["preferred"] for row in votes_of(results, study)] == ["1", "0"]


def test_whoever_fails_a_required_headphone_check_ends_there(make_study, open_link, results):
    study = make_study(rules=StudyRules(0.2, needs_headphones=True))
    page = open_link(study)
    listener.consent(page)
    listener.set_volume(page)
    for _ in range(6):  # the same answer every time: two of six are right
        listener.check_tones(page)
    page.get_by_text("This study requires headphones").wait_for()
    page.reload()
    page.get_by_text("This study requires headphones").wait_for()
    assert votes_of(results, study) == []


def test_the_end_names_the_conditions_if_the_owner_wants_it(make_study, open_link):
    study = make_study(design=ONE_PAIR, rules=StudyRules(0.2, shows_conditions=True))
    page = open_link(study)
    listener.to_first_trial(page)
    listener.fill(page)
    listener.send(page)
    [trial] = study.plan(0)
    heard = page.inner_text("main ol")
    assert heard.startswith("A = ")
    assert ("Original" in heard) == ("original" in trial.conditions)


def test_another_person_on_the_same_device_is_another_listener(make_study, open_link, results):
    study = make_study(design=ONE_PAIR)
    page = open_link(study)
    for _ in range(2):
        listener.to_first_trial(page)
        listener.fill(page)
        listener.send(page)
        page.once("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="Start as a new listener").click()
        page.get_by_text("Before you begin").wait_for()
    rows = votes_of(results, study)
    assert (
        len({row["listener_id"] for row in rows}) == len({row["session_id"] for row in rows}) == 2
    )


def test_links_that_lead_nowhere_say_so(make_study, open_any, address, results, tolerated):
    tolerated += ["404", "403"]
    page = open_any(address, "/listen/no-such-study-00000000")
    page.get_by_text("There is no such study.").wait_for()
    page = open_any(address, "/listen")
    page.get_by_text("Please open the link that you were sent").wait_for()
    study = make_study()
    StudyStore(results / "studies").close(study.study_id)
    page = open_any(address, f"/listen/{study.study_id}")
    page.get_by_text("not recruiting at the moment").wait_for()


def test_a_closed_study_lets_those_finish_who_have_begun(make_study, open_link, results):
    study = make_study(design=ONE_PAIR)
    page = open_link(study)
    listener.to_first_trial(page)
    StudyStore(results / "studies").close(study.study_id)
    page.reload()
    listener.fill(page)
    listener.send(page)
    assert "Thank you" in page.inner_text("main")
