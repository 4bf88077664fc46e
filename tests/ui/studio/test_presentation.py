import dataclasses
import io
import zipfile

import numpy as np
import pytest
import soundfile
from PIL import Image

from audio.clip import AudioClip
from audio.working import WorkingFormat
from generation.clip_store import ClipRecord, ClipStoreError
from restorers import RESTORERS
from tests.support.signals import music_with_hiss
from ui.media import MediaStore
from ui.studio import open_clips as open_clips_module
from ui.studio.open_clips import KEPT_PRESENTATIONS, OpenClips
from ui.studio.player_value import player_value
from ui.studio.presentation import KEPT_ADDRESSES, Version

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
RESTORED = {slug: cls() for slug, cls in RESTORERS.items()}
REPORT = WorkingFormat.REPORT


@pytest.fixture
def media():
    return MediaStore()


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


def opened(media, clip=None):
    open_clips = OpenClips(Clips(clip or music_with_hiss()), media)
    return open_clips.open(RECORD.clip_id, REPORT, page="page", opened_as=7)


def shown(now, restorers) -> dict:
    """The player's value when everything is restored."""
    assert now.comparison.restore_some(restorers.values(), for_s=60)
    return player_value(now, restorers)


def fetch(media, address: str) -> bytes:
    return media.get(address.removeprefix("media/")).data()


def sound(media, address: str) -> np.ndarray:
    return soundfile.read(io.BytesIO(fetch(media, address)), dtype="float32")[0]


def test_the_player_gets_every_version_and_what_each_removed(media):
    now = opened(media)
    value = shown(now, RESTORED)
    sounds = {s["id"]: sound(media, s["audio"]) for s in value["stimuli"]}
    assert list(sounds) == ["original", *RESTORED, *(f"{slug}-residual" for slug in RESTORED)]
    assert np.array_equal(sounds["original"], now.comparison.original.samples[0])
    for slug in RESTORED:
        both = sounds[slug] + sounds[f"{slug}-residual"]
        assert np.allclose(both, sounds["original"], atol=1e-6)
    assert value["opened_as"] == 7


def test_the_same_settings_have_the_same_addresses_and_others_only_where_they_differ(media):
    now = opened(media)
    first, again = shown(now, RESTORED), shown(now, dict(RESTORED))
    assert first == again
    changed = shown(now, RESTORED | {"hbss": RESTORERS["hbss"](alpha=2.0)})
    differing = [
        a["id"] for a, b in zip(first["stimuli"], changed["stimuli"], strict=True) if a != b
    ]
    assert differing == ["hbss", "hbss-residual"]


def test_pictures_are_made_when_they_are_fetched(media):
    now = opened(media)
    value = shown(now, RESTORED)
    restored, residual = value["stimuli"][2], value["stimuli"][5]
    assert set(restored["pictures"]) == {"level", "change"}
    assert set(residual["pictures"]) == {"level"}
    for address in restored["pictures"]["change"].values():
        assert Image.open(io.BytesIO(fetch(media, address))).format == "PNG"


def test_versions_are_matched_to_the_original_s_loudness(media):
    now = opened(media)
    gains = {s["id"]: s["gain_db"] for s in shown(now, RESTORED)["stimuli"]}
    assert gains["original"] == {"plain": 0.0, "matched": pytest.approx(0.0)}
    change_lu = now.comparison.removal(RESTORED["mcra"]).loudness_change_lu
    assert gains["mcra"]["matched"] == pytest.approx(-change_lu)
    assert gains["mcra"]["plain"] == 0.0


def test_what_would_clip_is_lowered_with_all_others(media, monkeypatch):
    loud = music_with_hiss()
    loud = loud.with_samples(loud.samples * 1.2 / loud.peak)
    monkeypatch.setattr(open_clips_module, "in_working_format", lambda clip, _: clip)  # as loud
    value = shown(opened(media, loud), RESTORED)
    gains = [s["gain_db"] for s in value["stimuli"] if not s["is_residual"]]
    assert len({gain["plain"] for gain in gains}) == 1
    assert gains[0]["plain"] < -1.5  # 20 log10(1.2) and what lies between the samples
    assert gains[0]["matched"] < -2.5  # and a decibel of headroom


