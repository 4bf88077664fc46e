import dataclasses

import pytest

from audio.working import WorkingFormat
from generation.clip_store import ClipRecord, ClipStoreError
from restorers import RESTORERS
from tests.support.signals import music_with_hiss
from ui.studio import open_clips as open_clips_module
from ui.studio.open_clips import OpenClips
from versions.version_store import Versions

RECORD = ClipRecord(
    clip_id="20260101-000000-00000000",
    created_at="2026-01-01T00:00:00.000+00:00",
    title="song",
    generator="synthetic",
    is_synthetic=True,
    prompt=None,
    provenance={},
    sample_rate_hz=16_000,
    n_samples=48_000,
    sha256="0" * 64,
)
REPORT = WorkingFormat.REPORT


class NoVersions:
    """Stands in for a VersionStore."""

    def of_clip(self, clip_id):
        return Versions()


class Clips:
    """Stands in for a ClipStore: every id names the same clip."""

    def __init__(self, clip):
        self._clip = clip
        self.n_read = 0
        self.n_written = 0

    def record(self, clip_id):
        return dataclasses.replace(RECORD, clip_id=clip_id)

    def sound_state(self, clip_id):
        return (1, 2, self.n_written)

    def audio(self, clip_id):
        self.n_read += 1
        if self.n_written:
            raise ClipStoreError("damaged")
        return self._clip


def test_pages_share_what_is_computed():
    clips = Clips(music_with_hiss())
    open_clips = OpenClips(clips, NoVersions())
    comparisons = {id(open_clips.open("clip", REPORT).comparison) for _ in range(10)}
    assert len(comparisons) == 1
    assert clips.n_read == 1


def test_a_sound_damaged_since_is_told_whoever_opens_it_next():
    clips = Clips(music_with_hiss())
    open_clips = OpenClips(clips, NoVersions())
    now = open_clips.open("clip", REPORT)
    clips.n_written = 1
    with pytest.raises(ClipStoreError, match="damaged"):
        open_clips.open("clip", REPORT)
    assert now.comparison.original_scores()  # who has it open goes on


def test_a_comparison_that_made_way_is_made_again(monkeypatch):
    monkeypatch.setattr(open_clips_module, "KEPT_COMPARISONS", 1)
    clips = Clips(music_with_hiss())
    open_clips = OpenClips(clips, NoVersions())
    now = open_clips.open("clip", REPORT)
    scores = now.comparison.scores(RESTORERS["hbss"]())
    open_clips.open("another", REPORT)
    assert now.comparison.scores(RESTORERS["hbss"]()) == scores
    assert clips.n_read == 3


def test_there_are_three_frequency_axes():
    now = OpenClips(Clips(music_with_hiss()), NoVersions()).open("clip", REPORT)
    assert now.frequency_axis("mel").max_hz == 8_000
    with pytest.raises(ValueError, match="no frequency axis “bark”; there are linear, log, mel"):
        now.frequency_axis("bark")
