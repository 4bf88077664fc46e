"""Which metric to trust: does it put settings in the order in which the truth puts them?

A metric that needs no clean clip can only be checked where there is one. Within each clip, the
settings are ranked by the metric and by the truth; Spearman's rank correlation of the two is
averaged over the clips. C. Spearman, "The proof and measurement of association between two things",
American Journal of Psychology 15(1), 1904.
"""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata, t

from experiment.measuring import SettingResult

CONFIDENCE = 0.95
FEWEST_SETTINGS = 4
FEWEST_CLIPS = 2  # for an interval
FEWEST_TO_JUDGE = 5  # clips: of fewer, ranks are too often the same by chance


@dataclass(frozen=True)
class Metric:
    """One number of a setting on a clip, so that more is better as its makers read it."""

    name: str
    value: Callable[[SettingResult], float | None]


METRICS = (
    Metric("delta_hf_band_db", lambda one: -one.scores.delta_hf_band_db),
    Metric("delta_hpss_ratio", lambda one: one.scores.delta_hpss_ratio),
    Metric("log_mel_distance", lambda one: -one.scores.log_mel_distance),
    Metric("ok_count", lambda one: one.scores.flags.ok_count if one.scores.flags else None),
    Metric("residual_level_dbfs", lambda one: one.residual.level_dbfs),
    Metric("noise_share", lambda one: one.noise.noise_share),
    Metric("estimated_lsd_gain_db", lambda one: one.noise.lsd_gain_db),
    Metric("estimated_snr_gain_db", lambda one: one.noise.snr_gain_db),
    Metric("residual_harmonic_share", lambda one: _noise_like(one.residual.harmonic_share)),
)
TRUTHS = (
    Metric("lsd_high_gain_db", lambda one: one.truth.lsd_high_gain_db),
    Metric("lsd_gain_db", lambda one: one.truth.lsd_gain_db),
    Metric("snr_gain_db", lambda one: one.truth.snr_gain_db),
    Metric("si_sdr_gain_db", lambda one: one.truth.si_sdr_gain_db),
)
LEADING = TRUTHS[0].name  # the log-spectral distance; `metrics.known_truth` says why


@dataclass(frozen=True)
class Agreement:
    """How well a metric orders the settings.

    rho : mean over the clips of Spearman's rank correlation with the truth; 1 = the same order,
        -1 = the reverse. None if no clip has one
    low, high : 95 % interval of the mean over clips, Student's t; None for a single clip
    n_clips : those on which both differ between settings
    p : of no relation, Student's t over the clips, corrected for all metrics of this truth (Holm);
        None for fewer than FEWEST_TO_JUDGE clips, or if all agree to the digit
    """

    truth: str
    metric: str
    rho: float | None
    low: float | None
    high: float | None
    n_clips: int
    p: float | None = None

    @property
    def is_trusted(self) -> bool | None:
        """Whether it orders the settings as the truth does (True) or the other way round (False);
        None if that cannot be told."""
        if self.p is None or self.rho is None or self.p >= 1 - CONFIDENCE:
            return None
        return self.rho > 0


def agreements(settings: Sequence[Sequence[SettingResult]]) -> list[Agreement]:
    """Every metric against every truth.

    settings : for each setting, its results on all clips in one order
    returns : nothing for fewer than FEWEST_SETTINGS, which have no order to speak of
    """
    if len(settings) < FEWEST_SETTINGS:
        return []
    metrics, truths = (
        {one.name: _values(one, settings) for one in columns} for columns in (METRICS, TRUTHS)
    )
    return [
        agreement
        for truth in truths
        for agreement in _corrected(
            [_agreement(truth, metric, metrics[metric], truths[truth]) for metric in metrics]
        )
    ]


def _values(metric: Metric, settings: Sequence[Sequence[SettingResult]]) -> np.ndarray:
    """float64, shape (n_settings, n_clips); NaN where there is none."""
    return np.array([[number(metric.value(one)) for one in clips] for clips in settings])


def number(value: float | None) -> float:
    """NaN for what a setting lacks, so that it fits into an array."""
    return np.nan if value is None else float(value)


def _agreement(truth: str, metric: str, values: np.ndarray, right: np.ndarray) -> Agreement:
    of_clips = [
        correlation
        for column, truths in zip(values.T, right.T, strict=True)
        if (correlation := rank_correlation(column, truths)) is not None
    ]
    n_clips = len(of_clips)
    if n_clips == 0:
        return Agreement(truth, metric, None, None, None, 0)
    rho = float(np.mean(of_clips))
    if n_clips < FEWEST_CLIPS:
        return Agreement(truth, metric, rho, None, None, n_clips)
    error = float(np.std(of_clips, ddof=1) / np.sqrt(n_clips))
    reach = t.ppf((1 + CONFIDENCE) / 2, n_clips - 1) * error
    low, high = max(-1.0, rho - reach), min(1.0, rho + reach)
    is_judged = n_clips >= FEWEST_TO_JUDGE and error > 0
    p = float(2 * t.sf(abs(rho) / error, n_clips - 1)) if is_judged else None
    return Agreement(truth, metric, rho, float(low), float(high), n_clips, p)


def _corrected(agreements: list[Agreement]) -> list[Agreement]:
    """With p-values after S. Holm, Scandinavian Journal of Statistics 6(2), 1979."""
    judged = sorted((one.p, place) for place, one in enumerate(agreements) if one.p is not None)
    corrected, largest = list(agreements), 0.0
    for rank, (p, place) in enumerate(judged):
        largest = max(largest, min(1.0, p * (len(judged) - rank)))
        corrected[place] = dataclasses.replace(agreements[place], p=largest)
    return corrected


def rank_correlation(a: np.ndarray, b: np.ndarray) -> float | None:
    """Spearman's, over the places where both are numbers; None if one of them is constant there or
    they are too few. Ties share their mean rank."""
    both = np.isfinite(a) & np.isfinite(b)
    if np.count_nonzero(both) < FEWEST_SETTINGS:
        return None
    ranks = [rankdata(one[both]) - (np.count_nonzero(both) + 1) / 2 for one in (a, b)]
    energies = [float(one @ one) for one in ranks]
    if min(energies) == 0:
        return None
    return float(np.clip(ranks[0] @ ranks[1] / np.sqrt(energies[0] * energies[1]), -1, 1))


def _noise_like(harmonic_share: float | None) -> float | None:
    """Noise is half harmonic, so that the nearer to one half, the better."""
    return None if harmonic_share is None else -abs(harmonic_share - 0.5)
