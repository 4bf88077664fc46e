"""What a listener's browser, or somebody pretending to be one, is answered."""

import json

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from listening import read_votes
from listening.headphones import N_TRIALS
from listening.plan import TrialDesign
from listening.recruitment import LINK_NAMES
from listening.study import StudyRules
from tests.support import trials
from tests.support.trials import new_token
from ui.listen.api import add_listen_api

BROWSER = "0123456789abcdef"


@pytest.fixture
def flow(tmp_path):
    results = tmp_path / "results"
    return trials.session_flow(results, tmp_path / "studies")


@pytest.fixture
def study(flow):
    made = flow.studies.create("a study")
    flow.studies.add_clip(made.study_id, trials.FACTS, trials.versions(), trials.sounds())
    return flow.studies.open(made.study_id)


@pytest.fixture
def client(flow):
    app = FastAPI()
    add_listen_api(app, flow, "/listen")
    return TestClient(app, raise_server_exceptions=False)


class Browser:
    """One listener's page."""

    def __init__(self, client, study):
        self._client = client
        self.root = f"/listen/{study.study_id}/api"
        self.token = new_token()
        entered = self.send("enter", {"listener_id": BROWSER, "language": "it"})
        assert entered.status_code == 200, entered.text

    def send(self, route, body=None, **options):
        headers = {"x-session": self.token}
        options = {"json": body or {}} if "content" not in options else options
        return self._client.post(f"{self.root}/{route}", headers=headers, **options)

    def get(self, url):
        return self._client.get(f"{self.root}/{url}", headers={"x-session": self.token})

    def to_first_trial(self) -> dict:
        self.send("volume")
        return self.send("headphones", {"chosen": [0] * N_TRIALS}).json()["trial"]


@pytest.fixture
def browser(client, study):
    return Browser(client, study)


def answers_to(shown: dict, **changes) -> dict:
    labels = [stimulus["label"] for stimulus in shown["stimuli"]]
    return {
        "trial": shown["id"],
        "vote": "ab" * 16,
        "ratings": dict.fromkeys(labels, 50),
        "preferred": labels[0],
        "comment": "",
        "listened_s": dict.fromkeys(labels, 2.5),
        "switches": dict.fromkeys(labels, 1),
        **changes,
    }


def test_a_whole_session_by_its_answers(browser, flow):
    about = browser.get("about").json()
    assert about == {
        "name": "a study",
        "is_preview": False,
        "is_open": True,
        "consent": {},
        "link_names": list(LINK_NAMES),
    }
    state = browser.send("state").json()
    assert (state["step"], len(state["sounds"])) == ("volume", 1)
    state = browser.send("volume").json()
    assert state["step"] == "headphones"
    assert state["language"] == "it"
    assert len({len(browser.get(url).content) for url in state["sounds"]}) == 1
    state = browser.send("headphones", {"chosen": [1] * N_TRIALS}).json()
    assert (state["step"], state["number"], state["total"]) == ("trial", 0, 1)
    votes = ("ab" * 16, "cd" * 16)
    for number, vote in enumerate(votes, start=1):
        state = browser.send("answer", answers_to(state["trial"], vote=vote)).json()
        assert state["number"] == number
    assert state["step"] == "done"
    assert "trial" not in state
    rows = read_votes(flow.votes.path)
    assert [row["vote_id"] for row in rows] == [votes[0]] * 4 + [votes[1]] * 4
    [session] = flow.sessions.of_study(rows[0]["study_id"]).sessions
    assert (session.headphones_correct, session.headphones_asked) == (2, N_TRIALS)


