"""A command line as a restorer: a WAV file in, a sound file out."""

import dataclasses
import functools
import io
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import soundfile
import soxr

from audio.clip import AudioClip, mono_mix
from audio.files import FLOAT, SILENCE_PEAK, wav_bytes
from restorers.commands.process import ProgramError, run_program
from restorers.commands.spec import IN, OUT, CommandSpec
from restorers.parameters import check_parameters, parameter, params_of
from restorers.restorer import Restorer, RestorerError
from storage.file_cache import FileCache, user_cache

MAX_EXTRA_S = 0.1  # a program may write so much more at the end: it works on whole frames
ROUNDING = 2  # samples by which two changes of rate may change the length
LEAST_ROOM = 100_000_000  # bytes that any program may write into its folder
ROOM_PER_BYTE = 20  # of its input, if that is more
CACHE_BYTES = 2_000_000_000
WAIT_FOR_OTHERS_S = 60.0  # longer than the time limit: somebody else computes the same


class CommandRestorer:
    """The base of all classes of `command_class`; `spec` says what the command is."""

    title: ClassVar[str]
    short_title: ClassVar[str]
    spec: ClassVar[CommandSpec]

    def __post_init__(self) -> None:
        check_parameters(self)  # type: ignore[arg-type] # the classes made from it are dataclasses

    def __reduce__(self) -> tuple[Any, ...]:
        """The class is made anew where it is unpacked: by other processes it cannot be imported."""
        return _restorer, (self.spec, self._params)

    @property
    def _params(self) -> dict[str, Any]:
        return params_of(self)  # type: ignore[arg-type] # as above

    @property
    def source(self) -> dict[str, str]:
        """What a vote says of where the restoration comes from."""
        return {"command": " ".join(self.spec.command)}

    def restore(self, clip: AudioClip) -> AudioClip:
        """What the command makes of the clip, remembered on disk; silence stays silence.

        Raises RestorerError if it fails or what it wrote is no restoration.
        """
        if clip.peak == 0.0:
            return clip
        given = self._given(clip)
        outputs = [self._output(one) for one in given]
        return self._restored(clip, given, outputs)

    def _given(self, clip: AudioClip) -> list[AudioClip]:
        """The clip in the format of the command: channel by channel for one that takes mono."""
        rate_hz = self.spec.sample_rate_hz or clip.sample_rate_hz
        samples = _resampled(clip.samples, clip.sample_rate_hz, rate_hz)
        if self.spec.channels == 1:
            return [AudioClip(channel, rate_hz) for channel in samples]
        if self.spec.channels == 2 and len(samples) == 1:
            samples = np.repeat(samples, 2, axis=0)
        return [AudioClip(samples, rate_hz)]

    def _output(self, given: AudioClip) -> AudioClip:
        """From the cache, or from the program."""
        if given.peak == 0.0:
            return given
        cache = FileCache(user_cache("commands"), most_bytes=CACHE_BYTES)
        line = self._line(IN, OUT)
        program = "\0".join([*line, *_files_of(line), str(given.shape)]).encode()
        key = program + given.samples.tobytes()
        wait_s = self.spec.time_limit_s + WAIT_FOR_OTHERS_S
        data = cache.get(key, lambda: self._run(given), wait_s=wait_s)
        samples, rate_hz = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)
        return AudioClip(samples.T, rate_hz)

    def _run(self, given: AudioClip) -> bytes:
        with tempfile.TemporaryDirectory(prefix="restorer-", ignore_cleanup_errors=True) as name:
            folder = Path(name)
            source, target = folder / "in.wav", folder / "out.wav"
            source.write_bytes(wav_bytes(given, subtype=FLOAT))
            room = max(LEAST_ROOM, ROOM_PER_BYTE * source.stat().st_size)
            try:
                run_program(
                    self._line(str(source), str(target)),
                    folder=folder,
                    time_limit_s=self.spec.time_limit_s,
                    most_bytes=room,
                )
                return wav_bytes(_checked(target, given), subtype=FLOAT)
            except (ProgramError, OSError) as error:
                raise RestorerError(f"{self.title} {error}.") from error

    def _line(self, source: str, target: str) -> list[str]:
        values = {name: _written(value) for name, value in self._params.items()}
        return self.spec.command_line({**values, IN: source, OUT: target})

    def _restored(
        self, clip: AudioClip, given: list[AudioClip], outputs: list[AudioClip]
    ) -> AudioClip:
        if max(one.peak for one in outputs) < SILENCE_PEAK <= clip.peak:
            raise RestorerError(f"{self.title} gave silence.")
        together = np.concatenate([one.samples for one in outputs])
        samples = _resampled(together, given[0].sample_rate_hz, clip.sample_rate_hz)
        if len(samples) > clip.n_channels:  # a mono clip was doubled
            samples = mono_mix(AudioClip(samples, clip.sample_rate_hz)).samples
        missing = max(0, clip.n_samples - samples.shape[1])
        samples = np.pad(samples, ((0, 0), (0, missing)))[:, : clip.n_samples]
        return clip.with_samples(samples)


