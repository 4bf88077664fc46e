"""From a file to a restored file: block by block, whatever its length."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import soundfile

from audio.sound_file import AUDIO_SUFFIXES, FileSound, tags_lost, writing
from restorers.restorer import Restorer, restored_blocks
from storage.files import make_folder, replacing

OPUS = "OPUS"
NOT_WRITTEN = frozenset({"RAW", "SD2"})  # one says nothing of itself, the other is two files
OnSamples = Callable[[int], object]  # told how many more samples are done


@dataclass(frozen=True)
class FileOptions:
    """What becomes of a file; None keeps what it has.

    file_format, subtype : as libsndfile names them, such as "FLAC" and "PCM_24"
    writes_residual : what was removed instead of what is left
    """

    file_format: str | None = None
    subtype: str | None = None
    writes_residual: bool = False

    def __post_init__(self) -> None:
        known = set(soundfile.available_formats()) - NOT_WRITTEN
        if self.file_format is not None and self.file_format not in known:
            raise ValueError(
                f"“{self.file_format}” is not a supported output format; "
                f"choose from {', '.join(sorted(known))}."
            )
        if self.subtype is not None and self.subtype not in soundfile.available_subtypes():
            raise ValueError(
                f"“{self.subtype}” is not a sample format; choose from "
                f"{', '.join(sorted(soundfile.available_subtypes()))}."
            )

    def resolved(self, source: FileSound, target: str) -> tuple[str, str]:
        """Format and subtype of the file called `target`: its ending decides, then the source.

        Raises ValueError if the two do not go together.
        """
        file_format = self.file_format or format_of(target) or source.info.format
        subtype = self.subtype or (OPUS if _is_opus(target) else source.info.subtype)
        if self.subtype is None and not soundfile.check_format(file_format, subtype):
            subtype = _nearest_subtype(file_format, subtype)
        if not soundfile.check_format(file_format, subtype):
            raise ValueError(f"{file_format} does not support {subtype} samples.")
        return file_format, subtype


@dataclass(frozen=True)
class Written:
    """What is to be said of a file that was written.

    n_clipped : samples beyond full scale, which the format cannot hold
    tags_lost : names of tags that the format cannot hold
    n_added : samples by which the format made the file longer, as those with blocks of a fixed size
        do
    """

    n_clipped: int
    tags_lost: list[str]
    n_added: int


def restore_file(
    source: FileSound,
    target: Path,
    restorer: Restorer,
    options: FileOptions,
    *,
    on_samples: OnSamples,
) -> Written:
    """Write the restoration of `source`; `target` is replaced whole or stays as it was.

    Raises ValueError, AudioFileError or OSError.
    """
    file_format, subtype = options.resolved(source, target.name)
    target = target.resolve()  # a link stays one
    make_folder(target.parent)
    with replacing(target) as unfinished:
        with writing(
            unfinished, source, file_format=file_format, subtype=subtype, tags=source.tags
        ) as writer:
            at = 0
            for samples in restored_blocks(restorer, source):
                end = at + samples.shape[1]
                writer.write(source.read(at, end) - samples if options.writes_residual else samples)
                on_samples(end - at)
                at = end
        lost = tags_lost(source.tags, unfinished)
        n_added = soundfile.info(str(unfinished)).frames - source.n_samples
    return Written(writer.n_clipped, lost, n_added)


def format_of(name: str) -> str | None:
    """The format that a file's ending stands for, None if it stands for none."""
    ending = Path(name).suffix.lower().removeprefix(".").upper()
    ending = {"AIF": "AIFF", "AIFC": "AIFF", "OGA": "OGG", "OPUS": "OGG"}.get(ending, ending)
    return ending if ending in soundfile.available_formats() else None


def _is_opus(name: str) -> bool:
    return Path(name).suffix.lower() == ".opus"


def _nearest_subtype(file_format: str, subtype: str) -> str:
    """What holds the samples of a subtype in a format that does not have it: as many bits or more,
    else the format's own choice."""
    bits = {"PCM_S8": 8, "PCM_U8": 8, "PCM_16": 16, "ALAC_16": 16}.get(subtype, 24)
    wider = [one for n, one in ((16, "PCM_16"), (24, "PCM_24")) if n >= bits]
    fitting = [one for one in wider if soundfile.check_format(file_format, one)]
    return fitting[0] if fitting else soundfile.default_subtype(file_format)


def audio_files_below(folder: Path) -> Iterator[Path]:
    """All files in a folder and those in it that are called like audio, hidden ones left out."""
    for path in sorted(folder.rglob("*")):
        is_hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.suffix.lower() in AUDIO_SUFFIXES and not is_hidden and path.is_file():
            yield path
