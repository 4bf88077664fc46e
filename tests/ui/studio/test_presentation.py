import gc
import io
import zipfile

import numpy as np
import pytest
import soundfile
from PIL import Image

from audio.clip import AudioClip
from comparison import Comparison
from generation.clip_store import ClipRecord
from restorers import RESTORERS
from tests.support.signals import music_with_hiss
from ui.media import MediaStore
from ui.studio.presentation import KEPT_ADDRESSES, Version, open_clip, player_value

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


@pytest.fixture
def media():
    return MediaStore()


def opened(media, clip=None):
    return open_clip(RECORD, Comparison(clip or music_with_hiss()), media, opened_as=7)


def fetch(media, address: str) -> bytes:
    return media.get(address.removeprefix("media/")).data()


def sound(media, address: str) -> np.ndarray:
    return soundfile.read(io.BytesIO(fetch(media, address)), dtype="float32")[0]


def test_the_player_gets_every_version_and_what_each_removed(media):
    now = opened(media)
    value = player_value(now, RESTORED)
    sounds = {s["id"]: sound(media, s["audio"]) for s in value["stimuli"]}
    assert list(sounds) == ["original", *RESTORED, *(f"{slug}-residual" for slug in RESTORED)]
    assert np.array_equal(sounds["original"], now.comparison.original.samples)
    for slug in RESTORED:
        both = sounds[slug] + sounds[f"{slug}-residual"]
        assert np.allclose(both, sounds["original"], atol=1e-6)
    assert value["opened_as"] == 7


def test_the_same_settings_have_the_same_addresses_and_others_only_where_they_differ(media):
    now = opened(media)
    first, again = player_value(now, RESTORED), player_value(now, dict(RESTORED))
    assert first == again
    changed = player_value(now, RESTORED | {"hbss": RESTORERS["hbss"](alpha=2.0)})
    differing = [
        a["id"] for a, b in zip(first["stimuli"], changed["stimuli"], strict=True) if a != b
    ]
    assert differing == ["hbss", "hbss-residual"]


def test_pictures_are_made_when_they_are_fetched(media):
    now = opened(media)
    value = player_value(now, RESTORED)
    restored, residual = value["stimuli"][2], value["stimuli"][5]
    assert set(restored["pictures"]) == {"level", "change"}
    assert set(residual["pictures"]) == {"level"}
    for address in restored["pictures"]["change"].values():
        assert Image.open(io.BytesIO(fetch(media, address))).format == "PNG"


def test_versions_are_matched_to_the_original_s_loudness(media):
    now = opened(media)
    gains = {s["id"]: s["gain_db"] for s in player_value(now, RESTORED)["stimuli"]}
    assert gains["original"] == {"plain": 0.0, "matched": pytest.approx(0.0)}
    change_lu = now.comparison.removal(RESTORED["mcra"]).loudness_change_lu
    assert gains["mcra"]["matched"] == pytest.approx(-change_lu)
    assert gains["mcra"]["plain"] == 0.0


def test_what_would_clip_is_lowered_with_all_others(media):
    loud = music_with_hiss()
    loud = loud.with_samples(loud.samples * 1.2 / loud.peak)
    value = player_value(opened(media, loud), RESTORED)
    gains = [s["gain_db"] for s in value["stimuli"] if not s["is_residual"]]
    assert len({gain["plain"] for gain in gains}) == 1
    assert gains[0]["plain"] < -1.5  # 20 log10(1.2) and what lies between the samples
    assert gains[0]["matched"] < -2.5  # and a decibel of headroom


def test_a_silent_clip_cannot_be_matched_and_still_plays(media):
    silent = AudioClip(np.zeros(16_000), 16_000)
    value = player_value(opened(media, silent), RESTORED)
    assert all(s["gain_db"]["matched"] is None for s in value["stimuli"])
    assert all(np.isfinite(s["gain_db"]["plain"]) for s in value["stimuli"])


def test_the_bundle_holds_the_settings_shown(media):
    restorers = RESTORED | {"hbss": RESTORERS["hbss"](alpha=2.0)}
    now = opened(media)
    value = player_value(now, restorers)
    medium = media.get(value["bundle"].removeprefix("media/"))
    assert medium.filename == f"{RECORD.clip_id}.zip"
    archive = zipfile.ZipFile(io.BytesIO(medium.data()))
    assert b'"alpha": 2.0' in archive.read("scores.json")


def test_addresses_die_with_the_clip_they_belong_to(media):
    now = opened(media)
    value = player_value(now, RESTORED)
    kept = media.put(b"another's", "x")
    del now
    gc.collect()
    for stimulus in value["stimuli"]:
        assert media.get(stimulus["audio"].removeprefix("media/")) is None
        assert media.get(stimulus["pictures"]["level"]["mel"].removeprefix("media/")) is None
    assert fetch(media, kept) == b"another's"


def test_addresses_of_old_settings_are_forgotten(media):
    now = opened(media)
    first = now.presentation.sound(Version())
    for alpha in np.linspace(0, 5, 101):
        restorer = RESTORERS["hbss"](alpha=round(float(alpha), 2))
        for shown in ("level", "change"):
            for axis in ("linear", "log", "mel"):
                now.presentation.picture(Version(restorer), axis, shown)
    assert len(now.presentation._addresses) == KEPT_ADDRESSES
    assert media.get(first.removeprefix("media/")) is None
