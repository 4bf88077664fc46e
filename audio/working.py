"""The two formats in which a clip is restored, and the mix on which it is always judged."""

from enum import StrEnum

import librosa

from audio.clip import AudioClip, mono_mix
from audio.files import SILENCE_PEAK, AudioFileError
from audio.report_sound import REPORT_RATE_HZ

MAX_RATE_HZ = 96_000


class WorkingFormat(StrEnum):
    """What a clip is restored at."""

    REPORT = "report"
    FULL = "full"


FORMAT_TITLES = {
    WorkingFormat.REPORT: "16 kHz mono (report protocol)",
    WorkingFormat.FULL: "Full quality (the file's own rate and channels)",
}


def in_working_format(
    clip: AudioClip, working_format: WorkingFormat, *, version_of: AudioClip | None = None
) -> AudioClip:
    """A clip as it is restored and heard.

    REPORT : mixed to mono, at 16 kHz, scaled down to peak 1.0 if it is louder than full scale:
        real MusicGen clips reach a peak of 1.5, and only those are scaled
    FULL : as it is; only a rate above MAX_RATE_HZ is lowered to that
    version_of : the original of a version made elsewhere, which is scaled as that is
    Raises AudioFileError if nothing is left of the mono mix.
    """
    if working_format == WorkingFormat.FULL:
        return resampled(clip, min(clip.sample_rate_hz, MAX_RATE_HZ))
    check_mix(clip)
    working = report_mix(clip)
    peak = working.peak if version_of is None else report_mix(version_of).peak
    return working.with_samples(working.samples / peak) if peak > 1.0 else working


def check_mix(clip: AudioClip) -> None:
    """Raises AudioFileError if nothing is left of a clip's mono mix: it cannot be scored."""
    if mono_mix(clip).peak < SILENCE_PEAK <= clip.peak:
        raise AudioFileError(
            "This file is silent once mixed to mono: its channels cancel out. "
            "It can be restored and played at full quality, but not scored."
        )


def report_mix(clip: AudioClip) -> AudioClip:
    """The 16 kHz mono mix of a clip, unscaled: what the report's criteria are about."""
    return resampled(mono_mix(clip), REPORT_RATE_HZ)


def is_mixed(clip: AudioClip) -> bool:
    """Whether its report mix is another sound than the clip."""
    return clip.n_channels > 1 or clip.sample_rate_hz != REPORT_RATE_HZ


def resampled(clip: AudioClip, sample_rate_hz: int) -> AudioClip:
    """By librosa's default (soxr, high quality)."""
    if clip.sample_rate_hz == sample_rate_hz:
        return clip
    samples = librosa.resample(clip.samples, orig_sr=clip.sample_rate_hz, target_sr=sample_rate_hz)
    return AudioClip(samples, sample_rate_hz)