def test_sounds_of_a_trial_say_nothing_and_die_with_it(browser):
    trial = browser.to_first_trial()
    urls = [stimulus["url"] for stimulus in trial["stimuli"]]
    answers = [browser.get(url) for url in urls]
    assert {answer.status_code for answer in answers} == {200}
    assert len({len(answer.content) for answer in answers}) == 1
    assert len({tuple(answer.headers.items()) for answer in answers}) == 1
    for answer in answers:
        assert answer.headers["cache-control"] == "private, no-store"
        assert not {"etag", "last-modified", "content-disposition"} & set(answer.headers)
    again = browser.send("state").json()["trial"]
    assert again["id"] == trial["id"]
    assert not {stimulus["url"] for stimulus in again["stimuli"]} & set(urls)
    fresh = [browser.get(stimulus["url"]).content for stimulus in again["stimuli"]]
    assert not {answer.content for answer in answers} & set(fresh)  # dithered anew
    assert {browser.get(url).status_code for url in urls} == {404}
    browser.send("answer", answers_to(trial))
    assert {browser.get(s["url"]).status_code for s in again["stimuli"]} == {404}


def test_a_foreign_session_hears_nothing(client, study, browser):
    trial = browser.to_first_trial()
    other = Browser(client, study)
    for stimulus in trial["stimuli"]:
        assert other.get(stimulus["url"]).status_code == 404
        assert client.get(f"{browser.root}/{stimulus['url']}").status_code == 404
        forged = {"x-session": f"{browser.token.split('.')[0]}.{other.token.split('.')[1]}"}
        refused = client.get(f"{browser.root}/{stimulus['url']}", headers=forged)
        assert refused.status_code == 404
    assert client.get(f"/{trial['stimuli'][0]['url']}").status_code == 404


def test_pressing_twice_saves_once(browser, flow):
    trial = browser.to_first_trial()
    first, second = (browser.send("answer", answers_to(trial)) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json()["trial"]["id"] == second.json()["trial"]["id"]
    assert len(read_votes(flow.votes.path)) == 4


A_MEGABYTE = "x" * 2**20


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"trial": "0" * 16}, 400, "no longer open"),
        ({"ratings": {"A": 101, "B": 1, "C": 1, "D": 1}}, 400, "between 0 and 100"),
        ({"ratings": {"A": "50"}}, 400, "Please rate"),
        ({"preferred": "E"}, 400, "choose the one you prefer"),
        ({"comment": A_MEGABYTE}, 413, "answer is too long"),
        ({"comment": "x" * 2001}, 400, "up to 2000 characters"),
        ({"vote": "../../x"}, 400, "no valid vote ID"),
        ({"listened_s": {"A": 0, "B": 9, "C": 9, "D": 9}}, 400, "listen to A"),
        ({"listened_s": {"A": -1, "B": 9, "C": 9, "D": 9}}, 400, "must lie between 0 and"),
    ],
)
def test_hostile_answers_are_refused_and_leave_no_row(browser, flow, changes, status, sentence):
    trial = browser.to_first_trial()
    refused = browser.send("answer", answers_to(trial, **changes))
    assert refused.status_code == status
    assert sentence in refused.json()["error"]
    assert read_votes(flow.votes.path) == []
    assert browser.send("answer", answers_to(trial)).status_code == 200  # and nothing is lost


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b"1", b"\xff", b'{"ratings": {"A": NaN}}', b"[" * 50_000, b'"' + b"x" * 70_000],
)
@pytest.mark.parametrize("route", ["enter", "headphones", "answer"])
def test_bodies_that_are_no_answers_are_refused(browser, flow, route, body):
    browser.to_first_trial()
    refused = browser.send(route, content=body)
    assert refused.status_code in (400, 413)
    assert "error" in refused.json()
    assert read_votes(flow.votes.path) == []


ROUTES = ("state", "volume", "headphones", "answer")


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("token", ["", "x", "0" * 16 + "." + "a" * 32, "é" * 4])
def test_without_a_session_no_route_answers(client, study, route, token):
    refused = client.post(
        f"/listen/{study.study_id}/api/{route}",
        headers={"x-session": token.encode()},
        content=b"{}",
    )
    assert refused.status_code == 403
    assert "does not know this session" in refused.json()["error"]


