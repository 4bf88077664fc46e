"""Addresses of the sounds and pictures of an open clip."""

import dataclasses
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from audio.clip import AudioClip
from audio.files import wav_bytes
from audio.loudness import Level
from audio.sound_file import FileSound
from comparison import Comparison, LongSound, comparison_zip, full_quality_wav
from generation import ClipRecord, ClipStoreError
from restorers import Restorer
from ui.media import MediaStore
from ui.studio.frequency_axis import KINDS, FrequencyAxis
from ui.studio.spectrograms import (
    change_picture,
    level_picture,
    scale_for,
)

LEVEL, CHANGE = "level", "change"  # what a spectrogram shows
KEPT_ADDRESSES = 400  # sounds and pictures of a dozen slider positions; older ones are forgotten


@dataclass(frozen=True)
class Version:
    """One thing to hear: the original (no restorer), a restoration, or what it removed."""

    restorer: Restorer | None = None
    is_residual: bool = False

    def clip(self, comparison: Comparison) -> AudioClip:
        if self.restorer is None:
            return comparison.original
        if self.is_residual:
            return comparison.residual(self.restorer)
        return comparison.restored(self.restorer)

    def level(self, comparison: Comparison) -> Level:
        """Of the original or a restoration."""
        if self.restorer is None:
            return comparison.original_level()
        return comparison.level(self.restorer)


class Presentation:
    """Addresses of the sounds and pictures of one comparison, for one page; each is made once.

    Sounds are made at once; pictures and downloads when the page fetches them. May be used by
    several threads.

    comparison, whole, file, record : give the comparison, which may have to be made again; all of a
        long clip, else None; the clip's file; its record
    part_s : where the comparison begins in a long clip, else None
    """

    def __init__(
        self,
        clip_id: str,
        *,
        comparison: Callable[[], Comparison],
        whole: Callable[[], LongSound | None],
        file: Callable[[], FileSound],
        record: Callable[[], ClipRecord],
        part_s: float | None,
        media: MediaStore,
    ):
        self._clip_id = clip_id
        self._comparison = comparison
        self._whole = whole
        self._file = file
        self._record = record
        self._part_s = part_s
        self._media = media
        self._lock = threading.Lock()
        self._addresses: OrderedDict = OrderedDict()
        original = comparison().original
        self.scale = scale_for(original)
        self.axes = {kind: FrequencyAxis(kind, original.nyquist_hz) for kind in KINDS}

    def close(self) -> None:
        """All addresses end."""
        with self._lock:
            addresses = list(self._addresses.values())
            self._addresses.clear()
        self._media.drop(addresses)

    def sound(self, version: Version) -> str:
        def put() -> str:
            data = wav_bytes(version.clip(self._comparison()), subtype="FLOAT")
            return self._media.put(data, "audio/wav")

        return self._address(("sound", version), put)

    def picture(self, version: Version, axis: str, shown: str) -> str:
        """Of the version itself (LEVEL), or of what it changed in the original (CHANGE)."""
        key = ("picture", version, axis, shown)
        return self._address(key, lambda: self._later(self._draw, key[1:], "image/png"))

    def overview(self, axis: str) -> str:
        """The picture of all of a long clip."""
        return self._address(
            ("overview", axis), lambda: self._later(self._draw_overview, (axis,), "image/png")
        )

    def download(self, version: Version, name: str) -> str:
        """The whole file of a version at full quality: rate, channels and sample format of the
        clip's own file; 32-bit float if a sample would exceed full scale."""
        key = ("download", version)
        filename = f"{self._clip_id}-{name}.wav"
        return self._address(
            key, lambda: self._later(self._full_quality, (version,), "audio/wav", filename)
        )

    def bundle(self, restorers: dict[str, Restorer]) -> str:
        """Everything as one ZIP."""
        parts = tuple(restorers.items())
        filename = f"{self._clip_id}.zip"
        return self._address(
            ("bundle", parts),
            lambda: self._later(self._bundle, (parts,), "application/zip", filename),
        )

    def _later(
        self,
        method: Callable[..., bytes],
        arguments: tuple,
        media_type: str,
        filename: str | None = None,
    ) -> str:
        """Put a medium that is made when it is fetched; gone if the clip is by then."""

        def make() -> bytes | None:
            try:
                return method(*arguments)
            except ClipStoreError:
                return None

        return self._media.put_later(make, media_type, filename=filename)

    def _draw(self, version: Version, axis: str, shown: str) -> bytes:
        clip = version.clip(self._comparison())
        if shown == CHANGE:
            return change_picture(self._comparison().original, clip, self.axes[axis], self.scale)
        return level_picture(clip, self.axes[axis], self.scale)

    def _draw_overview(self, axis: str) -> bytes:
        whole = self._whole()
        assert whole is not None
        return level_picture(whole.sound, self.axes[axis], self.scale)

    def _full_quality(self, version: Version) -> bytes:
        with self._file() as file:
            return full_quality_wav(
                file,
                version.restorer,
                is_residual=version.is_residual,
                subtype=self._record().subtype,
            )

    def _bundle(self, parts: tuple) -> bytes:
        facts = dataclasses.asdict(self._record())
        if self._part_s is not None:
            facts["part_start_s"] = self._part_s
        return comparison_zip(self._comparison(), dict(parts), facts)

    def _address(self, key, put) -> str:
        with self._lock:
            if key in self._addresses:
                self._addresses.move_to_end(key)
                return self._addresses[key]
        made = put()  # unlocked: a sound never waits for another
        with self._lock:
            address = self._addresses.setdefault(key, made)
            forgotten = [] if address == made else [made]
            while len(self._addresses) > KEPT_ADDRESSES:
                forgotten.append(self._addresses.popitem(last=False)[1])
        self._media.drop(forgotten)
        return address
