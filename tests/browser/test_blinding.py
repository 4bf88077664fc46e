"""Does anything but the sound tell a listener's browser which version is which?"""

import dataclasses
import json

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier

from listening import read_votes
from listening.anchors import ANCHOR_TITLES
from listening.plan import TrialDesign
from listening.study import StudyRules
from listening.study_store import StudyStore
from restorers import RESTORERS
from tests.support import trials
from tests.support.browser import listener

# A page that finds these anywhere knows more than it should.
CONDITIONS = {*trials.CONDITIONS, *ANCHOR_TITLES}
TITLES = {cls.title for cls in RESTORERS.values()} | set(ANCHOR_TITLES.values())
PARAMETERS = {field.name for cls in RESTORERS.values() for field in dataclasses.fields(cls)} | {
    "params",
    "cutoff",
    "hf_band",
    "hpss",
    "log_mel",
    "criteri",
    "gain",
    "lufs",
}
FILES = {".wav", "studies/", "sounds/", "votes.csv", "sessions.csv", trials.FACTS.clip_id[:15]}
SOURCE = {trials.FACTS.prompt, trials.FACTS.generator}
TELLING_HEADERS = {"etag", "last-modified", "content-disposition", "x-process-time", "set-cookie"}


class Recorder:
    """Everything that a page sends, gets, shows and keeps, until a moment."""

    def __init__(self, page):
        self.page = page
        self.exchanges = []  # one dict for each answer of the server
        self.states = []  # of the page itself
        page.route("**/*", self._record)

    def _record(self, route):
        request, response = route.request, route.fetch()
        self.exchanges.append(
            {
                "url": request.url,
                "asked": request.post_data or "",
                "asked_headers": request.headers,
                "status": response.status,
                "headers": response.headers,
                "body": response.body(),
            }
        )
        route.fulfill(response=response)

    def look(self):
        self.states.append(
            self.page.evaluate(
                """async () => JSON.stringify({
                  document: document.documentElement.outerHTML,
                  title: document.title,
                  address: location.href,
                  history: [history.length, history.state],
                  local: { ...localStorage },
                  session: { ...sessionStorage },
                  cookies: document.cookie,
                  databases: (await indexedDB.databases()).map(({ name }) => name),
                  caches: window.caches ? await caches.keys() : [],
                  resources: performance.getEntriesByType("resource").map(({ name }) => name),
                })"""
            )
        )

    @property
    def sounds(self) -> list[dict]:
        return [one for one in self.exchanges if "/api/media/" in one["url"]]

    @property
    def text(self) -> str:
        """All of it but the samples and our own static scripts."""
        spoken = [
            json.dumps({**one, "body": one["body"].decode("utf-8", "replace")})
            for one in self.exchanges
            if one not in self.sounds and "/listen-assets/" not in one["url"]
        ]
        silent = [json.dumps({**one, "body": ""}) for one in self.sounds]
        return "\n".join([*spoken, *silent, *self.states])


@pytest.mark.parametrize("design", ["multi", "pair", "abx"])
def test_nothing_before_the_vote_tells_the_versions_apart(design, results, open_any, address):
    store = StudyStore(results / "studies")
    study = trials.open_study(
        store,
        name="quiet",
        has_anchors=True,
        design=TrialDesign(design, has_training=False, trials_per_listener=1),
        rules=StudyRules(min_listening_s=0.2),
    )
    page = open_any(address, f"/listen/{study.study_id}", init_script=listener.HURRY)
    recorder = Recorder(page)
    page.reload()  # from the very first byte
    page.locator("h1").wait_for()
    recorder.look()
    for step in (listener.consent, listener.set_volume, listener.check_headphones):
        step(page)
        recorder.look()
    listener.fill(page)
    recorder.look()
    assert len(recorder.states) == 5

    text = recorder.text.lower()
    for word in sorted(CONDITIONS | TITLES | PARAMETERS | FILES | SOURCE):
        assert word.lower() not in text, word
    scripts = b"".join(one["body"] for one in recorder.exchanges if "/listen-assets/" in one["url"])
    assert scripts
    for word in sorted((CONDITIONS - {"original"}) | TITLES):
        assert word.encode() not in scripts, word

    [conditions] = [trial.conditions for trial in study.plan(0)]
    sounds = recorder.sounds[-len(conditions) :]
    assert len({len(one["body"]) for one in sounds}) == 1
    assert len({one["body"][:44] for one in sounds}) == 1  # all that comes before the samples
    assert len({json.dumps(_without_date(one["headers"])) for one in sounds}) == 1
    assert len({json.dumps(_without_date(one["asked_headers"])) for one in sounds}) == 1
    assert len({len(one["url"]) for one in sounds}) == len({one["status"] for one in sounds}) == 1
    assert len({one["body"] for one in sounds}) == len(sounds)
    for one in recorder.exchanges:
        assert not TELLING_HEADERS & set(one["headers"]), one["url"]

    used = page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    listener.send(page)
    assert "original" not in page.content().lower()  # nor after it, unless the owner wants it
    token = json.loads(recorder.states[-1])["local"]
    assert any("token" in value for value in token.values())
    for url in (one["url"] for one in sounds):
        assert url in used
        assert page.request.get(url).status == 404  # nobody else hears it
        secret = {"X-Session": sounds[0]["asked_headers"]["x-session"]}
        assert page.request.get(url, headers=secret).status == 404  # nor do they, after the vote