def test_a_session_belongs_to_its_study(client, flow, browser):
    other = flow.studies.create("another")
    for route in ROUTES:
        browser.root = f"/listen/{other.study_id}/api"
        assert browser.send(route).status_code == 403


def test_studies_that_are_not_there_or_not_open_take_nobody(client, flow):
    body = {"listener_id": BROWSER}
    assert client.post("/listen/no-such-00000000/api/enter", json=body).status_code == 404
    assert client.get("/listen/no-such-00000000/api/about").status_code == 404
    draft = flow.studies.create("a draft")
    headers = {"x-session": new_token()}
    refused = client.post(f"/listen/{draft.study_id}/api/enter", json=body, headers=headers)
    assert refused.status_code == 403
    assert "not recruiting" in refused.json()["error"]


@pytest.mark.parametrize("listener_id", [None, 5, "", "=1+1", "x" * 16, "a" * 65])
def test_a_listener_s_number_is_checked(client, study, listener_id):
    refused = client.post(f"/listen/{study.study_id}/api/enter", json={"listener_id": listener_id})
    assert refused.status_code == 400


@pytest.mark.parametrize("language", [None, [], {}, 5, "xx", ["en"]])
def test_an_unknown_language_is_english(client, study, language):
    headers = {"x-session": new_token()}
    body = {"listener_id": BROWSER, "language": language}
    entered = client.post(f"/listen/{study.study_id}/api/enter", json=body, headers=headers)
    assert entered.json()["language"] == "en"


def test_an_error_of_ours_is_json_with_a_code(client, study, flow, monkeypatch):
    monkeypatch.setattr(flow.studies.__class__, "get", lambda *_: 1 / 0)
    failed = client.get(f"/listen/{study.study_id}/api/about")
    assert failed.status_code == 500
    assert failed.json()["code"] == "server_error"


def test_steps_cannot_be_skipped(browser, flow):
    state = browser.send("state").json()
    assert state["step"] == "volume"
    refused = browser.send("answer", answers_to({"id": "0" * 16, "stimuli": [{"label": "A"}]}))
    assert refused.status_code == 400
    assert browser.send("headphones", {"chosen": [0] * 5}).status_code == 400
    assert read_votes(flow.votes.path) == []


def test_a_disk_that_refuses_is_told_and_the_vote_can_be_repeated(browser, flow):
    trial = browser.to_first_trial()
    flow.votes.path.parent.mkdir(exist_ok=True)
    flow.votes.path.write_text("another,header\n")
    refused = browser.send("answer", answers_to(trial))
    assert refused.status_code == 503
    assert "answers are still here" in refused.json()["error"]
    flow.votes.path.unlink()
    assert browser.send("answer", answers_to(trial)).status_code == 200


def test_nothing_a_page_is_told_names_a_condition(browser):
    told = [browser.send("state").text]
    trial = browser.to_first_trial()
    told.append(json.dumps(trial))
    told.append(browser.send("answer", answers_to(trial)).text)
    for word in (*trials.CONDITIONS, "alpha", "params", "clip", trials.FACTS.clip_id, "song"):
        assert not any(word in text for text in told), word


def test_a_second_vote_after_the_reveal_is_refused(client, flow):
    made = trials.open_study(
        flow.studies,
        design=TrialDesign("pair", has_training=False, trials_per_listener=1),
        rules=StudyRules(shows_conditions=True),
    )
    browser = Browser(client, made)
    trial = browser.to_first_trial()
    done = browser.send("answer", answers_to(trial)).json()
    assert done["heard"]  # now the listener knows
    rows = read_votes(flow.votes.path)
    other = answers_to(trial, vote="cd" * 16, preferred="B")
    refused = browser.send("answer", other)
    assert refused.status_code == 400
    assert "no longer open" in refused.json()["error"]
    assert read_votes(flow.votes.path) == rows
