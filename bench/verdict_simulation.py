"""Do the intervals cover the truth, and does the test that may be watched keep its promise?

    python -m bench.verdict_simulation [--runs 500]

Simulates studies whose truth is known: listeners answer pairs of four versions, alike in their
preferences or each with their own. Counts how often the 95 % intervals of shares and of the
Bradley-Terry ranking cover the truth, and in how many studies without any preference the evidence
ever reaches its bound when looked at after every one of 200 votes. Prints a Markdown table; the one
in bench/verdict_simulation.md was made by this script.
"""

import argparse
from itertools import combinations

import numpy as np

from bench.tables import print_head, print_row
from listening.analysis.anytime import evidence
from listening.analysis.bradley_terry import rank, strengths
from listening.analysis.data import Pairs
from listening.analysis.intervals import share

CONDITIONS = ("original", "hbss", "mcra", "noisereduce")
TRUTH = np.array([0.0, 0.3, -0.5, 0.8])  # log-strengths
TRIALS = 18  # of each listener, three of every pair
PAIRS = np.array(list(combinations(range(len(CONDITIONS)), 2)))
CROWD = 200_000  # listeners that stand for everybody
N_VOTES = 200
VOTES_EACH = 10
N_RESAMPLES = 400


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=500)
    runs = parser.parse_args().runs
    rng = np.random.default_rng(2026)
    print(f"{runs} studies in each row.\n")
    print_head("listeners", "unlike by (log-strength)", "shares cover", "Bradley-Terry covers")
    for n_listeners in (12, 24, 60):
        for spread in (0.0, 0.5, 1.0):
            shares, ranking = coverage(n_listeners, spread, runs=runs, rng=rng)
            covered = (f"{100 * one:.1f} %" for one in (shares, ranking))
            print_row(n_listeners, spread, *covered)
    print(f"\n{N_VOTES} votes, {VOTES_EACH} of each listener, looked at after every vote.\n")
    print_head("listeners prefer the restoration in", "ever decided", "for the wrong side")
    for name, (draw, truth_for) in PREFERENCES.items():
        decided, wrong = watched(draw, truth_for, runs=runs, rng=rng)
        print_row(name, f"{100 * decided:.1f} %", f"{100 * wrong:.1f} %")


# How a listener's probability is drawn, and whether listeners on average prefer the restoration
# (where they prefer neither, every decision is wrong and none counts as such).
PREFERENCES = {
    "50 %, all alike": (lambda rng: 0.5, True),
    "50 % on average, each their own": (lambda rng: rng.beta(2, 2), True),
    "50 % on average, each always the same": (lambda rng: float(rng.integers(2)), True),
    "50 % on average, few strongly, many weakly": (
        lambda rng: 0.9 if rng.random() < 0.2 else 0.4,
        True,
    ),
    "60 %, all alike": (lambda rng: 0.6, True),
    "75 % on average, each their own": (lambda rng: rng.beta(3, 1), True),
    "25 % on average, each their own": (lambda rng: rng.beta(1, 3), False),
}


def coverage(n_listeners: int, spread: float, *, runs: int, rng) -> tuple[float, float]:
    """How often the intervals of a share, and of a win probability, hold what everybody would say.

    The share is that of noisereduce against the original; of the ranking all three are counted.
    """
    everybody = _probabilities(CROWD, spread, rng).mean(axis=0)  # of the first of each pair
    wins = np.zeros((len(CONDITIONS),) * 2)
    wins[PAIRS[:, 0], PAIRS[:, 1]] = everybody
    wins[PAIRS[:, 1], PAIRS[:, 0]] = 1 - everybody
    truth = strengths(1e6 * wins[np.newaxis], wins > 0)[0]
    true_share = wins[CONDITIONS.index("noisereduce"), 0]
    share_hits, rank_hits = 0, []
    for run in range(runs):
        pairs = _study(n_listeners, spread, rng)
        against = pairs.between("noisereduce", "original")
        found = share(against.result, against.listener)
        share_hits += found.low <= true_share <= found.high
        for one in rank(pairs, n_resamples=N_RESAMPLES, seed=run):
            if one.low is not None:
                true = 1 / (1 + np.exp(-truth[CONDITIONS.index(one.condition)]))
                rank_hits.append(one.low <= true <= one.high)
    return share_hits / runs, float(np.mean(rank_hits))


def _probabilities(n_listeners: int, spread: float, rng) -> np.ndarray:
    """Of preferring the first of each pair; shape (n_listeners, n_pairs)."""
    own = TRUTH + spread * rng.standard_normal((n_listeners, len(TRUTH)))
    return 1 / (1 + np.exp(own[:, PAIRS[:, 1]] - own[:, PAIRS[:, 0]]))


def _study(n_listeners: int, spread: float, rng) -> Pairs:
    n_each = TRIALS // len(PAIRS)
    first_wins = rng.random((n_each, n_listeners, len(PAIRS))) < _probabilities(
        n_listeners, spread, rng
    )
    _, listener, pair = np.indices(first_wins.shape)
    n = first_wins.size
    return Pairs(
        CONDITIONS,
        listener.ravel(),
        listener.ravel(),
        np.arange(n),
        PAIRS[pair.ravel(), 0],
        PAIRS[pair.ravel(), 1],
        first_wins.ravel().astype(float),
        np.ones(n, dtype=bool),
        {},
    )


def watched(draw, truth_for: bool, *, runs: int, rng) -> tuple[float, float]:
    """Share of studies that are ever decided, and of those decided against the truth."""
    decided, wrong = 0, 0
    n_listeners = N_VOTES // VOTES_EACH
    for _ in range(runs):
        preference = np.array([draw(rng) for _ in range(n_listeners)])
        order = rng.permutation(np.repeat(np.arange(n_listeners), VOTES_EACH))
        wins, answered = np.zeros((2, n_listeners), dtype=int)
        for listener in order:
            wins[listener] += rng.random() < preference[listener]
            answered[listener] += 1
            if answered[listener] < VOTES_EACH:
                continue  # what is seen at this look is what was seen before
            found = evidence(wins[answered == VOTES_EACH] / VOTES_EACH)
            if found.decides:
                decided += 1
                wrong += found.leans_for != truth_for
                break
    return decided / runs, wrong / runs


if __name__ == "__main__":
    main()
