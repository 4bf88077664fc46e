"""All that a page is told of a trial before the vote: nothing in it differs by condition."""

from collections.abc import Mapping

from listening.ballot import MAX_COMMENT_LENGTH, asks_for_choice
from listening.trial import Trial


def trial_json(
    trial: Trial, addresses: Mapping[str, str], *, min_listening_s: float = 0.0
) -> dict[str, object]:
    """What the page shows; addresses are of the sounds, by label."""
    return {
        "id": trial.trial_id,
        "design": trial.design,
        "question": trial.question,
        "asks_for_choice": asks_for_choice(trial),
        "rate": trial.clip.sample_rate_hz,
        "min_listening_s": min_listening_s,
        "max_comment": MAX_COMMENT_LENGTH,
        "stimuli": [{"label": label, "url": addresses[label]} for label in trial.labels],
    }
