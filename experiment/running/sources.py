"""Where the clips of an experiment lie: files and folders, on this machine or behind any URL that
fsspec knows (s3://, gs://, sftp://, ...)."""

import hashlib
import posixpath
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from fsspec.core import url_to_fs

from audio.sound_file import AUDIO_SUFFIXES

# What file systems call the size, the time and the hash of a file.
FINGERPRINT_KEYS = (
    "size",
    "mtime",
    "created",
    "ETag",
    "etag",
    "LastModified",
    "md5Hash",
    "updated",
)


class SourceError(Exception):
    """Clips that cannot be found; the text is meant for the user."""


@dataclass(frozen=True)
class ClipSource:
    """One clip before it is read.

    track : its name in tables and file names, unique in the experiment
    fingerprint : differs when the file, or one of its versions, differs
    versions : {condition: address} of those made elsewhere
    """

    track: str
    url: str
    fingerprint: str
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Found:
    url: str
    relative: str  # to the folder that was asked for
    argument: int  # which of those asked for, from 1
    fingerprint: str

    @property
    def names(self) -> tuple[str, str, str]:
        """From the shortest to one that no other clip can have."""
        stem = posixpath.splitext(self.relative)[0]
        return stem, self.relative, f"{self.argument}/{self.relative}"


def find_clips(locations: Sequence[str], *, leaving_out: str | None = None) -> list[ClipSource]:
    """All clips at `locations` (files, folders, or patterns with *), each once, in natural order.

    A folder gives every audio file below it, hidden ones aside; a file that is named is taken
    whatever its name. leaving_out : a folder, such as that of the results, in which none is sought
    Raises SourceError if a location cannot be read or holds no clip.
    """
    found: dict[str, _Found] = {}
    for argument, location in enumerate(locations, start=1):
        for one in _found_at(location, argument, leaving_out):
            found.setdefault(one.url, one)
    clips = list(found.values())
    taken = [Counter(names) for names in zip(*(one.names for one in clips), strict=True)]
    sources = [
        ClipSource(
            next(name for name, counts in zip(one.names, taken, strict=True) if counts[name] == 1),
            one.url,
            one.fingerprint,
        )
        for one in clips
    ]
    return sorted(sources, key=lambda source: _natural(source.track))


@dataclass(frozen=True)
class PairedClips:
    """Clips with their versions; unpaired : addresses of versions that no original has"""

    sources: list[ClipSource]
    unpaired: list[str]


def find_conditions(
    location: str, original: str, conditions: Mapping[str, str], *, leaving_out: str | None = None
) -> PairedClips:
    """The clips of one folder with their versions in others, which are called the same; the ending
    of a name does not count where no two files differ in nothing else.

    location : the folder in which all of them are
    original : the subfolder of the originals; conditions : {condition: subfolder of its files}
    leaving_out : as `find_clips`
    Raises SourceError if a folder cannot be read or holds no clip.
    """
    root = location.rstrip("/")
    originals = find_clips([f"{root}/{original}"], leaving_out=leaving_out)
    versions = {
        condition: {
            one.track: one for one in find_clips([f"{root}/{name}"], leaving_out=leaving_out)
        }
        for condition, name in conditions.items()
    }
    paired: list[ClipSource] = []
    for source in originals:
        found = {
            c: files.pop(source.track) for c, files in versions.items() if source.track in files
        }
        prints = [source.fingerprint, *(f"{c} {one.fingerprint}" for c, one in found.items())]
        fingerprint = hashlib.sha256("\n".join(prints).encode()).hexdigest()[:16]
        urls = {condition: one.url for condition, one in found.items()}
        paired.append(replace(source, fingerprint=fingerprint, versions=urls))
    return PairedClips(paired, [one.url for files in versions.values() for one in files.values()])


def _found_at(location: str, argument: int, leaving_out: str | None) -> Iterator[_Found]:
    try:
        fs, root = url_to_fs(location)
        if "*" in location:
            files, base = fs.glob(root, detail=True), root.split("*")[0].rpartition("/")[0]
        elif fs.isfile(root):
            files, base = {root: fs.info(root)}, root.rpartition("/")[0]
        elif fs.isdir(root):
            files, base = fs.find(root, detail=True), root.rstrip("/")
            avoided = leaving_out and url_to_fs(leaving_out)[1].rstrip("/") + "/"
            files = {
                path: info
                for path, info in files.items()
                if _is_audio_below(base, path) and not (avoided and path.startswith(avoided))
            }
        else:
            raise SourceError(f"No clip or folder at {location}.")
        fingerprints = {path: _fingerprint(fs, info) for path, info in files.items()}
    except (OSError, ValueError, ImportError) as error:
        raise SourceError(f"{location} cannot be read: {error}.") from error
    if not fingerprints:
        raise SourceError(f"No audio files in {location}.")
    for path, fingerprint in fingerprints.items():
        relative = path[len(base) :].lstrip("/")
        yield _Found(fs.unstrip_protocol(path), relative, argument, fingerprint)


def _is_audio_below(base: str, path: str) -> bool:
    relative = path[len(base) :].lstrip("/")
    hidden = any(part.startswith(".") for part in relative.split("/"))
    return not hidden and relative.lower().endswith(AUDIO_SUFFIXES)


def _fingerprint(fs, info: dict) -> str:
    """Of what a listing says about a file; where it gives no time and no hash, ask the file."""
    known = [str(info[key]) for key in FINGERPRINT_KEYS if info.get(key) is not None]
    if len(known) < 2:
        known.append(fs.ukey(info["name"]))
    return hashlib.sha256("\n".join(known).encode()).hexdigest()[:16]


def _natural(name: str) -> list:
    """track_2 before track_10."""
    parts = re.split(r"(\d+)", name)
    return [(int(part), "") if part.isdigit() else (-1, part) for part in parts] + [(-1, name)]
