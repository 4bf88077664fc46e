"""A blind trial on a page of the Studio."""

from dataclasses import dataclass

import numpy as np

from audio.clip import AudioClip
from listening import Trial
from listening.stimuli import stimulus_files
from ui.listen.trial_json import trial_json
from ui.media import MediaStore


@dataclass(frozen=True)
class OpenTrial:
    """A trial on a page, with the addresses of its sounds by label."""

    trial: Trial
    addresses: dict[str, str]
    headline: str


def open_trial(
    trial: Trial, sounds: dict[str, AudioClip], headline: str, media: MediaStore
) -> OpenTrial:
    """Put the trial's stimuli behind fresh addresses; sounds are by condition."""
    files = stimulus_files(trial, sounds, np.random.default_rng())
    addresses = {label: media.put(data, "audio/wav") for label, data in files.items()}
    return OpenTrial(trial, addresses, headline)


def ballot_value(opened: OpenTrial, *, saved: bool = False, error: str | None = None) -> dict:
    """The value of the BallotForm: labels and addresses, and what became of the vote."""
    return {
        "trial": trial_json(opened.trial, opened.addresses),
        "headline": opened.headline,
        "saved": saved,
        "error": error,
    }
