import io
import json
import zipfile

import numpy as np
import pytest
import soundfile

from audio.clip import AudioClip
from comparison import Comparison, comparison_zip
from restorers import RESTORERS
from tests.support.signals import music_with_hiss, stereo

RESTORED = {slug: cls() for slug, cls in RESTORERS.items()}


@pytest.mark.parametrize(
    "clip",
    [
        music_with_hiss(),
        stereo(*(music_with_hiss(sample_rate_hz=44_100, seed=seed) for seed in (1, 2))),
    ],
    ids=["mono", "stereo"],
)
def test_a_bundle_holds_every_sound_unscaled_and_every_number(clip):
    comparison = Comparison(clip)
    archive = zipfile.ZipFile(io.BytesIO(comparison_zip(comparison, RESTORED, {"title": "häß"})))
    sounds = {
        name: soundfile.read(io.BytesIO(archive.read(name)), dtype="float32", always_2d=True)
        for name in archive.namelist()
        if name.endswith(".wav")
    }
    assert {rate for _, rate in sounds.values()} == {clip.sample_rate_hz}
    assert np.array_equal(sounds["original.wav"][0].T, clip.samples)
    for slug, restorer in RESTORED.items():
        restored, residual = (sounds[f"{name}.wav"][0].T for name in (slug, f"{slug}-residual"))
        assert np.array_equal(restored, comparison.restored(restorer).samples)
        assert np.allclose(restored + residual, clip.samples, atol=1e-6)
    report = json.loads(archive.read("scores.json"))
    assert report["clip"] == {"title": "häß"}
    assert (report["sample_rate_hz"], report["n_channels"]) == (
        clip.sample_rate_hz,
        len(clip.samples),
    )
    assert report["hiss"]["finding"] == "hiss"
    hbss = report["conditions"]["hbss"]
    assert hbss["params"]["alpha"] == RESTORED["hbss"].alpha
    scores = comparison.scores(RESTORED["hbss"])
    assert hbss["delta_hf_band_db"] == scores.delta_hf_band_db
    assert hbss["verdict"] == scores.flags.verdict
    removal = comparison.removal(RESTORED["hbss"])
    assert hbss["residual_harmonic_share"] == removal.residual.harmonic_share


def test_a_silent_clip_has_a_bundle_too():
    silent = Comparison(AudioClip(np.zeros(32_000), 16_000))
    archive = zipfile.ZipFile(io.BytesIO(comparison_zip(silent, RESTORED, {})))
    report = json.loads(archive.read("scores.json"), parse_constant=pytest.fail)
    assert report["conditions"]["original"]["loudness_lufs"] is None
    assert report["conditions"]["mcra"]["loudness_change_lu"] is None
