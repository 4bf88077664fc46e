"""A blind vote on the open clip: listen, rate, prefer; then the names."""

import secrets

import gradio as gr
import numpy as np

from listening import (
    BallotError,
    Listener,
    VoteNotSaved,
    cast_vote,
    draw_trial,
    read_ballot,
)
from ui.condition_titles import TITLES
from ui.errors import explained
from ui.services import Services
from ui.studio.components import BallotForm
from ui.studio.open_clips import OpenClip
from ui.studio.open_trial import OpenTrial, ballot_value, open_trial
from ui.studio.score_tables import reveal_table
from ui.studio.sliders import restorers_from
from ui.studio.versions import clip_facts, sounds_of, versions_of

STUDIO_STUDY = "studio"  # votes cast in the Studio itself belong to no other study


def build_vote_panel(services: Services, opened: gr.State, listener: gr.State, controls) -> None:
    gr.Markdown(
        "Which version sounds best when you do not know which is which? "
        "The clip and its restorations, as the sliders stand now, in an order drawn for this vote."
    )
    start = gr.Button("Start a blind vote", variant="primary", elem_id="start-vote")
    ballot = BallotForm(elem_id="ballot")
    result = gr.HTML(elem_id="reveal")
    trial = gr.State(None)
    trials_so_far = gr.State(0)

    @explained
    def start_trial(now: OpenClip | None, who: Listener, n_trials: int, *values):
        if now is None:
            raise ValueError("There is no clip to vote on yet; please make or choose one first.")
        restorers = restorers_from(values)
        drawn = draw_trial(
            who,
            clip_facts(now),
            versions_of(now, restorers),
            trial_index=n_trials + 1,
            rng=np.random.default_rng(),
        )
        begun = open_trial(drawn, sounds_of(now, restorers), now.record.label, services.media)
        return begun, n_trials + 1, ballot_value(begun), "", gr.update(visible=False)

    @explained
    def save_vote(begun: OpenTrial, event: gr.EventData):
        if begun is None:
            raise BallotError("trial_not_open")
        try:
            given = read_ballot(event._data, begun.trial)
            services.votes.append(cast_vote(begun.trial, given, app_version=services.app_version))
        except (BallotError, VoteNotSaved) as error:
            return ballot_value(begun, error=str(error)), gr.skip(), gr.skip()
        services.media.drop(begun.addresses.values())
        names = reveal_table(begun.trial, given, TITLES)
        another = gr.update(visible=True, value="Start another blind vote")
        return ballot_value(begun, saved=True), names, another

    start.click(
        start_trial,
        [opened, listener, trials_so_far, *controls],
        [trial, trials_so_far, ballot, result, start],
        concurrency_limit=None,
        show_progress="hidden",
    )
    ballot.submit(
        save_vote,
        trial,
        [ballot, result, start],
        queue=False,
        show_progress="hidden",
        trigger_mode="multiple",  # a try that hangs does not keep the next one from the server
    )


def new_listener(stored_id: str | None) -> tuple[Listener, str]:
    """This visit's listener; the id is kept by the browser, the session is of this visit."""
    listener_id = stored_id or secrets.token_hex(8)
    return Listener(STUDIO_STUDY, secrets.token_hex(8), listener_id), listener_id
