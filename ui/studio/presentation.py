"""What the page is given to play and to show: addresses and labels, never arrays."""

import dataclasses
import threading
import weakref
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from audio.clip import AudioClip
from audio.files import wav_bytes
from audio.loudness import Level, lowered_to_ceiling_db, matching_gains_db
from audio.working import WORKING_RATES_HZ
from comparison import Comparison, comparison_zip
from generation import ClipRecord
from listening import Trial
from listening.anchors import ANCHOR_TITLES
from listening.ballot import MAX_COMMENT_LENGTH, asks_for_choice
from listening.stimuli import stimulus_files
from listening.trial import ORIGINAL
from restorers import RESTORERS, Restorer
from ui.media import MediaStore
from ui.studio.frequency_axis import KINDS, FrequencyAxis
from ui.studio.spectrograms import (
    CHANGE_SCALE,
    DecibelScale,
    change_picture,
    level_picture,
    scale_for,
)

TITLES = {ORIGINAL: "Original"} | {slug: cls.title for slug, cls in RESTORERS.items()}
CONDITION_TITLES = TITLES | ANCHOR_TITLES  # in a listening test
LEVEL, CHANGE = "level", "change"  # what a spectrogram shows
KEPT_ADDRESSES = 400  # sounds and pictures of a dozen slider positions; older ones are forgotten
FULL_SCALE_DBTP = 0.0


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


@dataclass(frozen=True)
class OpenClip:
    """A clip from the library at its working rate, with what the page shows of it.

    opened_as : grows with every clip opened, so that a page never goes back to an older one
    """

    record: ClipRecord
    comparison: Comparison
    presentation: "Presentation"
    opened_as: int


def open_clip(
    record: ClipRecord, comparison: Comparison, media: MediaStore, opened_as: int
) -> OpenClip:
    return OpenClip(record, comparison, Presentation(record, comparison, media), opened_as)


class Presentation:
    """Addresses of the sounds and pictures of one comparison; each is made once.

    Sounds are made at once; pictures and downloads when a page fetches them. All addresses die
    with the presentation. May be used by several threads.
    """

    def __init__(self, record: ClipRecord, comparison: Comparison, media: MediaStore):
        self._record = record
        self._comparison = comparison
        self._media = media
        self._lock = threading.Lock()
        self._addresses: OrderedDict = OrderedDict()
        self.scale = scale_for(comparison.original)
        self.axes = {kind: FrequencyAxis(kind, comparison.original.nyquist_hz) for kind in KINDS}
        weakref.finalize(self, _forget, media, self._addresses)

    def sound(self, version: Version) -> str:
        def put() -> str:
            data = wav_bytes(version.clip(self._comparison), subtype="FLOAT")
            return self._media.put(data, "audio/wav")

        return self._address(("sound", version), put)

    def picture(self, version: Version, axis: str, shown: str) -> str:
        """Of the version itself (LEVEL), or of what it changed in the original (CHANGE)."""
        key = ("picture", version, axis, shown)
        return self._address(key, lambda: self._later("_draw", key[1:], "image/png"))

    def bundle(self, restorers: dict[str, Restorer]) -> str:
        """Everything as one ZIP."""
        parts = tuple(restorers.items())
        filename = f"{self._record.clip_id}.zip"
        return self._address(
            ("bundle", parts),
            lambda: self._later("_bundle", (parts,), "application/zip", filename=filename),
        )

    def _later(self, method: str, arguments: tuple, media_type: str, **options) -> str:
        """Put a medium that does not keep this presentation alive."""
        this = weakref.ref(self)

        def make() -> bytes | None:
            alive = this()
            return getattr(alive, method)(*arguments) if alive else None

        return self._media.put_later(make, media_type, **options)

    def _draw(self, version: Version, axis: str, shown: str) -> bytes:
        clip = version.clip(self._comparison)
        if shown == CHANGE:
            return change_picture(self._comparison.original, clip, self.axes[axis], self.scale)
        return level_picture(clip, self.axes[axis], self.scale)

    def _bundle(self, parts: tuple) -> bytes:
        return comparison_zip(self._comparison, dict(parts), dataclasses.asdict(self._record))

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


def _forget(media: MediaStore, addresses: dict) -> None:
    media.drop(addresses.values())


