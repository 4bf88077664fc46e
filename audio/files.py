"""Reading whatever a user hands over as a clip, and writing WAV.

Every file that cannot be used raises AudioFileError with one sentence a user understands.
"""

import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from audio.clip import MAX_CHANNELS, AudioClip

MIN_DURATION_S = 0.5
MAX_DURATION_S = 600.0
MIN_RATE_HZ = 8_000
MAX_RATE_HZ = 384_000
FLOAT = "FLOAT"  # libsndfile's 32-bit float, which keeps values beyond 1.0
# Those that 32-bit float, in which samples are computed, holds with every step.
INTEGER_BITS = {
    "PCM_S8": 8, "PCM_U8": 8, "PCM_16": 16, "PCM_24": 24,
    "ALAC_16": 16, "ALAC_20": 20, "ALAC_24": 24,
}  # fmt: skip
SILENCE_PEAK = 1e-4  # -80 dBFS: nothing in such a file can be judged by ear

# A chunk that libsndfile reports shorter than its header says, as in "data : 512000 (should be
# 307182)". Writers that cannot seek back leave the largest size there instead: not a cut.
_CHUNK_SIZES = re.compile(r":\s*(\d+) \(should be (\d+)\)")
_SIZE_UNKNOWN = 0x7FFF_0000
_SLOPPY_HEADER_BYTES = 64
_OGG_LAST_PAGE_BYTES = 65_307  # RFC 3533: the largest page
_OGG_END_OF_STREAM = 0x04


class AudioFileError(ValueError):
    """A file that cannot become a clip; its text is meant for the user."""


def read_clip(
    path: Path | str,
    *,
    min_duration_s: float = MIN_DURATION_S,
    max_duration_s: float = MAX_DURATION_S,
) -> AudioClip:
    """Read any format libsndfile knows; rate and channels are kept.

    Raises AudioFileError if the file is empty, not audio, truncated, silent, too short, too long,
    at an unusable rate, has more than two channels, or holds NaN or infinity.
    """
    path = Path(path)
    info = probe(path)
    check_duration(info.frames, info.samplerate, min_duration_s, max_duration_s)
    samples = _decode(path, info)
    if not np.isfinite(samples).all():
        raise not_numbers()
    clip = AudioClip(samples.T, info.samplerate)
    check_peak(clip.peak)
    return clip


def check_duration(
    n_samples: int, sample_rate_hz: int, min_duration_s: float, max_duration_s: float
) -> None:
    """Raises AudioFileError for a file that is too short or too long."""
    duration_s = n_samples / sample_rate_hz
    if duration_s > max_duration_s:
        raise AudioFileError(
            f"This file is {duration_s:.1f} s long; the limit is {max_duration_s:g} s, "
            "so please trim it first."
        )
    if duration_s < min_duration_s:
        raise AudioFileError(
            f"This file is only {duration_s:.2f} s long; the minimum is {min_duration_s:g} s."
        )


def check_peak(peak: float) -> None:
    """Raises AudioFileError for a file in which nothing can be heard."""
    if peak < SILENCE_PEAK:
        raise AudioFileError("This file is silent; please choose another one.")


def probe(path: Path) -> Any:
    """What libsndfile says of a file: format, subtype, samplerate, channels, frames, duration.

    Raises AudioFileError for one that is empty, no audio or truncated, or whose rate or number of
    channels cannot be used.
    """
    if path.stat().st_size == 0:
        raise AudioFileError("This file is empty; please choose an audio file.")
    try:
        info = soundfile.info(str(path), verbose=True)
    except Exception as error:  # libsndfile's decoders fail in many ways, all of them the file's
        raise AudioFileError(
            "This file cannot be read as audio; WAV, FLAC, OGG, MP3 and AIFF are supported."
        ) from error
    if info.frames == 0:
        raise AudioFileError("This file contains no audio; please choose another one.")
    if _header_promises_more(info.extra_info) or _ogg_stream_unfinished(path, info.format):
        raise truncated()
    if not MIN_RATE_HZ <= info.samplerate <= MAX_RATE_HZ:
        raise AudioFileError(
            f"This file has a sample rate of {info.samplerate} Hz; "
            f"rates from {MIN_RATE_HZ} to {MAX_RATE_HZ} Hz are supported."
        )
    if info.channels > MAX_CHANNELS:
        raise AudioFileError(
            f"This file has {info.channels} channels; only mono and stereo are supported."
        )
    return info


def _decode(path: Path, info: Any) -> np.ndarray:
    """All samples; float32, shape (n_samples, n_channels)."""
    try:
        samples, _ = soundfile.read(str(path), frames=info.frames, dtype="float32", always_2d=True)
    except Exception as error:  # as above: a decoder that gives up half way
        raise truncated() from error
    if len(samples) < info.frames:
        raise truncated()
    return samples


def not_numbers() -> AudioFileError:
    return AudioFileError(
        "This file contains invalid samples (NaN or infinity); please export it again."
    )


def truncated() -> AudioFileError:
    return AudioFileError("This file is damaged or truncated; please export it again.")


def _header_promises_more(libsndfile_log: str) -> bool:
    return any(
        int(promised) - int(present) > _SLOPPY_HEADER_BYTES and int(promised) < _SIZE_UNKNOWN
        for promised, present in _CHUNK_SIZES.findall(libsndfile_log)
    )


def _ogg_stream_unfinished(path: Path, container: str) -> bool:
    """Whether the last Ogg page lacks the end-of-stream mark (RFC 3533, section 6)."""
    if container != "OGG":
        return False
    with path.open("rb") as file:
        file.seek(-min(path.stat().st_size, _OGG_LAST_PAGE_BYTES), io.SEEK_END)
        tail = file.read()
    last_page = tail.rfind(b"OggS")
    return last_page < 0 or not tail[last_page + 5] & _OGG_END_OF_STREAM


def wav_bytes(clip: AudioClip, *, subtype: str = "PCM_24") -> bytes:
    """The clip as a WAV file in memory.

    subtype : libsndfile's name of the sample format
    Raises ValueError if an integer format would clip.
    """
    if subtype != FLOAT and clip.peak > 1.0:
        raise ValueError(f"peak {clip.peak:.3f} would clip in {subtype}; apply a gain first")
    buffer = io.BytesIO()
    samples = rounded(clip.samples, subtype)
    soundfile.write(buffer, samples.T, clip.sample_rate_hz, format="WAV", subtype=subtype)
    return buffer.getvalue()


def rounded(samples: np.ndarray, subtype: str) -> np.ndarray:
    """Samples at the nearest steps of an integer format, within its range; else as they are.

    libsndfile takes the step below, which would leave an offset of half a step.
    """
    bits = INTEGER_BITS.get(subtype)
    if bits is None:
        return samples
    steps = np.float32(2 ** (bits - 1))
    return np.clip(np.rint(samples * steps), -steps, steps - 1) / steps
