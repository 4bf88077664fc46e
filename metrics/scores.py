"""All three metrics of one stimulus, measured once and compared with the original."""

from dataclasses import dataclass

import numpy as np

from audio.clip import AudioClip
from audio.stft import HOP_LENGTH, N_FFT, bin_frequencies_hz, check_frame, stft
from audio.working import report_mix
from metrics.criteria import LOG_MEL_LIMIT, CriteriaFlags, judge
from metrics.hf_band import hf_band_db
from metrics.hpss import hpss_ratio
from metrics.log_mel import log_mel, log_mel_distance


@dataclass(frozen=True)
class MetricSettings:
    """What the metrics depend on besides the sound; the defaults are the report's."""

    cutoff_hz: float = 6000.0
    n_fft: int = N_FFT
    hop_length: int = HOP_LENGTH
    n_mels: int = 64
    log_mel_limit: float = LOG_MEL_LIMIT

    def __post_init__(self) -> None:
        check_frame(self.n_fft, self.hop_length)
        if self.n_mels < 1:
            raise ValueError(f"n_mels must be at least 1, got {self.n_mels}")


@dataclass(frozen=True, eq=False)
class Measurement:
    """One clip's own numbers, made under one MetricSettings; log_mel : (n_mels, n_frames)."""

    settings: MetricSettings
    hf_band_db: float
    hpss_ratio: float
    log_mel: np.ndarray


@dataclass(frozen=True)
class Scores:
    """A stimulus against the original of its clip; `flags` is None for the original itself."""

    hf_band_db: float
    delta_hf_band_db: float
    hpss_ratio: float
    delta_hpss_ratio: float
    log_mel_distance: float
    flags: CriteriaFlags | None


def measure(clip: AudioClip, settings: MetricSettings = MetricSettings()) -> Measurement:
    """The numbers of the clip's 16 kHz mono mix, from a single STFT."""
    mix = report_mix(clip)
    [spectrum] = stft(mix.samples, n_fft=settings.n_fft, hop_length=settings.hop_length)
    magnitude = np.abs(spectrum)
    power = magnitude**2
    frequencies_hz = bin_frequencies_hz(mix.sample_rate_hz, n_fft=settings.n_fft)
    return Measurement(
        settings=settings,
        hf_band_db=hf_band_db(power, frequencies_hz, cutoff_hz=settings.cutoff_hz),
        hpss_ratio=hpss_ratio(magnitude),
        log_mel=log_mel(power, mix.sample_rate_hz, n_mels=settings.n_mels),
    )


def score(original: Measurement, processed: Measurement) -> Scores:
    """What the restoration changed. Deltas are processed - original.

    Raises ValueError if the two were not measured alike.
    """
    if original.settings != processed.settings or original.log_mel.shape != processed.log_mel.shape:
        raise ValueError(
            "both clips must have the same length and be measured by the same settings"
        )
    deltas = {
        "delta_hf_band_db": processed.hf_band_db - original.hf_band_db,
        "delta_hpss_ratio": processed.hpss_ratio - original.hpss_ratio,
        "log_mel_distance": log_mel_distance(original.log_mel, processed.log_mel),
    }
    return Scores(
        hf_band_db=processed.hf_band_db,
        hpss_ratio=processed.hpss_ratio,
        flags=judge(**deltas, log_mel_limit=original.settings.log_mel_limit),
        **deltas,
    )


def score_of_original(original: Measurement) -> Scores:
    """The original against itself: nothing changed, nothing to judge."""
    return Scores(
        hf_band_db=original.hf_band_db,
        delta_hf_band_db=0.0,
        hpss_ratio=original.hpss_ratio,
        delta_hpss_ratio=0.0,
        log_mel_distance=0.0,
        flags=None,
    )
