"""One clip, its restorations and what they measure, each computed once."""

from dataclasses import dataclass

from audio.clip import AudioClip
from audio.loudness import Level, measure_level
from audio.working import report_mix
from metrics.hiss import HissCheck, check_hiss
from metrics.residual import Residual, measure_residual, residual_of
from metrics.scores import Measurement, MetricSettings, Scores, measure, score, score_of_original
from restorers.restorer import Restorer
from storage.result_cache import ResultCache

KEPT_SETTINGS = 12  # a few slider positions of every restorer, so that going back is instant
RESULTS_PER_SETTING = 5  # restoration, residual, level, scores, removal


@dataclass(frozen=True)
class Removal:
    """What a restoration did besides the three metrics.

    loudness_change_lu : integrated loudness (BS.1770-4), restored - original, in LU; None if one
        of them is below the -70 LUFS gate
    peak_dbfs : highest sample of the restoration
    residual : what it took away
    """

    loudness_change_lu: float | None
    peak_dbfs: float
    residual: Residual


class Comparison:
    """A clip in its working format, beside which restorations are laid.

    Scores and hiss check are always those of its 16 kHz mono mix; level and residual are its own.

    A restoration is asked for by the restorer itself (a frozen value), so nothing can get out of
    step: the same settings always give the same clip and the same scores. May be used by several
    threads; what the latest KEPT_SETTINGS settings gave is remembered.
    """

    def __init__(self, original: AudioClip, settings: MetricSettings = MetricSettings()):
        self.original = original
        self.settings = settings
        self._of_original = ResultCache(RESULTS_PER_SETTING)
        self._of_settings = ResultCache(KEPT_SETTINGS * RESULTS_PER_SETTING)

    def restored(self, restorer: Restorer) -> AudioClip:
        """The clip as `restorer` leaves it."""
        return self._of_settings.get(
            ("restored", restorer), lambda: restorer.restore(self.original)
        )

    def residual(self, restorer: Restorer) -> AudioClip:
        """What `restorer` took away: original - restored."""
        return self._of_settings.get(
            ("residual", restorer), lambda: residual_of(self.original, self.restored(restorer))
        )

    def scores(self, restorer: Restorer) -> Scores:
        """The restoration against the original."""
        return self._of_settings.get(
            ("scores", restorer),
            lambda: score(
                self._measured_original(), measure(self.restored(restorer), self.settings)
            ),
        )

    def level(self, restorer: Restorer) -> Level:
        """Loudness and peaks of the restoration."""
        return self._of_settings.get(
            ("level", restorer), lambda: measure_level(self.restored(restorer))
        )

    def removal(self, restorer: Restorer) -> Removal:
        """How loudness and peak changed, and what the residual holds."""
        return self._of_settings.get(("removal", restorer), lambda: self._removal(restorer))

    def original_scores(self) -> Scores:
        return score_of_original(self._measured_original())

    def original_level(self) -> Level:
        return self._of_original.get("level", lambda: measure_level(self.original))

    def hiss(self) -> HissCheck:
        """Whether the original has anything to remove above the metrics' cutoff."""
        return self._of_original.get(
            "hiss",
            lambda: check_hiss(report_mix(self.original), cutoff_hz=self.settings.cutoff_hz),
        )

    def _removal(self, restorer: Restorer) -> Removal:
        level = self.level(restorer)
        change_lu = level.loudness_lufs - self.original_level().loudness_lufs
        return Removal(
            loudness_change_lu=change_lu if abs(change_lu) < float("inf") else None,
            peak_dbfs=level.peak_dbfs,
            residual=measure_residual(self.residual(restorer)),
        )

    def _measured_original(self) -> Measurement:
        return self._of_original.get("measured", lambda: measure(self.original, self.settings))
