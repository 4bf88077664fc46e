"""Listeners without a browser: they go through a study by the server's own routes."""

import http.client
import json
from urllib.parse import urlsplit

from listening.headphones import N_TRIALS
from tests.support.trials import new_token

TIMEOUT_S = 120


class Refused(Exception):
    """The server has answered, and not with what was asked for."""


class Voter:
    """One listener with a connection of their own.

    shown : the trial that is on; None once there is none
    address : their network address, as a proxy passes it on; the server's limits count by it
    """

    def __init__(self, study_id: str, address: str = "127.0.0.1"):
        self.study_id = study_id
        self.address = address
        self.token = new_token()
        self.shown: dict | None = None
        self._connection: http.client.HTTPConnection | None = None

    def connect(self, address: str) -> None:
        """Talk to the server at `address` from now on."""
        self.disconnect()
        self._connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=TIMEOUT_S)

    def disconnect(self) -> None:
        if self._connection:
            self._connection.close()

    def to_first_trial(self) -> None:
        self.ask("enter", {"listener_id": self.token[:16], "language": "en"})
        self.ask("volume")
        self.shown = self.ask("headphones", {"chosen": [0] * N_TRIALS})["trial"]

    def hear(self) -> int:
        """Fetch all sounds of the trial; returns their bytes."""
        return sum(len(self._fetch("GET", one["url"])) for one in self.shown["stimuli"])

    @property
    def answers(self) -> dict:
        """To the trial that is shown; the same every time."""
        labels = [stimulus["label"] for stimulus in self.shown["stimuli"]]
        return {
            "trial": self.shown["id"],
            "vote": self.shown["id"][::-1],
            "ratings": dict.fromkeys(labels, 50),
            "preferred": labels[0],
            "comment": "",
            "listened_s": dict.fromkeys(labels, 5),
            "switches": dict.fromkeys(labels, 1),
        }

    def vote(self) -> None:
        """Answer the trial, and be shown the next one."""
        self.shown = self.ask("answer", self.answers).get("trial")

    def ask(self, route: str, body: dict | None = None) -> dict:
        return json.loads(self._fetch("POST", route, json.dumps(body or {})))

    def _fetch(self, method: str, route: str, body: str | None = None) -> bytes:
        """Raises Refused, or OSError or HTTPException if the server is not there."""
        path = f"/listen/{self.study_id}/api/{route}"
        headers = {"X-Session": self.token, "X-Forwarded-For": self.address}
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        data = answer.read()
        if answer.status != 200:
            raise Refused(f"{route}: {answer.status} {data[:200]}")
        return data