def test_a_silent_clip_cannot_be_matched_and_still_plays(media):
    silent = AudioClip(np.zeros(16_000), 16_000)
    value = shown(opened(media, silent), RESTORED)
    assert all(s["gain_db"]["matched"] is None for s in value["stimuli"])
    assert all(np.isfinite(s["gain_db"]["plain"]) for s in value["stimuli"])


def test_the_bundle_holds_the_settings_shown(media):
    restorers = RESTORED | {"hbss": RESTORERS["hbss"](alpha=2.0)}
    now = opened(media)
    value = shown(now, restorers)
    medium = media.get(value["bundle"].removeprefix("media/"))
    assert medium.filename == f"{RECORD.clip_id}.zip"
    archive = zipfile.ZipFile(io.BytesIO(medium.data()))
    assert b'"alpha": 2.0' in archive.read("scores.json")


def is_there(media, address: str) -> bool:
    return media.get(address.removeprefix("media/")) is not None


def test_addresses_end_when_the_page_opens_another_clip_or_closes(media):
    open_clips = OpenClips(Clips(music_with_hiss()), media)
    kept = media.put(b"another's", "x")
    values = []
    for number in range(2):
        now = open_clips.open(f"clip {number}", REPORT, page="page", opened_as=number)
        values.append(shown(now, RESTORED))
    addresses = [
        [
            address
            for s in value["stimuli"]
            for address in (s["audio"], s["pictures"]["level"]["mel"])
        ]
        for value in values
    ]
    assert not any(is_there(media, address) for address in addresses[0])
    assert all(is_there(media, address) for address in addresses[1])
    open_clips.close("page")
    open_clips.close("a page that opened nothing")
    assert not any(is_there(media, address) for address in addresses[1])
    assert fetch(media, kept) == b"another's"


def test_visits_leave_no_sound_behind_and_pages_share_what_is_computed(media):
    clips = Clips(music_with_hiss())
    open_clips = OpenClips(clips, media)
    for number in range(40):
        now = open_clips.open("clip", REPORT, page=f"page {number}", opened_as=number)
        shown(now, RESTORED)
        open_clips.close(f"page {number}")
    assert clips.n_read == 1
    assert media._held_bytes == 0
    assert media._media == {}


def test_pages_that_never_say_they_close_make_way(media):
    open_clips = OpenClips(Clips(music_with_hiss()), media)
    first = open_clips.open("clip", REPORT, page="first", opened_as=1)
    value = shown(first, RESTORED)
    for number in range(KEPT_PRESENTATIONS):
        now = open_clips.open("clip", REPORT, page=f"page {number}", opened_as=number)
        shown(now, {})
    assert not is_there(media, value["stimuli"][0]["audio"])
    again = shown(first, RESTORED)  # its next event: everything is there once more
    assert all(is_there(media, s["audio"]) for s in again["stimuli"])


def test_a_sound_damaged_since_is_told_whoever_opens_it_next(media):
    clips = Clips(music_with_hiss())
    open_clips = OpenClips(clips, media)
    now = open_clips.open("clip", REPORT, page="page", opened_as=1)
    clips.n_written = 1
    with pytest.raises(ClipStoreError, match="damaged"):
        open_clips.open("clip", REPORT, page="another", opened_as=2)
    assert now.comparison.original_scores()  # who has it open goes on


def test_a_comparison_that_made_way_is_made_again(media, monkeypatch):
    monkeypatch.setattr(open_clips_module, "KEPT_COMPARISONS", 1)
    clips = Clips(music_with_hiss())
    open_clips = OpenClips(clips, media)
    now = open_clips.open("clip", REPORT, page="page", opened_as=1)
    scores = now.comparison.original_scores()
    open_clips.open("another", REPORT, page="another", opened_as=1)
    assert now.comparison.original_scores() == scores
    assert clips.n_read == 3


def test_addresses_of_old_settings_are_forgotten(media):
    now = opened(media)
    first = now.presentation.sound(Version())
    for alpha in np.linspace(0, 5, 101):
        restorer = RESTORERS["hbss"](alpha=round(float(alpha), 2))
        for what in ("level", "change"):
            for axis in ("linear", "log", "mel"):
                now.presentation.picture(Version(restorer), axis, what)
    assert len(now.presentation._addresses) == KEPT_ADDRESSES
    assert media.get(first.removeprefix("media/")) is None
