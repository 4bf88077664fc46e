"""A listener's whole session, and the sample-synchronous engine, in three browsers."""

import numpy as np
import pytest

from listening import read_votes
from listening.answer_log import read_answers_csv
from listening.headphones import N_TRIALS
from listening.plan import TrialDesign
from listening.questionnaire import Questionnaire
from listening.questionnaire_text import ready_made
from listening.recruitment import Outcome, Recruitment
from listening.session_table import read_sessions
from listening.study import StudyRules
from listening.study_store import StudyStore
from tests.support import trials
from tests.support.browser import engine_sound
from tests.support.browser.listener import HURRY

RATE_HZ = 16_000
SWITCH = "(engine, samples, number) => engine.choose((number + 1) % 2)"
FADED_IN = RATE_HZ // 2
ENABLED = ":not(:disabled)"
HEARD = """(number) => {
  const marks = document.querySelectorAll(".lab-choose .lab-heard");
  return !marks[number].hidden;
}"""


def start(page, address: str) -> None:
    """Open a study's page, with tones that last less long."""
    page.goto(address)
    page.evaluate(f"() => {{ {HURRY} }}")
    page.wait("() => !!document.querySelector('h1')")


def answer_the_question(page) -> None:
    page.wait_for_text("What are you listening with?")
    page.click(".listen-question input[type=radio]", 1)
    page.click(f".lab-submit{ENABLED}")


def set_the_volume(page) -> None:
    page.wait_for_text("Set your volume")
    page.click(f".lab-play{ENABLED}")
    page.click(f".lab-submit{ENABLED}")


def check_the_headphones(page) -> None:
    for number in range(1, N_TRIALS + 1):
        page.wait_for_text(f"{number} of {N_TRIALS}")
        page.click(f".lab-play{ENABLED}")
        page.click(".lab-choice input")
        page.click(f".lab-submit{ENABLED}")


def answer_the_trial(page, n_stimuli: int) -> None:
    page.wait("() => !!document.querySelector('.lab-ballot[data-ready]')")
    for number in range(n_stimuli):
        page.click(".lab-choose", number)
        page.wait(HEARD, number)
    for number in range(n_stimuli):
        page.click(".lab-scale input", number)
    page.click(".lab-prefer input")
    page.click(f".lab-submit{ENABLED}")


def test_a_session_from_the_link_to_the_code(page, address, results):
    study = trials.open_study(
        StudyStore(results / "studies"),
        design=TrialDesign(has_training=False),
        rules=StudyRules(min_listening_s=0.3),
        questionnaire=Questionnaire(before=(ready_made()["equipment"],)),
        recruitment=Recruitment(endings={Outcome.COMPLETED: "C1AB"}),
    )
    start(page, f"{address}/listen/{study.study_id}?lang=en&PROLIFIC_PID=anna")
    assert "anna" not in page.evaluate("() => location.href")
    page.click(".lab-submit")
    answer_the_question(page)
    set_the_volume(page)
    check_the_headphones(page)
    answer_the_trial(page, n_stimuli=4)
    page.wait_for_text("Your code: C1AB")
    votes = [row for row in read_votes(results / "votes.csv") if row["study_id"] == study.study_id]
    assert len(votes) == 4
    assert all(float(row["listened_s"]) >= 0.3 for row in votes)
    sessions = read_sessions(results / "sessions.csv")
    assert [
        (row["participant_id"], row["outcome"])
        for row in sessions
        if row["study_id"] == study.study_id
    ] == [("anna", "completed")]
    answers = read_answers_csv(results / "answers.csv")
    assert [row["answer"] for row in answers if row["study_id"] == study.study_id] == [
        "in-ear headphones"
    ]


def test_nobody_hears_a_switch_between_equal_versions(page, address):
    """Recorded inside the audio thread while a person's clicks come at uneven times."""
    page.goto(f"{address}/media/nothing")
    page.evaluate("""async () => {
          Object.assign(window, await import("/assets/shared/engine.js"));
        }""")
    page.evaluate(f"() => {{ {engine_sound.HELPERS} }}")
    allow_sound(page)
    version = engine_sound.noise(3, RATE_HZ)
    gaps_s = np.random.default_rng(1).uniform(0.015, 0.06, 60)
    recording = engine_sound.recorded(page, [version, version], SWITCH, gaps_s, rate_hz=RATE_HZ)
    assert recording.context_rate_hz == RATE_HZ
    sound = recording.channels[0]
    assert sound.size > RATE_HZ
    steady = sound[FADED_IN:]  # a device that opens slowly is still fading in at first
    looped = np.resize(version, steady.size + version.size)
    match = np.correlate(looped[: 2 * version.size], steady[: version.size], mode="valid")
    place = int(np.argmax(match))
    residual = engine_sound.dbfs(steady - looped[place : place + steady.size])
    print(f"residual over {gaps_s.size} switches: {residual:.1f} dBFS")
    assert residual <= -96
    np.testing.assert_array_equal(recording.channels[1], sound)


def allow_sound(page) -> None:
    """Browsers want a click before any sound."""
    page.evaluate(
        """() => {
          const button = document.createElement("button");
          button.textContent = "sound";
          document.body.append(button);
        }"""
    )
    page.click("button")


@pytest.mark.parametrize("missing", ["AbortSignal.timeout", "Object.hasOwn", "window.AudioContext"])
def test_a_browser_that_lacks_something_is_told_so(page, address, missing):
    """Before consent; asked of the script itself, because a page cannot lack what it has."""
    page.goto(f"{address}/media/nothing")
    supported = """async (missing) => {
      const { isSupported } = await import("/listen-assets/listen/support.js");
      const before = isSupported();
      const [owner, name] = missing.split(".");
      const kept = window[owner][name];
      window[owner][name] = undefined;
      const after = isSupported();
      window[owner][name] = kept;
      return [before, after];
    }"""
    assert page.evaluate(supported, missing) == [True, False]
