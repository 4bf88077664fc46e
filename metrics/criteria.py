"""The report's three criteria, its verdict on one clip, and its summary over many."""

from collections.abc import Iterable
from dataclasses import dataclass

LOG_MEL_LIMIT = 0.20
CRITERIA_FOR_OK = 2
OK, NO = "OK", "NO"  # as the report's column Verdetto has them


@dataclass(frozen=True)
class CriteriaFlags:
    """Which criteria one restored clip meets."""

    ok_hf_band: bool
    ok_hpss: bool
    ok_log_mel: bool

    @property
    def ok_count(self) -> int:
        return self.ok_hf_band + self.ok_hpss + self.ok_log_mel

    @property
    def criteri_ok(self) -> str:
        """The count as the report prints it, "n/3"."""
        return f"{self.ok_count}/3"

    @property
    def verdict(self) -> str:
        """The report's Verdetto: OK if at least two criteria are met, else NO."""
        return OK if self.ok_count >= CRITERIA_FOR_OK else NO


@dataclass(frozen=True)
class Summary:
    """Shares of clips, each 0 to 1: meeting all three criteria, and each of them."""

    score: float
    share_hf_band: float
    share_hpss: float
    share_log_mel: float


def judge(
    *,
    delta_hf_band_db: float,
    delta_hpss_ratio: float,
    log_mel_distance: float,
    log_mel_limit: float = LOG_MEL_LIMIT,
) -> CriteriaFlags:
    """Hiss must fall (< 0), harmonics must stay (>= 0), the change must be small (<= limit)."""
    return CriteriaFlags(
        ok_hf_band=delta_hf_band_db < 0,
        ok_hpss=delta_hpss_ratio >= 0,
        ok_log_mel=log_mel_distance <= log_mel_limit,
    )


def summarise(flags: Iterable[CriteriaFlags]) -> Summary:
    """The summary of one restorer over its clips; raises ValueError if there are none."""
    flags = list(flags)
    if not flags:
        raise ValueError("a summary needs at least one clip, got none")
    n_clips = len(flags)
    return Summary(
        score=sum(flag.ok_count == 3 for flag in flags) / n_clips,
        share_hf_band=sum(flag.ok_hf_band for flag in flags) / n_clips,
        share_hpss=sum(flag.ok_hpss for flag in flags) / n_clips,
        share_log_mel=sum(flag.ok_log_mel for flag in flags) / n_clips,
    )
