"""The clips that are open on workbenches, as many as memory is meant to hold."""

from dataclasses import dataclass, field

from audio.clip import AudioClip
from audio.files import MIN_DURATION_S
from audio.report_sound import ReportSound
from audio.sound_file import FileSound, clip_of
from audio.working import MAX_RATE_HZ, WorkingFormat, in_working_format
from comparison import Comparison, LongSound
from generation import ClipRecord, ClipStore
from listening.stimuli import MAX_DURATION_S
from storage.files import FileState
from storage.result_cache import ResultCache
from ui.studio.frequency_axis import KINDS, FrequencyAxis
from ui.studio.spectrograms import DecibelScale, scale_for

KEPT_COMPARISONS = 12
KEPT_BYTES = 500_000_000  # of their sounds: fewer comparisons are kept where clips are large
KEPT_LONG_SOUNDS = 3  # ten minutes at 16 kHz are 38 MB; at full quality the file stays on disk
PART_S = MAX_DURATION_S  # a longer clip is heard, drawn and scored in parts of this length


@dataclass(frozen=True)
class OpenClip:
    """A clip from the store in its working format; light, and the same for all pages.

    sound_state : of the clip's file when it was opened, as ClipStore has it
    part_s : where the part that is open begins; None for a clip that is short enough to be whole
    """

    record: ClipRecord
    working_format: WorkingFormat
    sound_state: FileState
    part_s: float | None
    _open_clips: "OpenClips" = field(repr=False, compare=False)

    @property
    def comparison(self) -> Comparison:
        """From memory or made anew; raises ClipStoreError if the clip has been deleted."""
        return self._open_clips.comparison(self)

    @property
    def whole(self) -> LongSound | None:
        """All of a clip of which only a part is open."""
        return None if self.part_s is None else self._open_clips.long_sound(self)

    @property
    def picture_scale(self) -> DecibelScale:
        """The one scale of all its spectrograms."""
        return self._open_clips.picture_scale(self)

    def frequency_axis(self, kind: str) -> FrequencyAxis:
        """Raises ValueError for a kind that there is not."""
        if kind not in KINDS:
            raise ValueError(f"There is no frequency axis “{kind}”; there are {', '.join(KINDS)}.")
        return FrequencyAxis(kind, self.comparison.original.nyquist_hz)

    def file(self) -> FileSound:
        """The clip as it is stored, to be read in parts, and closed in the end."""
        return self._open_clips.file(self)

    def region(self, start_s: float, end_s: float) -> AudioClip:
        """What lies between two times of what is open, at the rate and channels of its file."""
        return self._open_clips.region(self, start_s, end_s)


class OpenClips:
    """Opens clips for pages; safe to use from several threads."""

    def __init__(self, clips: ClipStore):
        self._clips = clips
        self._comparisons = ResultCache(
            KEPT_COMPARISONS, weigh=lambda comparison: comparison.most_bytes, most=KEPT_BYTES
        )
        self._long_sounds = ResultCache(KEPT_LONG_SOUNDS)
        self._scales = ResultCache(KEPT_COMPARISONS)

    def open(self, clip_id: str, working_format: WorkingFormat, *, part_s: float = 0.0) -> OpenClip:
        """part_s : where the part of a long clip shall begin; moved so that it lies within the clip

        Raises ClipStoreError if there is no such clip, or its sound is missing or damaged,
        AudioFileError if it is not available in that format.
        """
        record, state = self._clips.record(clip_id), self._clips.sound_state(clip_id)
        longest_start_s = record.n_samples / record.sample_rate_hz - PART_S
        within = max(0.0, min(part_s, longest_start_s)) if longest_start_s > 0 else None
        opened = OpenClip(record, working_format, state, within, self)
        self.comparison(opened)  # a sound that cannot be read is told now
        return opened

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

        return self._comparisons.get(self._key(opened), make)

    def picture_scale(self, opened: OpenClip) -> DecibelScale:
        return self._scales.get(
            self._key(opened), lambda: scale_for(self.comparison(opened).original)
        )

    def long_sound(self, opened: OpenClip) -> LongSound:
        """All of a long clip in its working format."""
        clip_id, working_format = opened.record.clip_id, opened.working_format

        def make() -> LongSound:
            file = self.file(opened)
            if working_format == WorkingFormat.REPORT:
                return LongSound(ReportSound(file))
            if opened.record.sample_rate_hz <= MAX_RATE_HZ:
                return LongSound(file)
            return LongSound(in_working_format(self._clips.audio(clip_id), working_format))

        return self._long_sounds.get((clip_id, working_format, opened.sound_state), make)

    def file(self, opened: OpenClip) -> FileSound:
        return self._clips.sound(opened.record.clip_id)

    def region(self, opened: OpenClip, start_s: float, end_s: float) -> AudioClip:
        """As OpenClip.region; raises ValueError if it is too short to be a clip."""
        record, before_s = opened.record, opened.part_s or 0.0
        start, stop = (
            round(min(max(0.0, before_s + second) * record.sample_rate_hz, record.n_samples))
            for second in (start_s, end_s)
        )
        if stop - start < MIN_DURATION_S * record.sample_rate_hz:
            raise ValueError(f"A clip has at least {MIN_DURATION_S:g} s; please loop more of it.")
        with self.file(opened) as sound:
            return clip_of(sound, start, stop)

    def _key(self, opened: OpenClip) -> tuple:
        record = opened.record
        return record.clip_id, opened.working_format, opened.part_s, opened.sound_state
