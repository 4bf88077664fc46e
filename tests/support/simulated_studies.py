"""Studies whose truth is known, as comparisons: listeners and clips differ, votes are untidy."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from listening.analysis.bradley_terry import strengths
from listening.analysis.data import Pairs

CONDITIONS = ("original", "hbss", "mcra", "noisereduce")
PAIRS = np.array(list(combinations(range(len(CONDITIONS)), 2)))
LISTENER_SD = 0.7  # of the difference of two versions, logit
TIES, DROP_OUTS, TWICE = 0.15, 0.2, 0.25  # shares of comparisons, listeners, listeners
NODES, NODE_WEIGHTS = np.polynomial.hermite_e.hermegauss(40)
NODE_WEIGHTS = NODE_WEIGHTS / NODE_WEIGHTS.sum()


@dataclass(frozen=True, eq=False)
class Study:
    """Simulated comparisons and what is true of them.

    wins_on_clips, wins_for_music : expected wins of everybody, [i, j] of i over j, a tie as half
    """

    pairs: Pairs
    wins_on_clips: np.ndarray
    wins_for_music: np.ndarray


def simulate_study(
    rng: np.random.Generator,
    n_listeners: int,
    n_clips: int,
    *,
    clip_sd: float,
    worth=(0.0, 0.3, -0.5, 0.8),
    listener_sd: float = LISTENER_SD,
    is_balanced: bool = False,
    ties: float = TIES,
) -> Study:
    """All pairs of CONDITIONS on every clip, by listeners of whom some stop early or go twice.

    worth : log-strength of each condition for the average listener on the average clip
    clip_sd, listener_sd : of the difference of two versions, logit
    is_balanced : whether for every clip there is one that is as far on the other side
    """
    worth = np.asarray(worth)
    own = listener_sd / np.sqrt(2) * rng.standard_normal((n_listeners, worth.size))
    of_clip = clip_sd / np.sqrt(2) * rng.standard_normal((n_clips, worth.size))
    if is_balanced:
        half = n_clips // 2
        of_clip[half : 2 * half], of_clip[2 * half :] = -of_clip[:half], 0.0
    listener, clip = _heard(rng, n_listeners, n_clips)
    utility = worth + own[listener] + of_clip[clip]
    difference = utility[:, PAIRS[:, 0]] - utility[:, PAIRS[:, 1]]
    result = (rng.random(difference.shape) < _logistic(difference)).astype(float)
    result[rng.random(result.shape) < ties] = 0.5
    trial = np.arange(listener.size)
    return Study(
        _as_pairs(listener, clip, trial, result),
        _expected(worth + of_clip, listener_sd, ties),
        _expected(worth[np.newaxis], np.hypot(listener_sd, clip_sd), ties),
    )


def true_win_probabilities(wins: np.ndarray) -> np.ndarray:
    """Against the first condition, of the Bradley-Terry model for these expected wins."""
    return _logistic(strengths(1e6 * wins[np.newaxis], wins > 0)[0])


def _heard(rng, n_listeners: int, n_clips: int) -> tuple[np.ndarray, np.ndarray]:
    """Listener and clip of every trial, listener by listener."""
    listeners, clips = [], []
    for number in range(n_listeners):
        order = rng.permutation(n_clips)
        if rng.random() < DROP_OUTS:
            order = order[: rng.integers(1, n_clips + 1)]
        order = np.tile(order, 2 if rng.random() < TWICE else 1)
        listeners.append(np.full(order.size, number))
        clips.append(order)
    return np.concatenate(listeners), np.concatenate(clips)


def _as_pairs(listener, clip, trial, result) -> Pairs:
    n_pairs = result.shape[1]
    everyone, clips, trials = (np.repeat(one, n_pairs) for one in (listener, clip, trial))
    a, b = np.tile(PAIRS.T, listener.size)
    return Pairs(
        CONDITIONS, everyone, clips, everyone, trials, a, b, result.ravel(), everyone.copy(), {}
    )


def _expected(worth: np.ndarray, spread: float, ties: float) -> np.ndarray:
    """Mean over clips; worth : of each clip and condition; spread : normal, of a difference."""
    wins = np.zeros((worth.shape[1],) * 2)
    for i, j in PAIRS:
        difference = (worth[:, i] - worth[:, j])[:, np.newaxis] + spread * NODES
        share = float(np.mean(_logistic(difference) @ NODE_WEIGHTS))
        wins[i, j] = ties / 2 + (1 - ties) * share
        wins[j, i] = 1 - wins[i, j]
    return wins


def _logistic(x):
    return 1 / (1 + np.exp(-x))
