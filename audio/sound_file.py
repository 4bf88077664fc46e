"""Sound files of any length: read in parts, written block by block, with their text tags."""

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from audio.blocks import Sound, blocks_between
from audio.clip import AudioClip
from audio.files import (
    FLOAT,
    INTEGER_BITS,
    MAX_DURATION_S,
    MIN_DURATION_S,
    check_duration,
    check_peak,
    not_numbers,
    probe,
    rounded,
    truncated,
)

MP3 = "MP3"
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

    What cannot be read exactly from any place is decoded to a temporary file first.

    info : what libsndfile says of it, as `audio.files.probe`
    tags : its text tags by libsndfile's names, such as title and artist
    Raises AudioFileError for a file that cannot be used, also later, when a part of it is read that
    is damaged.
    """

    def __init__(self, path: Path | str):
        self.info = probe(Path(path))
        self._lock = threading.Lock()
        self._spool: tempfile.TemporaryDirectory[str] | None = None
        self._file = soundfile.SoundFile(str(path))
        self.tags: dict[str, str] = self._file.copy_metadata()
        if not _is_sought_exactly(self._file):
            self._decode_to_spool()

    def __enter__(self) -> "FileSound":
        return self

    def __exit__(self, *exception: object) -> None:
        self._file.close()
        if self._spool is not None:
            self._spool.cleanup()

    def _decode_to_spool(self) -> None:
        """Decode all of the file once, in order, into one in which any part can be read."""
        self._spool = tempfile.TemporaryDirectory(prefix="sound-")
        path = Path(self._spool.name) / "decoded.w64"
        try:
            with writing(path, self, file_format="W64", subtype=FLOAT, tags={}) as writer:
                for first, end in blocks_between(0, self.n_samples):
                    samples = self._file.read(end - first, dtype="float32", always_2d=True)
                    writer.write(samples.T)
        except soundfile.LibsndfileError as error:
            raise truncated() from error
        self._file.close()
        self._file = soundfile.SoundFile(str(path))

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
                self._file.seek(start)
                samples = self._file.read(stop - start, dtype="float32", always_2d=True)
            except Exception as error:  # libsndfile's decoders fail in many ways
                raise truncated() from error
        if len(samples) < stop - start:
            raise truncated()
        if not np.isfinite(samples).all():
            raise not_numbers()
        return np.ascontiguousarray(samples.T)


def _is_sought_exactly(file: soundfile.SoundFile) -> bool:
    """Whether any part of it is read as from the whole. libsndfile 1.2.2 decodes up to some 1,000
    samples of OGG and MP3 wrongly after a jump, and cannot seek at all in others."""
    subtype = file.subtype
    return file.seekable() and subtype.startswith(("PCM_", "FLOAT", "DOUBLE", "ULAW", "ALAW"))


def check_sound(sound: FileSound) -> None:
    """Read all of a file; raises AudioFileError if it is damaged, silent, too short or too long."""
    check_duration(sound.n_samples, sound.sample_rate_hz, MIN_DURATION_S, MAX_DURATION_S)
    blocks = blocks_between(0, sound.n_samples)
    check_peak(max(float(np.max(np.abs(sound.read(*block)))) for block in blocks))


class SoundWriter:
    """Writes a file block by block; `n_clipped` samples lay beyond full scale and were limited."""

    def __init__(self, file: soundfile.SoundFile):
        self._file = file
        self._limits = not file.subtype.startswith(("FLOAT", "DOUBLE"))
        self._half_step = 2.0 ** -INTEGER_BITS.get(file.subtype, 24)
        self.n_clipped = 0

    def write(self, samples: np.ndarray) -> None:
        """samples : float32, shape (n_channels, n_samples)"""
        if self._limits:
            self.n_clipped += int(np.count_nonzero(np.abs(samples) > 1.0 + self._half_step))
        self._file.write(rounded(samples, self._file.subtype).T)


@contextmanager
def writing(
    target: Any, like: Sound, *, file_format: str, subtype: str, tags: dict[str, str]
) -> Iterator[SoundWriter]:
    """A new file of the rate and channels of `like`; target : a path, or a binary file.

    Tags that the format cannot hold are left out.
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
            f"{file_format} with {subtype} samples does not support {like.n_channels} channels at "
            f"{like.sample_rate_hz} Hz."
        ) from error
    with file:
        for name, text in tags.items():
            if file_format == MP3 and not text.isascii():
                continue  # libsndfile would garble it
            with suppress(RuntimeError):  # the format has no such tag
                setattr(file, name, text)
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
