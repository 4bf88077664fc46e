"""The frame of every comparator's command: `PROGRAM IN OUT` on WAV files, or one sentence.

It runs in a comparator's own environment and knows numpy and soundfile only. What comes out has the
length, rate, channels and level that went in, and lies on the same samples.
"""

import argparse
import contextlib
import io
import logging
import sys
import warnings
from collections.abc import Callable, Iterator

import numpy as np
import soundfile

Restore = Callable[[np.ndarray, argparse.Namespace], np.ndarray]


def run(
    title: str,
    restore: Restore,
    *,
    sample_rate_hz: int,
    channels: int,
    weights: bool = False,
) -> int:
    """Read IN, restore it, write OUT as 32-bit float WAV; returns the exit status.

    restore : takes float32 samples, shape (channels, n_samples), full scale = 1.0, and the
        command's options; returns as many samples. A ValueError says what the user can do.
    weights : whether the command has an option --weights, for a checkpoint
    """
    parser = argparse.ArgumentParser(description=f"Restore a WAV file with {title}.")
    parser.add_argument("input")
    parser.add_argument("output")
    parser.add_argument("--mix", type=float, default=1.0, help="share of what is restored, 0 to 1")
    if weights:
        parser.add_argument("--weights", help="a checkpoint instead of the published weights")
    arguments = parser.parse_args()
    try:
        with _quiet_libraries():
            samples = read(arguments.input, sample_rate_hz=sample_rate_hz, channels=channels)
            restored = mixed(samples, restore(samples, arguments), share=arguments.mix)
            write(arguments.output, restored, sample_rate_hz=sample_rate_hz)
    except Exception as error:
        print(f"{title}: {_sentence(error)}", file=sys.stderr)
        return 1
    return 0


def read(path: str, *, sample_rate_hz: int, channels: int) -> np.ndarray:
    """float32, shape (channels, n_samples); ValueError unless it has the rate and channels said."""
    with soundfile.SoundFile(path) as file:
        if (file.samplerate, file.channels) != (sample_rate_hz, channels):
            raise ValueError(
                f"takes {channels} channel(s) at {sample_rate_hz} Hz, "
                f"got {file.channels} at {file.samplerate} Hz"
            )
        samples = file.read(dtype="float32", always_2d=True).T
    if samples.shape[1] == 0:
        raise ValueError("the file holds no samples")
    if not np.isfinite(samples).all():
        raise ValueError("the file holds values that are not finite")
    return samples


def mixed(samples: np.ndarray, restored: np.ndarray, *, share: float) -> np.ndarray:
    """`share` of `restored` and the rest of `samples`, both float32 of the same shape."""
    if not 0 <= share <= 1:
        raise ValueError(f"mix must be between 0 and 1, got {share:g}")
    assert restored.shape == samples.shape, (restored.shape, samples.shape)
    if not np.isfinite(restored).all():
        raise ValueError("the network gave values that are not finite")
    return np.float32(share) * restored + np.float32(1 - share) * samples


def write(path: str, samples: np.ndarray, *, sample_rate_hz: int) -> None:
    """Float, so that nothing is clipped above full scale."""
    soundfile.write(path, samples.T, sample_rate_hz, format="WAV", subtype="FLOAT")


def no_weights(error: BaseException) -> str:
    """The sentence for weights that can't be had."""
    return (
        f"the weights could not be loaded ({_sentence(error)}); with internet they are fetched "
        "on first use, otherwise name a copy with --weights"
    )


@contextlib.contextmanager
def _quiet_libraries() -> Iterator[None]:
    """Warnings, downloads and retries of libraries: the one thing said is the sentence."""
    logging.disable()
    warnings.simplefilter("ignore")
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield


def _sentence(error: BaseException) -> str:
    """What an error says; with its name unless it is one that speaks for itself."""
    text = _first_line(error)
    speaks = isinstance(error, ValueError | OSError | soundfile.SoundFileError) and text
    return text if speaks else f"{type(error).__name__} {text}".strip()


def _first_line(error: BaseException) -> str:
    line = next(iter(str(error).splitlines()), "").rstrip(":. ")
    return "".join(character for character in line if character.isprintable())
