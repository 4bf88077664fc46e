"""Studies with metrics that have nothing, or something, to do with what listeners hear."""

import numpy as np

from listening.analysis.data import Pairs
from listening.analysis.metric_and_ear import BETTER, agreements, log_mel_threshold

CONDITIONS = ("original", "hbss", "mcra", "noisereduce")
WORTH = np.array([0.0, 0.5, -1.0, 1.5])  # what the average listener hears on the average clip
CLIP_SD, LISTENER_SD = 0.7, 0.5  # of each version's worth
UNRELATED, LEVELS = "unrelated", "unrelated, each version at its level"
RELATED, FOLLOWING = "related, versions differ", "related, versions alike"
KINDS = (UNRELATED, LEVELS, RELATED, FOLLOWING)
ALIKE, ALIKE_SD = np.array([0.0, 0.1, -0.1, 0.2]), 1.1  # the same, where versions are alike
LEVEL_SD = 2.0  # beside 1 for each version of each clip
CORRELATION = 0.65  # of a related metric and what the average listener hears
PAIRS = np.array([(i, j) for i in range(4) for j in range(i + 1, 4)])


def called_rates(job: tuple) -> tuple:
    """How often a metric is called better or worse than chance, and a threshold is told."""
    runs, kind, n_listeners, n_clips = job
    rng = np.random.default_rng([7, n_listeners, n_clips, KINDS.index(kind)])
    any_called, first_called, told, right = 0, 0, 0, []
    for _ in range(runs):
        pairs = _study(rng, n_listeners, n_clips, kind)
        found = [one for one in agreements(pairs, "original") if not one.with_reference]
        any_called += any(one.follows_listeners for one in found)
        first_called += found[0].follows_listeners
        right.append(found[0].agrees.value)
        threshold = log_mel_threshold(pairs, "original")
        told += bool(threshold and threshold.is_told)
    name = f"{kind}: {100 * np.mean(right):.0f} % of pairs"
    rates = (f"{100 * one / runs:.1f} %" for one in (any_called, first_called, told))
    return (name, n_listeners, n_clips, *rates)


def _study(rng, n_listeners: int, n_clips: int, kind: str) -> Pairs:
    """Trials of all versions by all listeners on all clips, with a metric value for each.

    kind : of KINDS. Metrics have nothing to do with the votes, under LEVELS with a level of their
    own for each version; under RELATED and FOLLOWING the first one orders some 70 % of pairs as
    listeners do, by versions and clips, or by clips alone.
    """
    n = len(CONDITIONS)
    worth, clip_sd = (ALIKE, ALIKE_SD) if kind == FOLLOWING else (WORTH, CLIP_SD)
    of_clip = worth + clip_sd * rng.standard_normal((n_clips, n))
    heard = (
        of_clip
        + LISTENER_SD * rng.standard_normal((n_listeners, 1, n))
        + rng.gumbel(size=(n_listeners, n_clips, n))
    )
    metrics = rng.standard_normal((len(BETTER), n_clips, n))
    if kind == LEVELS:
        metrics += LEVEL_SD * rng.standard_normal((len(BETTER), 1, n))
    if kind == FOLLOWING:
        metrics[0] = of_clip
    if kind == RELATED:
        signal = (of_clip - WORTH[1:].mean()) / np.std(of_clip[:, 1:] - WORTH[1:].mean())
        metrics[0] = CORRELATION * signal + np.sqrt(1 - CORRELATION**2) * metrics[0]
    listener, clip, pair = np.indices((n_listeners, n_clips, len(PAIRS))).reshape(3, -1)
    a, b = PAIRS[pair].T
    result = 0.5 + 0.5 * np.sign(heard[listener, clip, a] - heard[listener, clip, b])
    signs = np.array(list(BETTER.values()))[:, np.newaxis, np.newaxis]
    values = dict(zip(BETTER, signs * metrics, strict=True))
    trial = listener * n_clips + clip
    return Pairs(
        CONDITIONS, listener, clip, listener, trial, a, b, result, listener.copy(),
        {name: (value[clip, a], value[clip, b]) for name, value in values.items()},
    )  # fmt: skip
