"""Sound files of any length: read in parts, written block by block, with their text tags."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from audio.blocks import Sound, blocks_between
from audio.clip import AudioClip
from audio.files import (
    FLOAT,
    MAX_DURATION_S,
    MIN_DURATION_S,
    check_duration,
    check_peak,
    not_numbers,
    probe,
    truncated,
)

AUDIO_SUFFIXES = (
    ".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff", ".aifc", ".au", ".caf",
    ".w64", ".rf64",
)  # fmt: skip
# What WAV calls the samples of other formats that it can hold as they are; those of the rest it
# holds as 32-bit float, in which they are read.
_WAV_SUBTYPES = {
    "PCM_S8": "PCM_16", "PCM_U8": "PCM_U8", "PCM_16": "PCM_16", "PCM_24": "PCM_24",
    "ALAC_16": "PCM_16", "ALAC_20": "PCM_24", "ALAC_24": "PCM_24",
}  # fmt: skip


def wav_subtype(subtype: str) -> str:
    """In which sample format a WAV file keeps every sample of a file of this one."""
    return _WAV_SUBTYPES.get(subtype, FLOAT)


class FileSound:
    """A file as a Sound: nothing of it is kept in memory. May be read by several threads.

    info : what libsndfile says of it, as `audio.files.probe`
    tags : its text tags by libsndfile's names, such as title and artist
    Raises AudioFileError for a file that cannot be used, also later, when a part of it is read that
    is damaged.
    """

    def __init__(self, path: Path | str):
        self.info = probe(Path(path))
        self._file = soundfile.SoundFile(str(path))
        self._lock = threading.Lock()
        self.tags: dict[str, str] = self._file.copy_metadata()

    def __enter__(self) -> "FileSound":
        return self

    def __exit__(self, *exception: object) -> None:
        self._file.close()

    @property
    def n_channels(self) -> int:
        return self._file.channels

    @property
    def n_samples(self) -> int:
        return self.info.frames

    @property
    def sample_rate_hz(self) -> int:
        return self._file.samplerate

    def read(self, start: int, stop: int) -> np.ndarray:
        """float32, shape (n_channels, stop - start)"""
        with self._lock:
            try:
                if self._file.tell() != start:
                    self._file.seek(start)
                samples = self._file.read(stop - start, dtype="float32", always_2d=True)
            except Exception as error:  # libsndfile's decoders fail in many ways
                raise truncated() from error
        if len(samples) < stop - start:
            raise truncated()
        if not np.isfinite(samples).all():
            raise not_numbers()
        return np.ascontiguousarray(samples.T)


def check_sound(
    sound: FileSound,
    *,
    min_duration_s: float = MIN_DURATION_S,
    max_duration_s: float = MAX_DURATION_S,
) -> None:
    """Read all of a file; raises AudioFileError if it is damaged, silent, too short or too long."""
    check_duration(sound.n_samples, sound.sample_rate_hz, min_duration_s, max_duration_s)
    blocks = blocks_between(0, sound.n_samples)
    check_peak(max(float(np.max(np.abs(sound.read(*block)))) for block in blocks))


class SoundWriter:
    """Writes a file block by block; `n_clipped` samples lay beyond full scale and were limited."""

    def __init__(self, file: soundfile.SoundFile):
        self._file = file
        self._limits = not file.subtype.startswith(("FLOAT", "DOUBLE"))
        self.n_clipped = 0

    def write(self, samples: np.ndarray) -> None:
        """samples : float32, shape (n_channels, n_samples)"""
        if self._limits:
            self.n_clipped += int(np.count_nonzero(np.abs(samples) > 1.0))
        self._file.write(samples.T)


@contextmanager
def writing(
    target: Any, like: Sound, *, file_format: str, subtype: str, tags: dict[str, str]
) -> Iterator[SoundWriter]:
    """A new file of the rate and channels of `like`; target : a path, or a binary file.

    Tags that the format does not know are left out.
    Raises ValueError if the format cannot hold that subtype, rate or number of channels.
    """
    try:
        file = soundfile.SoundFile(
            target if hasattr(target, "write") else str(target),
            "w",
            samplerate=like.sample_rate_hz,
            channels=like.n_channels,
            subtype=subtype,
            format=file_format,
        )
    except (soundfile.LibsndfileError, ValueError) as error:
        raise ValueError(
            f"{file_format} with {subtype} samples cannot hold {like.n_channels} channels at "
            f"{like.sample_rate_hz} Hz."
        ) from error
    with file:
        for name, text in tags.items():
            try:
                setattr(file, name, text)
            except RuntimeError:  # the format has no such tag
                continue
        yield SoundWriter(file)


def tags_lost(tags: dict[str, str], path: Path) -> list[str]:
    """Which of these tags a file does not have; libsndfile may add its own name to the software."""
    with soundfile.SoundFile(str(path)) as file:
        kept = file.copy_metadata()
    return [name for name, text in tags.items() if not kept.get(name, "").startswith(text)]


def clip_of(sound: Sound, start: int = 0, stop: int | None = None) -> AudioClip:
    """A part of a sound, or all of it, in memory."""
    stop = sound.n_samples if stop is None else stop
    parts = [sound.read(first, end) for first, end in blocks_between(start, stop)]
    return AudioClip(np.concatenate(parts, axis=1), sound.sample_rate_hz)
