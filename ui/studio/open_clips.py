"""The clips that are open in the pages of all visitors, as many as memory is meant to hold."""

import dataclasses
import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from audio.clip import AudioClip
from audio.files import MIN_DURATION_S
from audio.report_sound import ReportSound
from audio.sound_file import clip_of
from audio.working import MAX_RATE_HZ, WorkingFormat, in_working_format
from comparison import Comparison, LongSound
from generation import ClipRecord, ClipStore
from listening.stimuli import MAX_DURATION_S
from storage.files import FileState
from storage.result_cache import ResultCache
from ui.media import MediaStore
from ui.studio.presentation import Presentation

KEPT_COMPARISONS = 12
KEPT_BYTES = 500_000_000  # of their sounds: fewer comparisons are kept where clips are large
KEPT_LONG_SOUNDS = 3  # ten minutes at 16 kHz are 38 MB; at full quality the file stays on disk
KEPT_PRESENTATIONS = 64  # of as many pages; a page beyond them gets new addresses at its next event
PART_S = MAX_DURATION_S  # a longer clip is heard, drawn and scored in parts of this length


@dataclass(frozen=True)
class OpenClip:
    """A clip from the store in its working format, as one page shows it; light enough to be kept.

    page : a name of the page, the same for all that it opens
    opened_as : grows with every clip opened, so that a page never goes back to an older one
    sound_state : of the clip's file when it was opened, as ClipStore has it
    part_s : where the part that is open begins; None for a clip that is short enough to be whole
    """

    record: ClipRecord
    working_format: WorkingFormat
    page: str
    opened_as: int
    sound_state: FileState
    part_s: float | None
    _open_clips: "OpenClips" = field(repr=False, compare=False)

    @property
    def comparison(self) -> Comparison:
        """From memory or made anew; raises ClipStoreError if the clip has been deleted."""
        return self._open_clips.comparison(self)

    @property
    def presentation(self) -> Presentation:
        return self._open_clips.presentation(self)

    @property
    def whole(self) -> LongSound | None:
        """All of a clip of which only a part is open."""
        return None if self.part_s is None else self._open_clips.long_sound(self)

    def region(self, start_s: float, end_s: float) -> AudioClip:
        """What lies between two times of what is open, at the rate and channels of its file."""
        return self._open_clips.region(self, start_s, end_s)


class OpenClips:
    """Opens clips for pages; safe to use from several threads."""

    def __init__(self, clips: ClipStore, media: MediaStore):
        self._clips = clips
        self._media = media
        self._comparisons = ResultCache(
            KEPT_COMPARISONS, weigh=lambda comparison: comparison.most_bytes, most=KEPT_BYTES
        )
        self._long_sounds = ResultCache(KEPT_LONG_SOUNDS)
        self._presentations: OrderedDict[str, tuple[int, Presentation]] = OrderedDict()  # by page
        self._lock = threading.Lock()

    def open(
        self,
        clip_id: str,
        working_format: WorkingFormat,
        *,
        page: str,
        opened_as: int,
        part_s: float = 0.0,
    ) -> OpenClip:
        """part_s : where the part of a long clip shall begin; moved so that it lies within the clip

        Raises ClipStoreError if there is no such clip, or its sound is missing or damaged,
        AudioFileError if it cannot be had in that format.
        """
        record, state = self._clips.record(clip_id), self._clips.sound_state(clip_id)
        longest_start_s = record.n_samples / record.sample_rate_hz - PART_S
        within = max(0.0, min(part_s, longest_start_s)) if longest_start_s > 0 else None
        opened = OpenClip(record, working_format, page, opened_as, state, within, self)
        self.comparison(opened)  # a sound that cannot be read is told now
        return opened

    def renamed(self, opened: OpenClip) -> OpenClip:
        """The same clip with its record read anew."""
        return dataclasses.replace(opened, record=self._clips.record(opened.record.clip_id))

    def comparison(self, opened: OpenClip) -> Comparison:
        """The same for all pages that have the same of the clip open."""
        clip_id, working_format = opened.record.clip_id, opened.working_format

        def make() -> Comparison:
            whole = opened.whole
            if whole is None:
                return Comparison(in_working_format(self._clips.audio(clip_id), working_format))
            assert opened.part_s is not None
            rate_hz = whole.sound.sample_rate_hz
            start = round(opened.part_s * rate_hz)
            stop = min(start + round(PART_S * rate_hz), whole.sound.n_samples)
            return Comparison(whole.part(start, stop), part_of=whole, start=start)

        key = (clip_id, working_format, opened.part_s, opened.sound_state)
        return self._comparisons.get(key, make)

    def long_sound(self, opened: OpenClip) -> LongSound:
        """All of a long clip in its working format."""
        clip_id, working_format = opened.record.clip_id, opened.working_format

        def make() -> LongSound:
            file = self._clips.sound(clip_id)
            if working_format == WorkingFormat.REPORT:
                return LongSound(ReportSound(file))
            if opened.record.sample_rate_hz <= MAX_RATE_HZ:
                return LongSound(file)
            return LongSound(in_working_format(self._clips.audio(clip_id), working_format))

        return self._long_sounds.get((clip_id, working_format, opened.sound_state), make)

    def region(self, opened: OpenClip, start_s: float, end_s: float) -> AudioClip:
        """As OpenClip.region; raises ValueError if it is too short to be a clip."""
        record, before_s = opened.record, opened.part_s or 0.0
        start, stop = (
            round(min(max(0.0, before_s + second) * record.sample_rate_hz, record.n_samples))
            for second in (start_s, end_s)
        )
        if stop - start < MIN_DURATION_S * record.sample_rate_hz:
            raise ValueError(f"A clip has at least {MIN_DURATION_S:g} s; please loop more of it.")
        with self._clips.sound(record.clip_id) as sound:
            return clip_of(sound, start, stop)

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
            whole=lambda: opened.whole,
            file=lambda: self._clips.sound(clip_id),
            part_s=opened.part_s,
            record=lambda: self._clips.record(clip_id),
            media=self._media,
        )
