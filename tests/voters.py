"""Listeners without a browser: they go through a study by the server's own routes."""

from dataclasses import dataclass, field

import httpx

from listening.headphones import N_TRIALS
from listening.sessions import new_token


@dataclass
class Voter:
    """One listener; `client` may be shared by many.

    shown : the trial that is on; None once there is none
    """

    client: httpx.AsyncClient
    study_id: str
    token: str = field(default_factory=new_token)
    shown: dict | None = None

    async def ask(self, route: str, body: dict | None = None) -> dict:
        """What the server answers; raises httpx.HTTPError if it does not, or refuses."""
        answer = await self.client.post(
            f"/listen/{self.study_id}/api/{route}",
            json=body or {},
            headers={"x-session": self.token},
        )
        answer.raise_for_status()
        return answer.json()

    async def to_first_trial(self) -> None:
        await self.ask("enter", {"listener_id": self.token[:16], "language": "en"})
        await self.ask("volume")
        state = await self.ask("headphones", {"chosen": [0] * N_TRIALS})
        self.shown = state["trial"]

    async def hear(self) -> int:
        """Fetch all sounds of the trial; returns their bytes."""
        heard = 0
        for stimulus in self.shown["stimuli"]:
            answer = await self.client.get(
                f"/listen/{self.study_id}/api/{stimulus['url']}",
                headers={"x-session": self.token},
            )
            answer.raise_for_status()
            heard += len(answer.content)
        return heard

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

    async def vote(self) -> None:
        """Answer the trial, and be shown the next one."""
        state = await self.ask("answer", self.answers)
        self.shown = state.get("trial")