def player_value(opened: OpenClip, restorers: dict[str, Restorer]) -> dict:
    """The value of the Player: the original, every restoration, every residual, in this order."""
    presentation, comparison = opened.presentation, opened.comparison
    original = comparison.original
    versions = {ORIGINAL: Version()} | {slug: Version(one) for slug, one in restorers.items()}
    gains = _gains({slug: version.level(comparison) for slug, version in versions.items()})
    return {
        "clip": f"{opened.record.clip_id}@{original.sample_rate_hz}",
        "opened_as": opened.opened_as,
        "headline": f"{opened.record.label} · at {WORKING_RATES_HZ[original.sample_rate_hz]}",
        "rate": original.sample_rate_hz,
        "duration_s": original.duration_s,
        "cutoff_hz": comparison.settings.cutoff_hz,
        "axes": {
            kind: {
                "ticks": axis.ticks(),
                "cutoff_at": float(axis.share_of(comparison.settings.cutoff_hz)),
            }
            for kind, axis in presentation.axes.items()
        },
        "scales": {LEVEL: _legend(presentation.scale), CHANGE: _legend(CHANGE_SCALE)},
        "stimuli": [
            {
                "id": slug,
                "title": TITLES[slug],
                "is_residual": False,
                "audio": presentation.sound(version),
                "pictures": _pictures(presentation, version),
                "gain_db": gains[slug],
            }
            for slug, version in versions.items()
        ]
        + [
            {
                "id": f"{slug}-residual",
                "title": f"Removed by {TITLES[slug]}",
                "is_residual": True,
                "audio": presentation.sound(residual),
                "pictures": _pictures(presentation, residual),
                "gain_db": {"plain": 0.0, "matched": None},
            }
            for slug, residual in (
                (slug, Version(one, is_residual=True)) for slug, one in restorers.items()
            )
        ],
        "bundle": presentation.bundle(restorers),
    }


def _pictures(presentation: Presentation, version: Version) -> dict:
    shown = [LEVEL] if version.restorer is None or version.is_residual else [LEVEL, CHANGE]
    return {
        what: {axis: presentation.picture(version, axis, what) for axis in KINDS} for what in shown
    }


def _gains(levels: dict[str, Level]) -> dict[str, dict]:
    """The gain of each version in dB: as it is, and as loud as the original.

    Both lower all versions alike where one of them would clip; "matched" is None if a version is
    too quiet to have a loudness.
    """
    matched: Mapping[str, float | None]
    plain = lowered_to_ceiling_db(dict.fromkeys(levels, 0.0), levels, ceiling_dbtp=FULL_SCALE_DBTP)
    if all(np.isfinite(level.loudness_lufs) for level in levels.values()):
        matched = matching_gains_db(levels, target_lufs=levels[ORIGINAL].loudness_lufs)
    else:
        matched = dict.fromkeys(levels)
    return {slug: {"plain": plain[slug], "matched": matched[slug]} for slug in levels}


def _legend(scale: DecibelScale) -> dict:
    return {
        "low_db": scale.low_db,
        "high_db": scale.high_db,
        "unit": scale.unit,
        "colours": scale.stops(),
    }


@dataclass(frozen=True)
class OpenTrial:
    """A trial on a page, with the addresses of its sounds by label."""

    trial: Trial
    addresses: dict[str, str]
    headline: str


def open_trial(
    trial: Trial, sounds: dict[str, AudioClip], headline: str, media: MediaStore
) -> OpenTrial:
    """Put the trial's stimuli behind fresh addresses; sounds are by condition."""
    files = stimulus_files(trial, sounds, np.random.default_rng())
    addresses = {label: media.put(data, "audio/wav") for label, data in files.items()}
    return OpenTrial(trial, addresses, headline)


def ballot_value(opened: OpenTrial, *, saved: bool = False, error: str | None = None) -> dict:
    """The value of the BallotForm: labels and addresses, and what became of the vote."""
    return {
        "trial": trial_value(opened.trial, opened.addresses),
        "headline": opened.headline,
        "saved": saved,
        "error": error,
    }


def trial_value(trial: Trial, addresses: dict[str, str], *, min_listening_s: float = 0.0) -> dict:
    """All that a page is told of a trial; addresses are by label."""
    return {
        "id": trial.trial_id,
        "design": trial.design,
        "question": trial.question,
        "asks_for_choice": asks_for_choice(trial),
        "rate": trial.clip.sample_rate_hz,
        "min_listening_s": min_listening_s,
        "max_comment": MAX_COMMENT_LENGTH,
        "stimuli": [{"label": label, "url": addresses[label]} for label in trial.labels],
    }
