"""What the page is given to play and to show: addresses and labels, never arrays."""

import threading
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np

from audio.files import wav_bytes
from audio.working import WORKING_RATES_HZ
from experiment import Comparison
from generation import ClipRecord
from listening import Trial
from listening.ballot import MAX_COMMENT_LENGTH
from listening.stimuli import stimulus_files
from restorers import RESTORERS
from ui.media import MediaStore
from ui.plots import colour_stops, scale_for, spectrogram_png

ORIGINAL = "original"
TITLES = {ORIGINAL: "Original"} | {slug: cls.title for slug, cls in RESTORERS.items()}
KEPT_ADDRESSES = 24  # sounds and pictures of a few slider positions; older ones are forgotten


@dataclass(frozen=True)
class OpenClip:
    """A clip from the library at its working rate, with what the page shows of it."""

    record: ClipRecord
    comparison: Comparison
    presentation: "Presentation"


def open_clip(record: ClipRecord, comparison: Comparison, media: MediaStore) -> OpenClip:
    return OpenClip(record, comparison, Presentation(comparison, media))


class Presentation:
    """Addresses of the sounds and pictures of one comparison; each is made once.

    `restorer` is None for the original. May be used by several threads.
    """

    def __init__(self, comparison: Comparison, media: MediaStore):
        self._comparison = comparison
        self._media = media
        self._lock = threading.Lock()
        self._addresses: OrderedDict = OrderedDict()
        self.scale = scale_for(comparison.original)

    def sound(self, restorer) -> str:
        return self._address(
            ("sound", restorer),
            "audio/wav",
            lambda: wav_bytes(self._clip(restorer), subtype="FLOAT"),
        )

    def picture(self, restorer) -> str:
        return self._address(
            ("picture", restorer),
            "image/png",
            lambda: spectrogram_png(self._clip(restorer), self.scale),
        )

    def known_picture(self, restorer) -> str | None:
        """The picture's address if it was made before."""
        with self._lock:
            return self._addresses.get(("picture", restorer))

    def _clip(self, restorer):
        return self._comparison.restored(restorer) if restorer else self._comparison.original

    def _address(self, key, media_type: str, make) -> str:
        with self._lock:
            if key in self._addresses:
                self._addresses.move_to_end(key)
                return self._addresses[key]
        made = self._media.put(make(), media_type)  # unlocked: a sound never waits for a picture
        with self._lock:
            address = self._addresses.setdefault(key, made)
            forgotten = [] if address == made else [made]
            while len(self._addresses) > KEPT_ADDRESSES:
                forgotten.append(self._addresses.popitem(last=False)[1])
        for one in forgotten:
            self._media.drop(one)
        return address


def player_value(opened: OpenClip, restorers: dict, *, with_pictures: bool) -> dict:
    """The value of the Player: the original and every restorer, in this order.

    Without pictures, only those are named that exist already, so that sound is never kept waiting.
    """
    presentation, original = opened.presentation, opened.comparison.original
    picture = presentation.picture if with_pictures else presentation.known_picture
    return {
        "clip": f"{opened.record.clip_id}@{original.sample_rate_hz}",
        "headline": f"{opened.record.label} · at {WORKING_RATES_HZ[original.sample_rate_hz]}",
        "rate": original.sample_rate_hz,
        "duration_s": original.duration_s,
        "max_hz": original.nyquist_hz,
        "cutoff_hz": opened.comparison.settings.cutoff_hz,
        "scale": {
            "low_db": presentation.scale.low_db,
            "high_db": presentation.scale.high_db,
            "colours": colour_stops(),
        },
        "stimuli": [
            {
                "id": slug,
                "title": TITLES[slug],
                "audio": presentation.sound(restorer),
                "picture": picture(restorer),
            }
            for slug, restorer in {ORIGINAL: None, **restorers}.items()
        ],
    }


@dataclass(frozen=True)
class OpenTrial:
    """A trial on a page, with the addresses of its sounds by label."""

    trial: Trial
    addresses: dict[str, str]
    headline: str


def open_trial(trial: Trial, headline: str, media: MediaStore) -> OpenTrial:
    """Put the trial's stimuli behind fresh addresses."""
    files = stimulus_files(trial, np.random.default_rng())
    addresses = {label: media.put(data, "audio/wav") for label, data in files.items()}
    return OpenTrial(trial, addresses, headline)


def ballot_value(opened: OpenTrial, *, saved: bool = False, error: str | None = None) -> dict:
    """The value of the BallotForm: labels and addresses, and what became of the vote."""
    return {
        "trial": opened.trial.trial_id,
        "headline": opened.headline,
        "rate": opened.trial.clip.sample_rate_hz,
        "max_comment": MAX_COMMENT_LENGTH,
        "stimuli": [{"label": label, "url": url} for label, url in opened.addresses.items()],
        "saved": saved,
        "error": error,
    }
