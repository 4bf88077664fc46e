"""The sounds of the next trial are fetched while this one is answered."""

from listening.plan import TrialDesign
from tests.support.browser import listener

EARLIER = 1 + 6  # the noise to set the volume by, and the tones


def media_of(page) -> list[str]:
    """Paths of all sounds that were asked for, from now on."""
    asked = []
    page.on("request", lambda one: asked.append(one.url) if "/media/" in one.url else None)
    return asked


def test_the_next_trial_begins_without_waiting_for_its_sounds(make_study, open_link):
    study = make_study(n_clips=2, design=TrialDesign("pair", has_training=False))
    page = open_link(study)
    asked = media_of(page)
    listener.to_first_trial(page)
    page.wait_for_timeout(1500)
    assert len(asked) == EARLIER + 2 + 2  # this trial, the next one
    listener.fill(page)
    listener.send(page)
    listener.trial_on(page)
    page.wait_for_timeout(1500)
    assert len(asked) == EARLIER + 2 + 2 + 2
    assert len(set(asked)) == len(asked)
    listener.fill(page)


def test_sounds_that_could_not_be_fetched_early_are_fetched_again(make_study, open_link, tolerated):
    tolerated.append("status of 404")
    study = make_study(n_clips=2, design=TrialDesign("pair", has_training=False))
    page = open_link(study)
    listener.consent(page)
    listener.set_volume(page)
    asked = media_of(page)
    page.route(
        "**/media/*",
        lambda route: route.fulfill(status=404) if len(asked) > EARLIER + 2 else route.continue_(),
    )
    listener.check_headphones(page)
    page.wait_for_timeout(1500)
    page.unroute("**/media/*")
    listener.fill(page)
    listener.send(page)
    listener.trial_on(page)
    listener.fill(page)
