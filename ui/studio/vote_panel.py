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
from ui.errors import explained
from ui.services import Services
from ui.studio.components import BallotForm, Workbench
from ui.studio.open_clips import OpenClips
from ui.studio.open_trial import OpenTrial, ballot_value, open_trial
from ui.studio.score_tables import reveal_table
from ui.studio.versions import clip_facts, shown_versions, sounds_of, titles_of, versions_of
from ui.studio.workbench_state import read_state

# What is kept under it is no secret, only a random number that tells two browsers apart.
LISTENER_KEY = "musicgen-restoration-lab-listener"
STUDIO_STUDY = "studio"  # votes cast in the Studio itself belong to no other study


def build_vote_panel(
    services: Services, page: gr.Blocks, open_clips: OpenClips, workbench: Workbench
) -> None:
    """The blind test takes the place of the workbench, which asks for it."""
    ballot = BallotForm(elem_id="ballot")
    result = gr.HTML(elem_id="reveal")
    listener = gr.State(None)
    stored_listener = gr.BrowserState("", storage_key=LISTENER_KEY, secret=LISTENER_KEY)
    trial = gr.State(None)
    trials_so_far = gr.State(0)

    @explained
    def start_trial(value, who: Listener, n_trials: int):
        state = read_state(value, services.catalogue)
        now = open_clips.open(state.clip_id, state.working_format, part_s=state.part_s)
        restorers = shown_versions(now, state, services.catalogue)
        if not restorers:
            raise ValueError("Please show at least one version besides the original.")
        drawn = draw_trial(
            who,
            clip_facts(now),
            versions_of(now, restorers, titles_of(now, services.catalogue)),
            trial_index=n_trials + 1,
            rng=np.random.default_rng(),
        )
        begun = open_trial(drawn, sounds_of(now, restorers), now.record.label, services.media)
        return {
            trial: begun,
            trials_so_far: n_trials + 1,
            ballot: ballot_value(begun),
            result: "",
        }

    @explained
    def save_vote(begun: OpenTrial, event: gr.EventData):
        if begun is None:
            raise BallotError("trial_not_open")
        try:
            given = read_ballot(event._data, begun.trial)
            services.votes.append(cast_vote(begun.trial, given, app_version=services.app_version))
        except (BallotError, VoteNotSaved) as error:
            return {ballot: ballot_value(begun, error=str(error))}
        services.media.drop(begun.addresses.values())
        return {
            ballot: ballot_value(begun, saved=True),
            result: reveal_table(begun.trial, given),
        }

    def begin_visit(stored_id: str | None):
        who = new_listener(stored_id)
        return {listener: who, stored_listener: who.listener_id}

    page.load(begin_visit, stored_listener, [listener, stored_listener], show_progress="hidden")
    workbench.vote(
        start_trial,
        [workbench, listener, trials_so_far],
        [trial, trials_so_far, ballot, result],
        concurrency_limit=None,
        show_progress="hidden",
    )
    ballot.submit(
        save_vote,
        trial,
        [ballot, result],
        queue=False,
        show_progress="hidden",
        trigger_mode="multiple",  # a try that hangs does not keep the next one from the server
    )


def new_listener(stored_id: str | None) -> Listener:
    """This visit's listener; the id is kept by the browser, the session is of this visit."""
    return Listener(STUDIO_STUDY, secrets.token_hex(8), stored_id or secrets.token_hex(8))
