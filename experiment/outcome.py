"""All results of an experiment side by side, as arrays: what tables and figures are made from."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from scipy.stats import binomtest

from experiment.measuring import ClipResult, SettingResult, Skipped
from experiment.protocol import Protocol
from metrics import CriteriaFlags, Scores, Summary, summarise
from metrics.hiss import Finding, HissCheck
from metrics.known_truth import Truth
from versions.alignment import Alignment

CONFIDENCE = 0.95
NUMBERS = (
    "hf_band_db",
    "delta_hf_band_db",
    "hpss_ratio",
    "delta_hpss_ratio",
    "log_mel_distance",
)


class ScoreTable:
    """The scores of one restorer with one setting, a row for each clip."""

    def __init__(self):
        self._numbers = array("d")
        self.flags: list[CriteriaFlags] = []

    def add(self, scores: Scores) -> None:
        self._numbers.extend(getattr(scores, name) for name in NUMBERS)
        assert scores.flags is not None  # only the original has none
        self.flags.append(scores.flags)

    @property
    def n_clips(self) -> int:
        return len(self.flags)

    def column(self, name: str) -> np.ndarray:
        """One of NUMBERS; float64, shape (n_clips,)."""
        return np.array(self._numbers).reshape(-1, len(NUMBERS))[:, NUMBERS.index(name)]

    def summary(self, chosen: np.ndarray | None = None) -> "MethodSummary":
        """Over all clips, or over those that `chosen` (bool, shape (n_clips,)) marks."""
        chosen = np.ones(self.n_clips, dtype=bool) if chosen is None else chosen
        flags = [flag for flag, is_chosen in zip(self.flags, chosen, strict=True) if is_chosen]
        shares = summarise(flags)
        n_full = sum(flag.ok_count == 3 for flag in flags)
        interval = binomtest(n_full, len(flags)).proportion_ci(CONFIDENCE, method="wilson")
        means = {
            f"mean_{name}": float(np.mean(self.column(name)[chosen]))
            for name in ("delta_hf_band_db", "delta_hpss_ratio", "log_mel_distance")
        }
        return MethodSummary(len(flags), n_full, shares, interval.low, interval.high, **means)


@dataclass(frozen=True)
class MethodSummary:
    """One restorer over a set of clips.

    n_full : clips that meet all three criteria
    score_low, score_high : Wilson's 95 % interval of their share
    """

    n_clips: int
    n_full: int
    shares: Summary
    score_low: float
    score_high: float
    mean_delta_hf_band_db: float
    mean_delta_hpss_ratio: float
    mean_log_mel_distance: float


@dataclass(frozen=True)
class ClipFacts:
    """One clip before it was restored; `hiss` is what the hiss check found."""

    track: str
    sha256: str
    duration_s: float
    file_rate_hz: int
    working_rate_hz: int
    n_channels: int
    hiss: HissCheck
    hf_band_db: float
    hpss_ratio: float


@dataclass(frozen=True)
class Outcome:
    """Everything measured, clip by clip in one order.

    tables : {condition: ScoreTable}
    sweeps : {name of the sweep: one ScoreTable for each of its values}
    removals : {condition: one Removal for each clip}; empty if not asked for
    alignments : {condition made elsewhere: one Alignment for each clip}
    settings : {setting: one SettingResult for each clip}; with added hiss only
    n_synthetic : how many of the clips are known to be synthetic music, not MusicGen's
    """

    protocol: Protocol
    clips: list[ClipFacts]
    tables: dict[str, ScoreTable]
    sweeps: dict[str, list[ScoreTable]]
    removals: dict[str, list]
    skipped: list[Skipped]
    alignments: dict[str, list[Alignment]] = field(default_factory=dict)
    settings: dict[str, list[SettingResult]] = field(default_factory=dict)
    n_synthetic: int = 0

    @property
    def tracks(self) -> list[str]:
        return [clip.track for clip in self.clips]

    @property
    def truths(self) -> dict[str, list[Truth]]:
        """{condition: one Truth for each clip}; empty without added hiss."""
        return {
            condition: [one.truth for one in results]
            for condition, results in self.settings.items()
            if condition in self.tables
        }

    def with_finding(self, finding: Finding) -> np.ndarray:
        """Which clips the hiss check found to be such; bool, shape (n_clips,)."""
        return np.array([clip.hiss.finding == finding for clip in self.clips], dtype=bool)


def collect(
    results: Iterable[ClipResult], protocol: Protocol, skipped: Iterable[Skipped] = ()
) -> Outcome:
    """The outcome of an experiment; results come in the order in which tables shall list them."""
    outcome = Outcome(
        protocol=protocol,
        clips=[],
        tables={condition: ScoreTable() for condition in protocol.conditions},
        sweeps={sweep.name: [ScoreTable() for _ in sweep.values] for sweep in protocol.sweeps},
        removals={c: [] for c in protocol.conditions} if protocol.with_residuals else {},
        skipped=sorted(skipped, key=lambda one: one.track),
        alignments={c: [] for c in protocol.from_files},
    )
    for result in results:
        outcome.clips.append(
            ClipFacts(
                result.track,
                result.sha256,
                result.duration_s,
                result.file_rate_hz,
                result.working_rate_hz,
                result.n_channels,
                result.hiss,
                result.original.hf_band_db,
                result.original.hpss_ratio,
            )
        )
        for condition, table in outcome.tables.items():
            table.add(result.scores[condition])
        for name, tables in outcome.sweeps.items():
            for table, scores in zip(tables, result.sweeps[name], strict=True):
                table.add(scores)
        for condition, removals in outcome.removals.items():
            removals.append(result.removals[condition])
        for setting in result.settings:
            outcome.settings.setdefault(setting.setting, []).append(setting)
        for condition, alignments in outcome.alignments.items():
            alignments.append(result.alignments[condition])
    return outcome
