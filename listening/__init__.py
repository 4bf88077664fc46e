"""The listening test: trials, blind stimuli, ballots and the votes they become.

Knows conditions by their slugs and never how a restorer works.
"""

from listening.ballot import Ballot, BallotError, read_ballot
from listening.trial import (
    ClipFacts,
    Listener,
    Stimulus,
    Trial,
    VersionFacts,
    arrange_trial,
    draw_trial,
)
from listening.votes import Vote, VoteLog, VoteNotSaved, cast_vote, read_votes

__all__ = [
    "Ballot",
    "BallotError",
    "ClipFacts",
    "Listener",
    "Stimulus",
    "VersionFacts",
    "Trial",
    "Vote",
    "VoteLog",
    "VoteNotSaved",
    "arrange_trial",
    "cast_vote",
    "draw_trial",
    "read_ballot",
    "read_votes",
]
