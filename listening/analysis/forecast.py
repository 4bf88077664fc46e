"""How many more listeners it would take, by continuing the study in simulation.

The listeners so far stand for those to come. In every simulated continuation a crowd is drawn from
them with replacement, which is how unsure their number leaves us of the effect and its spread (B.
Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 7(1), 1979), the
listeners to come are drawn from that crowd, each with all of their answers, and the very test that
decides goes on.
"""

from dataclasses import dataclass

import numpy as np

from listening.analysis.evidence import ALPHA, Cells, clips_path, music_path
from listening.analysis.intervals import Scope

N_SIMULATIONS = 100
FEWEST_SIMULATIONS = 40
MOST_CELLS = 10_000_000  # of all simulations together
SHARE_DECIDED = 0.8
FEWEST_KNOWN = 5  # listeners; fewer stand for nobody
LONGEST = 4  # times as many listeners as there are, at most
HORIZONS = (100, 1000)  # listeners, at least and at most


@dataclass(frozen=True)
class Forecast:
    """Of simulated continuations, when they were decided.

    more_listeners : after so many more, SHARE_DECIDED of them were; None if fewer ever were
    low, high : after so many 10 % and 90 % were; None likewise
    horizon : so many more listeners were simulated
    decided : share of continuations that were decided by then
    """

    more_listeners: int | None
    low: int | None
    high: int | None
    horizon: int
    decided: float


def forecast(cells: Cells, scope: Scope, *, n_tests: int = 1, seed: int = 0) -> Forecast | None:
    """None where there are too few listeners; arguments as for `evidence.decide`."""
    n_known = cells.n_listeners
    if n_known < FEWEST_KNOWN:
        return None
    horizon = int(np.clip(LONGEST * n_known, *HORIZONS))
    size = (n_known + horizon) * cells.rank.size / n_known
    n_simulations = int(np.clip(MOST_CELLS / size, FEWEST_SIMULATIONS, N_SIMULATIONS))
    rng = np.random.default_rng(seed)
    bound = np.log(n_tests / ALPHA)
    needed = []
    for _ in range(n_simulations):
        crowd = rng.integers(n_known, size=n_known)
        drawn = crowd[rng.integers(n_known, size=horizon)]
        path = _continued(cells, drawn, scope)
        needed.append(int(np.argmax(path >= bound)) + 1 if (path >= bound).any() else np.inf)
    low, most, high = (
        _whole(np.quantile(needed, q, method="higher")) for q in (0.1, SHARE_DECIDED, 0.9)
    )
    return Forecast(most, low, high, horizon, float(np.mean(np.isfinite(needed))))


def _continued(cells: Cells, drawn: np.ndarray, scope: Scope) -> np.ndarray:
    """Log e-values after each of the listeners `drawn` (ranks of known ones) that follow."""
    known = cells.n_listeners
    if scope == Scope.CLIPS:
        shares = cells.shares()
        paths = clips_path(np.concatenate([shares, shares[drawn]]))
    else:
        paths = music_path(_with_more(cells, drawn))
    return np.logaddexp(*paths)[known:]


def _with_more(cells: Cells, drawn: np.ndarray) -> Cells:
    """The cells of those known, and of `drawn` after them."""
    n_cells = np.bincount(cells.rank)
    first = np.cumsum(n_cells) - n_cells
    counts = n_cells[drawn]
    start = np.repeat(np.cumsum(counts) - counts, counts)
    places = np.repeat(first[drawn], counts) + np.arange(counts.sum()) - start
    rank = np.repeat(cells.n_listeners + np.arange(drawn.size), counts)
    return Cells(
        np.concatenate([cells.rank, rank]),
        *(np.concatenate([one, one[places]]) for one in (cells.clip, cells.n, cells.won)),
    )


def _whole(needed: float) -> int | None:
    return int(needed) if np.isfinite(needed) else None