def _without_date(headers: dict) -> dict:
    return {name: value for name, value in headers.items() if name != "date"}


N_SCREENS, N_QUESTIONS, N_SESSIONS = 70, 3, 7  # 1,470 pair trials
# A script that knows no more than a page does, and writes down all it can see of each stimulus.
WATCH = """
async ([study, listenerId, token]) => {
  const root = `/listen/${study}/api/`;
  const ask = async (route, body) => (await fetch(root + route, {
    method: "POST", body: JSON.stringify(body), headers: { "X-Session": token },
  })).json();
  const hash = (bytes) => bytes.reduce((h, b) => (Math.imul(h, 31) + b) | 0, 7);
  const codes = (text) => [...text].map((c) => c.charCodeAt(0));
  let state = await ask("enter", { listener_id: listenerId, language: "en" });
  state = await ask("volume", {});
  state = await ask("headphones", { chosen: [0, 0, 0, 0, 0, 0] });
  const seen = [];
  while (state.step === "trial") {
    const trial = state.trial;
    const labels = trial.stimuli.map(({ label }) => label);
    const told = Object.fromEntries(labels.map((label) => [label, []]));
    const order = seen.length % 2 ? [...trial.stimuli].reverse() : trial.stimuli;
    for (const stimulus of order) {
      const began = performance.now();
      const response = await fetch(root + stimulus.url, { headers: { "X-Session": token } });
      const answered = performance.now();
      const bytes = new Uint8Array(await response.arrayBuffer());
      const [entry] = performance.getEntriesByName(response.url);
      told[stimulus.label] = [
        answered - began, performance.now() - answered, entry.duration, entry.transferSize,
        entry.encodedBodySize, entry.responseStart - entry.requestStart,
        bytes.length, bytes[bytes.length - 1], hash(bytes), ...bytes.slice(0, 44),
        hash(codes([...response.headers].filter(([name]) => name !== "date").join())),
        [...response.headers].length, response.url.length, hash(codes(stimulus.url)),
        ...codes(stimulus.url).slice(-22), JSON.stringify(stimulus).length,
        trial.stimuli.indexOf(stimulus), parseInt(trial.id.slice(0, 8), 16), seen.length,
        Object.keys(stimulus).length, codes(stimulus.label)[0],
      ];
      performance.clearResourceTimings();
    }
    seen.push([trial.id, told]);
    state = await ask("answer", {
      trial: trial.id, vote: trial.id + trial.id, preferred: "none", comment: "",
      listened_s: { A: 1, B: 1 }, switches: { A: 0, B: 0 },
    });
  }
  return [seen, Object.keys(localStorage).length];
}
"""


def guessed_share(features: np.ndarray, is_first: np.ndarray) -> float:
    """How often a classifier trained on one half of the trials is right about the other half."""
    right = []
    halves = np.arange(len(features)) % 2 == 0
    for half in (halves, ~halves):
        forest = RandomForestClassifier(100, random_state=0, n_jobs=2)
        forest.fit(features[half], is_first[half])
        right.append(forest.predict(features[~half]) == is_first[~half])
    return float(np.mean(np.concatenate(right)))


def test_a_guesser_with_all_that_a_page_sees_is_at_chance(results, open_any, address):
    study = trials.open_study(
        StudyStore(results / "studies"),
        name="guess",
        n_clips=N_SCREENS,
        conditions=("original", "hbss"),
        design=TrialDesign(
            "pair", has_training=False, questions=("preference", "annoyance", "naturalness")
        ),
        rules=StudyRules(min_listening_s=0),
    )
    page = open_any(address, f"/listen/{study.study_id}")
    seen = []
    for number in range(N_SESSIONS):
        token = f"{number:016x}.{number:032x}"
        told, _ = page.evaluate(WATCH, [study.study_id, f"{number:016x}", token])
        assert len(told) == N_SCREENS * N_QUESTIONS
        seen += told
    original = {
        row["trial_id"]: row["label"]
        for row in read_votes(results / "votes.csv")
        if row["condition"] == "original" and row["study_id"] == study.study_id
    }
    is_first = np.array([original[trial] == "A" for trial, _ in seen])
    first, second = (np.array([told[label] for _, told in seen]) for label in "AB")
    features = np.hstack([first, second, first - second])
    share = guessed_share(features, is_first)
    print(f"guessed right: {100 * share:.1f} % of {len(seen)} trials")
    assert 0.46 <= share <= 0.54

    # The same guesser does find a leak: one byte more or less, in nine trials out of ten.
    rng = np.random.default_rng(0)
    leak = np.where(rng.random(len(is_first)) < 0.9, is_first, ~is_first)
    assert guessed_share(np.column_stack([features, leak]), is_first) > 0.8
