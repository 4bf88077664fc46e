"""The clips that are open on workbenches, as many as memory is meant to hold."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass, field

from audio.blocks import Sound
from audio.clip import AudioClip
from audio.files import MIN_DURATION_S
from audio.report_sound import ReportSound
from audio.sound_file import FileSound, clip_of
from audio.working import MAX_RATE_HZ, WorkingFormat, in_working_format
from comparison import Comparison, LongSound
from generation import ClipRecord, ClipStore
from known_hiss.hissy_clips import clean_condition
from listening.stimuli import MAX_DURATION_S
from storage.files import FileState
from storage.result_cache import ResultCache
from ui.studio.frequency_axis import KINDS, FrequencyAxis
from ui.studio.spectrograms import DecibelScale, scale_for
from versions.made_elsewhere import MadeElsewhere
from versions.version_store import VersionRecord, Versions, VersionStore

KEPT_COMPARISONS = 12
KEPT_BYTES = 500_000_000  # of their sounds: fewer comparisons are kept where clips are large
KEPT_VERSIONS = 48
KEPT_LONG_SOUNDS = 3  # ten minutes at 16 kHz are 38 MB; at full quality the file stays on disk
BYTES_PER_SAMPLE = 4
PART_S = MAX_DURATION_S  # a longer clip is heard, drawn and scored in parts of this length


@dataclass(frozen=True)
class OpenClip:
    """A clip from the store in its working format; light, and the same for all pages.

    sound_state : of the clip's file when it was opened, as ClipStore has it
    versions : made elsewhere, by condition
    part_s : where the part that is open begins; None for a clip that is short enough to be whole
    """

    record: ClipRecord
    working_format: WorkingFormat
    sound_state: FileState
    part_s: float | None
    versions: Versions
    _open_clips: "OpenClips" = field(repr=False, compare=False)

    @property
    def comparison(self) -> Comparison:
        """From memory or made anew; raises ClipStoreError if the clip has been deleted."""
        return self._open_clips.comparison(self)

    @property
    def whole(self) -> LongSound | None:
        """All of a clip of which only a part is open."""
        return None if self.part_s is None else self._open_clips.long_sound(self)

    def made_elsewhere(self, *, at_full_quality: bool = False) -> dict[str, MadeElsewhere]:
        """Its versions that are files, by condition.

        at_full_quality : as the file of the clip, not as what is open
        """
        return self._open_clips.made_elsewhere(self, at_full_quality=at_full_quality)

    def clean(self) -> MadeElsewhere | None:
        """The clip before known hiss was added to it; None if its hiss isn't known."""
        condition = clean_condition(self.record, self.versions.records)
        return None if condition is None else self.made_elsewhere()[condition]

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

    def version_regions(
        self, start_s: float, end_s: float
    ) -> Iterator[tuple[VersionRecord, AudioClip]]:
        """The same of each version that is a file."""
        return self._open_clips.version_regions(self, start_s, end_s)


class OpenClips:
    """Opens clips for pages; safe to use from several threads."""

    def __init__(self, clips: ClipStore, versions: VersionStore):
        self._clips = clips
        self._versions = versions
        self._comparisons = ResultCache(
            KEPT_COMPARISONS, weigh=lambda comparison: comparison.most_bytes, most=KEPT_BYTES
        )
        self._long_sounds = ResultCache(KEPT_LONG_SOUNDS)
        self._made_elsewhere = ResultCache(KEPT_VERSIONS, weigh=_bytes_of, most=KEPT_BYTES)
        self._scales = ResultCache(KEPT_COMPARISONS)

    def open(self, clip_id: str, working_format: WorkingFormat, *, part_s: float = 0.0) -> OpenClip:
        """part_s : where the part of a long clip shall begin; moved so that it lies within the clip

        Raises ClipStoreError if there is no such clip, or its sound is missing or damaged,
        AudioFileError if it is not available in that format.
        """
        record, state = self._clips.record(clip_id), self._clips.sound_state(clip_id)
        longest_start_s = record.n_samples / record.sample_rate_hz - PART_S
        within = max(0.0, min(part_s, longest_start_s)) if longest_start_s > 0 else None
        versions = self._versions.of_clip(clip_id)
        opened = OpenClip(record, working_format, state, within, versions, self)
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

    def made_elsewhere(
        self, opened: OpenClip, *, at_full_quality: bool
    ) -> dict[str, MadeElsewhere]:
        return {
            condition: self._made_elsewhere.get(
                (opened.record.clip_id, record, *_form_of(opened, at_full_quality)),
                functools.partial(self._version, opened, record, at_full_quality),
            )
            for condition, record in opened.versions.records.items()
        }

    def _version(
        self, opened: OpenClip, record: VersionRecord, at_full_quality: bool
    ) -> MadeElsewhere:
        file = self._versions.sound(opened.record.clip_id, record)
        sound: Sound = file
        if not at_full_quality:
            is_report = opened.working_format == WorkingFormat.REPORT
            if opened.part_s is not None and is_report:
                sound = ReportSound(file)
            elif is_report or file.sample_rate_hz > MAX_RATE_HZ:
                with file:
                    sound = in_working_format(
                        clip_of(file),
                        opened.working_format,
                        version_of=self._clips.audio(opened.record.clip_id),
                    )
        alignment = record.alignment
        missing_s = (
            alignment.missing_start / alignment.original_rate_hz,
            alignment.missing_end / alignment.original_rate_hz,
        )
        return MadeElsewhere(
            sound, file=record.file_name, sha256=record.sha256, missing_s=missing_s
        )

    def file(self, opened: OpenClip) -> FileSound:
        return self._clips.sound(opened.record.clip_id)

    def region(self, opened: OpenClip, start_s: float, end_s: float) -> AudioClip:
        """As OpenClip.region; raises ValueError if it is too short to be a clip."""
        with self.file(opened) as sound:
            return clip_of(sound, *_samples_between(opened, start_s, end_s))

    def version_regions(
        self, opened: OpenClip, start_s: float, end_s: float
    ) -> Iterator[tuple[VersionRecord, AudioClip]]:
        region = _samples_between(opened, start_s, end_s)
        for record in opened.versions.records.values():
            with self._versions.sound(opened.record.clip_id, record) as sound:
                yield record, clip_of(sound, *region)

    def _key(self, opened: OpenClip) -> tuple:
        record = opened.record
        return record.clip_id, opened.working_format, opened.part_s, opened.sound_state


def _samples_between(opened: OpenClip, start_s: float, end_s: float) -> tuple[int, int]:
    """Of the clip's file, for two times of what is open; raises ValueError if that is too short to
    be a clip."""
    record, before_s = opened.record, opened.part_s or 0.0
    start, stop = (
        round(min(max(0.0, before_s + second) * record.sample_rate_hz, record.n_samples))
        for second in (start_s, end_s)
    )
    if stop - start < MIN_DURATION_S * record.sample_rate_hz:
        raise ValueError(f"A clip has at least {MIN_DURATION_S:g} s; please loop more of it.")
    return start, stop


def _form_of(opened: OpenClip, at_full_quality: bool) -> tuple:
    """What decides in which form a version is wanted."""
    return opened.working_format, opened.part_s is None, at_full_quality


def _bytes_of(version: MadeElsewhere) -> int:
    """Memory that its sound takes; what is read from its file takes none."""
    sound = version.sound
    if isinstance(sound, FileSound):
        return 0
    return BYTES_PER_SAMPLE * sound.n_channels * sound.n_samples