def _checked(path: Path, given: AudioClip) -> AudioClip:
    """What a program wrote for `given`, cut to its length; raises ProgramError if it is not
    that."""
    if not path.exists():
        raise ProgramError("wrote no file")
    try:
        info = soundfile.info(str(path))
        _check_format(info, given)
        samples, _ = soundfile.read(str(path), dtype="float32", always_2d=True)
    except (RuntimeError, TypeError) as error:  # libsndfile's
        raise ProgramError("wrote a file that is not audio") from error
    if not np.isfinite(samples).all():
        raise ProgramError("wrote samples that are not numbers")
    samples = np.pad(samples, ((0, max(0, given.n_samples - len(samples))), (0, 0)))
    return AudioClip(samples[: given.n_samples].T, given.sample_rate_hz)


def _check_format(info: Any, given: AudioClip) -> None:
    rate_hz = info.samplerate
    if rate_hz != given.sample_rate_hz:
        raise ProgramError(f"wrote {rate_hz} Hz, not the {given.sample_rate_hz} Hz that it got")
    if info.channels != given.n_channels:
        raise ProgramError(f"wrote {info.channels} channels, not the {given.n_channels} it got")
    longest = given.n_samples + round(MAX_EXTRA_S * rate_hz)
    if not given.n_samples - ROUNDING <= info.frames <= longest:
        raise ProgramError(
            f"wrote {info.frames / rate_hz:.3f} s, not the {given.duration_s:.3f} s that it got"
        )


def _resampled(samples: np.ndarray, from_hz: int, to_hz: int) -> np.ndarray:
    if from_hz == to_hz:
        return samples
    resampled: np.ndarray = soxr.resample(samples.T, from_hz, to_hz)
    return resampled.T


def _files_of(line: list[str]) -> list[str]:
    """The state of each file that a command names: what another version of a program made does not
    count any more."""
    named = [shutil.which(line[0]) or line[0], *line[1:]]
    states = []
    for path in named:
        if os.path.isfile(path):
            stat = os.stat(path)
            states.append(f"{path} {stat.st_mtime_ns} {stat.st_size}")
    return states


def _written(value: Any) -> str:
    """A value as a program reads it: true and false in lower case."""
    return str(value).lower() if isinstance(value, bool) else str(value)


@functools.cache
def command_class(spec: CommandSpec) -> type[Restorer]:
    """The restorer class of a command; equal specs give the same class."""
    fields = []
    for item in spec.parameter:
        facts = dataclasses.asdict(item)
        default = facts.pop("default")
        fields.append((facts.pop("name"), type(default), parameter(default, **facts)))
    names = {
        "__doc__": spec.note or spec.title,
        "title": spec.title,
        "short_title": spec.short_title or spec.title,
        "spec": spec,
    }
    made: Any = dataclasses.make_dataclass(
        spec.name, fields, bases=(CommandRestorer,), namespace=names, frozen=True
    )
    return made


def _restorer(spec: CommandSpec, params: dict[str, Any]) -> Restorer:
    return command_class(spec)(**params)
