"""How far can a restorer go before it changes the sound too much?"""

import dataclasses
from dataclasses import dataclass

import numpy as np

from comparison.comparison import Comparison
from restorers import Restorer, strength_of

CURVE_POINTS = 9  # settings along the curve, besides those that the search visits


@dataclass(frozen=True)
class FitPoint:
    """One setting of the strength parameter and what it gives."""

    value: float
    delta_hf_band_db: float
    log_mel_distance: float


@dataclass(frozen=True)
class Fit:
    """The trade-off of one restorer on one clip.

    points : from the weakest setting to the strongest
    chosen : the strongest point within the limit; None if even the weakest exceeds it
    limit : largest log-mel distance allowed
    """

    parameter: str
    points: tuple[FitPoint, ...]
    chosen: FitPoint | None
    limit: float


def fit_strength(comparison: Comparison, restorer: Restorer) -> Fit:
    """The strongest setting of `restorer` that keeps the log-mel distance within the limit.

    Bisection over the steps of its strength parameter, all other parameters as they are. The
    distance grows with the strength; where it does not, the strongest setting tried counts.
    Raises ValueError if the restorer has no such parameter.
    """
    comparison, settings = comparison.afresh(), comparison.settings
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
        return point(step).log_mel_distance <= settings.log_mel_limit

    for step in np.linspace(0, len(steps) - 1, CURVE_POINTS).round().astype(int):
        point(int(step))
    within = max((step for step in tried if is_within(step)), default=None)
    if within is not None:
        too_far = min((step for step in tried if step > within), default=within + 1)
        while too_far - within > 1:
            middle = (within + too_far) // 2
            within, too_far = (middle, too_far) if is_within(middle) else (within, middle)
    return Fit(
        parameter=strength.name,
        points=tuple(tried[step] for step in sorted(tried)),
        chosen=None if within is None else tried[within],
        limit=settings.log_mel_limit,
    )


def _point(comparison: Comparison, restorer: Restorer, name: str, value: float) -> FitPoint:
    scores = comparison.scores(dataclasses.replace(restorer, **{name: value}))
    return FitPoint(value, scores.delta_hf_band_db, scores.log_mel_distance)
