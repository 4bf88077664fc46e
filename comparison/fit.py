"""How far can a restorer go before it changes the sound too much, or takes music?"""

import dataclasses
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from comparison.comparison import Comparison
from metrics.residual_noise import NOISE_SHARE_LIMIT
from restorers import Restorer, strength_of

CURVE_POINTS = 9  # settings along the curve, besides those that the search visits


class Goal(StrEnum):
    """What may not be exceeded.

    LOG_MEL : the report's limit of the log-mel distance, of how much changes
    NOISE : the residual has to stay noise; of what changes (`metrics.residual_noise`)
    """

    LOG_MEL = "log-mel"
    NOISE = "noise"


@dataclass(frozen=True)
class FitPoint:
    """One setting of the strength parameter and what it gives; noise_share : None if nothing was
    removed."""

    value: float
    delta_hf_band_db: float
    log_mel_distance: float
    noise_share: float | None

    def cost(self, goal: Goal) -> float:
        """What has to stay within the limit: the distance, or the share of the residual that is
        music."""
        if goal == Goal.LOG_MEL:
            return self.log_mel_distance
        return 0.0 if self.noise_share is None else 1 - self.noise_share


@dataclass(frozen=True)
class Fit:
    """The trade-off of one restorer on one clip.

    points : from the weakest setting to the strongest
    chosen : the strongest point within the limit; None if even the weakest that removes something
        exceeds it
    limit : largest cost allowed
    """

    goal: Goal
    parameter: str
    points: tuple[FitPoint, ...]
    chosen: FitPoint | None
    limit: float


def fit_strength(comparison: Comparison, restorer: Restorer, goal: Goal = Goal.LOG_MEL) -> Fit:
    """The strongest setting of `restorer` that keeps its cost within the goal's limit.

    Bisection over the steps of its strength parameter, all other parameters as they are. The cost
    grows with the strength; where it does not, the strongest setting tried counts.
    Raises ValueError if the restorer has no such parameter.
    """
    comparison, settings = comparison.afresh(), comparison.settings
    limit = settings.log_mel_limit if goal == Goal.LOG_MEL else 1 - NOISE_SHARE_LIMIT
    strength = strength_of(restorer)
    if strength is None:
        raise ValueError(f"{restorer.title} has no parameter that makes it stronger or weaker.")
    steps = strength.steps_by_strength()
    tried: dict[int, FitPoint] = {}

    def point(step: int) -> FitPoint:
        if step not in tried:
            tried[step] = _point(comparison, restorer, strength.name, steps[step])
        return tried[step]

    def is_within(step: int) -> bool:
        return point(step).cost(goal) <= limit

    for step in np.linspace(0, len(steps) - 1, CURVE_POINTS).round().astype(int):
        point(int(step))
    within = max((step for step in tried if is_within(step)), default=None)
    if within is not None:
        too_far = min((step for step in tried if step > within), default=within + 1)
        while too_far - within > 1:
            middle = (within + too_far) // 2
            within, too_far = (middle, too_far) if is_within(middle) else (within, middle)
    chosen = None if within is None else tried[within]
    if chosen is not None and chosen.noise_share is None:
        chosen = None  # nothing but nothing is within
    return Fit(
        goal=goal,
        parameter=strength.name,
        points=tuple(tried[step] for step in sorted(tried)),
        chosen=chosen,
        limit=limit,
    )


def _point(comparison: Comparison, restorer: Restorer, name: str, value: float) -> FitPoint:
    setting = dataclasses.replace(restorer, **{name: value})
    scores = comparison.scores(setting)
    return FitPoint(
        value,
        scores.delta_hf_band_db,
        scores.log_mel_distance,
        comparison.residual_noise(setting).noise_share,
    )
