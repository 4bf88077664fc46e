"""The clips that are open in the pages of all visitors, as many as memory is meant to hold."""

import dataclasses
import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from audio.working import at_working_rate
from comparison import Comparison
from generation import ClipRecord, ClipStore
from storage.files import FileState
from storage.result_cache import ResultCache
from ui.media import MediaStore
from ui.studio.presentation import Presentation

KEPT_COMPARISONS = 12  # of ten seconds at 16 kHz each holds some 10 MB, of a minute at 32 kHz 130
KEPT_PRESENTATIONS = 64  # of as many pages; a page beyond them gets new addresses at its next event


@dataclass(frozen=True)
class OpenClip:
    """A clip from the store at its working rate, as one page shows it; light enough to be kept.

    page : a name of the page, the same for all that it opens
    opened_as : grows with every clip opened, so that a page never goes back to an older one
    sound_state : of the clip's file when it was opened, as ClipStore has it
    """

    record: ClipRecord
    sample_rate_hz: int
    page: str
    opened_as: int
    sound_state: FileState
    _open_clips: "OpenClips" = field(repr=False, compare=False)

    @property
    def comparison(self) -> Comparison:
        """From memory or made anew; raises ClipStoreError if the clip has been deleted."""
        return self._open_clips.comparison(self)

    @property
    def presentation(self) -> Presentation:
        return self._open_clips.presentation(self)


class OpenClips:
    """Opens clips for pages; safe to use from several threads."""

    def __init__(self, clips: ClipStore, media: MediaStore):
        self._clips = clips
        self._media = media
        self._comparisons = ResultCache(KEPT_COMPARISONS)
        self._presentations: OrderedDict[str, tuple[int, Presentation]] = OrderedDict()  # by page
        self._lock = threading.Lock()

    def open(self, clip_id: str, sample_rate_hz: int, *, page: str, opened_as: int) -> OpenClip:
        """Raises ClipStoreError if there is no such clip, or its sound is missing or damaged."""
        record, state = self._clips.record(clip_id), self._clips.sound_state(clip_id)
        opened = OpenClip(record, sample_rate_hz, page, opened_as, state, self)
        self.comparison(opened)  # a sound that cannot be read is told now
        return opened

    def renamed(self, opened: OpenClip) -> OpenClip:
        """The same clip with its record read anew."""
        return dataclasses.replace(opened, record=self._clips.record(opened.record.clip_id))

    def comparison(self, opened: OpenClip) -> Comparison:
        """The same for all pages that have the clip open at that rate."""
        clip_id, sample_rate_hz = opened.record.clip_id, opened.sample_rate_hz

        def make() -> Comparison:
            return Comparison(at_working_rate(self._clips.audio(clip_id), sample_rate_hz))

        return self._comparisons.get((clip_id, sample_rate_hz, opened.sound_state), make)

    def presentation(self, opened: OpenClip) -> Presentation:
        """What the page was given for this clip, or a new one in place of what it had before."""
        with self._lock:
            known = self._known(opened)
        if known is not None:
            return known
        made = self._presentation_of(opened)  # unlocked: no page waits for another
        with self._lock:
            known = self._known(opened)
            if known is not None:  # another event of the same page was first
                return known
            dropped = [self._presentations.pop(opened.page, None)]
            self._presentations[opened.page] = (opened.opened_as, made)
            while len(self._presentations) > KEPT_PRESENTATIONS:
                dropped.append(self._presentations.popitem(last=False)[1])
        for entry in filter(None, dropped):
            entry[1].close()
        return made

    def _known(self, opened: OpenClip) -> Presentation | None:
        opened_as, presentation = self._presentations.get(opened.page, (None, None))
        if opened_as != opened.opened_as:
            return None
        self._presentations.move_to_end(opened.page)
        return presentation

    def close(self, page: str) -> None:
        """Forget what a page was given; it has gone."""
        with self._lock:
            _, presentation = self._presentations.pop(page, (None, None))
        if presentation is not None:
            presentation.close()

    def _presentation_of(self, opened: OpenClip) -> Presentation:
        clip_id = opened.record.clip_id
        return Presentation(
            clip_id,
            comparison=lambda: self.comparison(opened),
            record=lambda: self._clips.record(clip_id),
            media=self._media,
        )
