"""python -m restorers: restore files of any length at full quality."""

import argparse
import io
import logging
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

import soundfile
from tqdm import tqdm

from audio.files import AudioFileError
from audio.kernel_cache import choose_kernel_cache
from audio.report_sound import ReportSound
from audio.sound_file import FileSound
from metrics.hiss import check_hiss
from restorers.file_restoring import FileOptions, restore_file
from restorers.options import (
    STREAM,
    OptionsError,
    Task,
    file_options_from,
    parse_options,
    restorer_from,
    tasks_from,
)
from restorers.parameters import CutoffError
from restorers.restorer import Restorer

DONE, SOME_SKIPPED, CANNOT, STOPPED = 0, 1, 2, 130
EXPLAINED = (ValueError, OSError, soundfile.LibsndfileError)
CUTOFF_HZ = 6000.0  # of the hiss check: the report's


def main(arguments: list[str] | None = None) -> int:
    """Returns the exit status: 0 all done, 1 some files were skipped, 2 it cannot be done as asked,
    130 stopped by the user."""
    options = parse_options(arguments)
    logging.basicConfig(level=logging.ERROR, format="%(levelname)s %(name)s: %(message)s")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if notice := choose_kernel_cache():
        print(notice, file=sys.stderr)
    try:
        if options.files == [STREAM] or options.files == [STREAM, STREAM]:
            return _from_input_to_output(options)
        return _work_through(options)
    except OptionsError as error:
        print(error, file=sys.stderr)
        return CANNOT
    except KeyboardInterrupt:
        print("Stopped; no file was left incomplete.", file=sys.stderr)
        return STOPPED


def _work_through(options: argparse.Namespace) -> int:
    tasks = tasks_from(options)
    restorer = None if options.check else restorer_from(options)
    file_options = file_options_from(options)
    skipped: list[str] = []
    for number, task in enumerate(tasks, start=1):
        try:
            with FileSound(_existing(task.source)) as sound:
                if restorer is None or task.target is None:
                    print(f"{task.source}: {_hiss_sentence(sound)}", flush=True)
                    continue
                _check_target(task.target, is_replaced=options.force)
                name = f"{task.source.name} ({number} of {len(tasks)})"
                for remark in _restored(sound, task, restorer, file_options, name):
                    print(f"{task.target}: {remark}", file=sys.stderr)
        except EXPLAINED as error:
            print(f"{task.source}: {_explained(error, options.method)}", file=sys.stderr)
            skipped.append(str(task.source))
    if not skipped:
        return DONE
    if len(tasks) > 1:
        print(f"{len(skipped)} of {len(tasks)} files skipped.", file=sys.stderr)
    return SOME_SKIPPED


def _explained(error: Exception, method: str) -> str:
    """What a user reads about an error."""
    if isinstance(error, CutoffError):
        return f"{error}; set a lower one with --set {method}.cutoff_hz=…"
    if isinstance(error, soundfile.LibsndfileError):
        return f"the result cannot be written ({error})"
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error)


def _existing(path: Path) -> Path:
    if not path.exists():
        raise AudioFileError("There is no such file.")
    return path


def _check_target(target: Path, *, is_replaced: bool) -> None:
    """Raises ValueError where nothing may be written."""
    if target.exists() and not target.is_file():
        raise ValueError(f"{target} is not a regular file and cannot be replaced.")
    if target.exists() and not is_replaced:
        raise ValueError(f"{target} already exists; --force overwrites it.")


def _hiss_sentence(sound: FileSound) -> str:
    return check_hiss(ReportSound(sound), cutoff_hz=CUTOFF_HZ).sentence


def _restored(
    sound: FileSound, task: Task, restorer: Restorer, options: FileOptions, name: str
) -> list[str]:
    """Restore one file; what the user should know of it."""
    assert task.target is not None
    with _bar(name, sound.n_samples) as bar:
        written = restore_file(sound, task.target, restorer, options, on_samples=bar.update)
    remarks = []
    if written.n_clipped:
        remarks.append(
            f"{written.n_clipped} samples exceeded full scale and were clipped; "
            "--subtype FLOAT keeps them."
        )
    if written.tags_lost:
        remarks.append(f"the format cannot store these tags: {', '.join(written.tags_lost)}.")
    if written.n_added:
        remarks.append(f"the format's block size made it {written.n_added} samples longer.")
    return remarks


def _bar(name: str, n_samples: int) -> tqdm:
    return tqdm(desc=name, total=n_samples, unit="sample", unit_scale=True, disable=None)


def _from_input_to_output(options: argparse.Namespace) -> int:
    """Standard input is spooled, because a restorer reads it more than once."""
    restorer = None if options.check else restorer_from(options)
    file_options = file_options_from(options)
    if options.out is not None:
        raise OptionsError(f"{STREAM} writes to standard output; omit --out.")
    if restorer is not None and sys.stdout.isatty():
        raise OptionsError("Audio is not written to a terminal; redirect standard output.")
    with tempfile.TemporaryDirectory() as folder:
        spooled, output = Path(folder) / "input", Path(folder) / "output"
        with spooled.open("wb") as file:
            while part := sys.stdin.buffer.read(io.DEFAULT_BUFFER_SIZE * 128):
                file.write(part)
        try:
            with FileSound(spooled) as sound:
                if restorer is None:
                    print(_hiss_sentence(sound))
                    return DONE
                task = Task(spooled, output)
                for remark in _restored(sound, task, restorer, file_options, "standard input"):
                    print(remark, file=sys.stderr)
        except EXPLAINED as error:
            print(f"standard input: {_explained(error, options.method)}", file=sys.stderr)
            return SOME_SKIPPED
        try:
            with output.open("rb") as file:
                shutil.copyfileobj(file, sys.stdout.buffer)
            sys.stdout.flush()
        except OSError as error:
            print(f"standard output: {_explained(error, options.method)}", file=sys.stderr)
            # What is left in the buffer has nowhere to go, and Python would try again at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return SOME_SKIPPED
    return DONE


if __name__ == "__main__":
    sys.exit(main())
