"""One clip, its restorations and what they measure, each computed once."""

import time
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from audio.clip import AudioClip
from audio.loudness import Level, measure_level
from audio.stft import bin_frequencies_hz, stft
from audio.working import check_mix, report_mix
from comparison.long_sound import LongSound
from metrics.hiss import HissCheck, check_hiss
from metrics.known_truth import KnownTruth, Truth
from metrics.residual import Residual, measure_residual, residual_of
from metrics.residual_noise import NoiseMap, ResidualNoise
from metrics.scores import Measurement, MetricSettings, Scores, measure, score, score_of_original
from restorers.restorer import Restorer
from storage.result_cache import ResultCache

MOST_KEPT_SETTINGS = 24  # a few slider positions of every restorer, so that going back is instant
LEAST_KEPT_SETTINGS = 4  # those on the page, and one before
KEPT_BYTES = 200_000_000
KEPT_LEVELS = 1000  # far more: a page goes on matching a sound that is forgotten here
SOUNDS_PER_SETTING = 2  # restoration and residual
RESULTS_PER_SETTING = 6  # these, scores, removal, noise, truth


@dataclass(frozen=True)
class Removal:
    """What a restoration did besides the three metrics.

    loudness_change_lu : integrated loudness (BS.1770-4), restored - original, in LU; None if one
        of them is below the -70 LUFS gate
    peak_dbfs : highest sample of the restoration
    residual : what it took away
    noise : how much of that was noise, by the 16 kHz mono mix
    """

    loudness_change_lu: float | None
    peak_dbfs: float
    residual: Residual
    noise: ResidualNoise


class Comparison:
    """A clip in its working format, beside which restorations are laid.

    Scores and hiss check are always those of its 16 kHz mono mix, and raise AudioFileError if its
    channels cancel there; level and residual are its own.

    A restoration is asked for by the restorer itself (a frozen value), so nothing can get out of
    step: the same settings always give the same clip and the same scores. May be used by several
    threads; what the latest settings gave is remembered, as many as KEPT_BYTES have room for.

    part_of, start : of a longer sound, if the clip is the part of it that begins at that sample; it
        is then restored as in the restoration of the whole
    """

    def __init__(
        self,
        original: AudioClip,
        settings: MetricSettings = MetricSettings(),
        *,
        part_of: LongSound | None = None,
        start: int = 0,
    ):
        self.original = original
        self.settings = settings
        self._whole = part_of or LongSound(original)
        self._start = start
        self._of_original = ResultCache(RESULTS_PER_SETTING)
        self._of_settings = ResultCache(self._kept_settings * RESULTS_PER_SETTING)
        self._levels = ResultCache(KEPT_LEVELS)

    @property
    def most_bytes(self) -> int:
        """Memory that its sounds can take."""
        return self.original.samples.nbytes * (1 + SOUNDS_PER_SETTING * self._kept_settings)

    @property
    def _kept_settings(self) -> int:
        of_one = SOUNDS_PER_SETTING * self.original.samples.nbytes
        return min(MOST_KEPT_SETTINGS, max(LEAST_KEPT_SETTINGS, KEPT_BYTES // of_one))

    def afresh(self) -> "Comparison":
        """The same clip with nothing remembered: for a search that visits many settings."""
        return Comparison(self.original, self.settings, part_of=self._whole, start=self._start)

    def restored(self, restorer: Restorer) -> AudioClip:
        """The clip as `restorer` leaves it."""
        stop = self._start + self.original.n_samples
        return self._of_settings.get(
            ("restored", restorer), lambda: self._whole.restored(restorer, self._start, stop)
        )

    def restore_some(self, restorers: Iterable[Restorer], *, for_s: float) -> bool:
        """Restore by one after the other, beginning none after `for_s`; whether all are done."""
        started = time.monotonic()
        for restorer in restorers:
            if not self.has(restorer) and time.monotonic() - started > for_s:
                return False
            self.restored(restorer)
        return True

    def has(self, restorer: Restorer) -> bool:
        """Whether the restoration is there already."""
        return self._of_settings.has(("restored", restorer))

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
        return self._levels.get(restorer, lambda: measure_level(self.restored(restorer)))

    def knows_level(self, restorer: Restorer) -> bool:
        """Whether the level has been measured already."""
        return self._levels.has(restorer)

    def removal(self, restorer: Restorer) -> Removal:
        """How loudness and peak changed, and what the residual holds."""
        return self._of_settings.get(("removal", restorer), lambda: self._removal(restorer))

    def residual_noise(self, restorer: Restorer) -> ResidualNoise:
        """How much of what `restorer` removed was noise."""
        return self._of_settings.get(("noise", restorer), lambda: self._residual_noise(restorer))

    def truth(self, restorer: Restorer, clean: Restorer) -> Truth:
        """The restoration against the clean clip, where that is known.

        clean : gives the clean clip where a restorer is asked for
        """
        return self._of_settings.get(
            ("truth", clean, restorer),
            lambda: self._known_truth(clean).of(self.restored(restorer)),
        )

    def original_scores(self) -> Scores:
        return score_of_original(self._measured_original())

    def original_level(self) -> Level:
        return self._of_original.get("level", lambda: measure_level(self.original))

    def hiss(self) -> HissCheck:
        """Whether the original has anything to remove above the metrics' cutoff."""
        return self._of_original.get(
            "hiss", lambda: check_hiss(self._mix(), cutoff_hz=self.settings.cutoff_hz)
        )

    def _removal(self, restorer: Restorer) -> Removal:
        level = self.level(restorer)
        change_lu = level.loudness_lufs - self.original_level().loudness_lufs
        return Removal(
            loudness_change_lu=change_lu if abs(change_lu) < float("inf") else None,
            peak_dbfs=level.peak_dbfs,
            residual=measure_residual(self.residual(restorer)),
            noise=self.residual_noise(restorer),
        )

    def _residual_noise(self, restorer: Restorer) -> ResidualNoise:
        spectrum, noise_map = self._of_original.get("noise", self._noise_map)
        [restored] = stft(report_mix(self.restored(restorer)).samples)
        return noise_map.of_residual(np.abs(restored) ** 2, np.abs(spectrum - restored) ** 2)

    def _noise_map(self) -> tuple[np.ndarray, NoiseMap]:
        mix = self._mix()
        [spectrum] = stft(mix.samples)
        noise_map = NoiseMap.of(
            np.abs(spectrum) ** 2,
            bin_frequencies_hz(mix.sample_rate_hz),
            cutoff_hz=self.settings.cutoff_hz,
        )
        return spectrum, noise_map

    def _known_truth(self, clean: Restorer) -> KnownTruth:
        return self._of_original.get(
            ("truth", clean),
            lambda: KnownTruth(
                self.restored(clean), self.original, cutoff_hz=self.settings.cutoff_hz
            ),
        )

    def _measured_original(self) -> Measurement:
        return self._of_original.get("measured", lambda: measure(self._mix(), self.settings))

    def _mix(self) -> AudioClip:
        """The original's 16 kHz mono mix; raises AudioFileError if nothing is left of it."""
        check_mix(self.original)
        return report_mix(self.original)
