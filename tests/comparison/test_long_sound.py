"""A part of a long clip is restored, and compared, as in the restoration of the whole."""

import dataclasses
import io

import numpy as np
import pytest
import soundfile

from audio.clip import AudioClip
from comparison import Comparison, LongSound, full_quality_wav
from metrics import measure, score
from restorers import RESTORERS
from restorers.spectral_subtraction import HighBandSpectralSubtraction
from tests.support.signals import music_with_hiss, stereo

CLIP = stereo(*(music_with_hiss(sample_rate_hz=22_050, seed=seed) for seed in (1, 2)))
START, STOP = 20_001, 41_234
STEP_16 = 2.0**-15
every_restorer = pytest.mark.parametrize("slug", list(RESTORERS))


class WholeOnly:
    """A restorer that cannot work in blocks."""

    title = "Halves"

    def restore(self, clip):
        return clip.with_samples(0.5 * clip.samples)


def wav(data: bytes) -> tuple[np.ndarray, str]:
    """Samples of shape (n_channels, n_samples), and the subtype."""
    info = soundfile.info(io.BytesIO(data))
    assert info.samplerate == CLIP.sample_rate_hz
    samples, _ = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)
    return samples.T, info.subtype


@every_restorer
def test_a_part_is_that_of_the_whole(slug):
    restorer = RESTORERS[slug]()
    long = LongSound(CLIP)
    comparison = Comparison(long.part(START, STOP), part_of=long, start=START)
    assert np.array_equal(comparison.original.samples, CLIP.samples[:, START:STOP])
    expected = restorer.restore(CLIP).samples[:, START:STOP]
    restored = comparison.restored(restorer)
    assert np.max(np.abs(restored.samples - expected)) < 1e-6  # float32 rounding
    alone = Comparison(comparison.original).restored(restorer)
    assert np.max(np.abs(restored.samples - alone.samples)) > 1e-4  # it knows the rest
    assert comparison.scores(restorer) == score(measure(comparison.original), measure(restored))
    again = comparison.afresh().restored(restorer)
    assert np.array_equal(again.samples, restored.samples)


def test_what_is_learned_of_the_whole_is_learned_once(monkeypatch):
    learned = []
    learn = HighBandSpectralSubtraction.learn

    def counting(self, sound, *, start=0):
        learned.append(self)
        return learn(self, sound, start=start)

    monkeypatch.setattr(HighBandSpectralSubtraction, "learn", counting)
    long, restorer = LongSound(CLIP), HighBandSpectralSubtraction()
    for start in (0, START):
        for alpha in (1.0, 1.2):
            long.restored(dataclasses.replace(restorer, alpha=alpha), start, STOP)
    assert len(learned) == 1
    long.restored(dataclasses.replace(restorer, quiet_fraction=0.5), START, STOP)
    assert len(learned) == 2


def test_a_restorer_of_whole_clips_refuses_a_part():
    long = LongSound(CLIP)
    whole = long.restored(WholeOnly(), 0, CLIP.n_samples)
    assert np.array_equal(whole.samples, 0.5 * CLIP.samples)
    with pytest.raises(ValueError, match="Halves cannot restore a part of a long clip"):
        long.restored(WholeOnly(), START, STOP)


@pytest.mark.parametrize("restorer", [RESTORERS["mcra"](), WholeOnly()])
def test_a_download_has_the_samples_of_the_version(restorer):
    restored = restorer.restore(CLIP).samples
    versions = {
        (None, False): CLIP.samples,
        (restorer, False): restored,
        (restorer, True): CLIP.samples - restored,
    }
    for (wanted, is_residual), expected in versions.items():
        made = full_quality_wav(CLIP, wanted, is_residual=is_residual, subtype="FLOAT")
        samples, subtype = wav(made)
        assert np.array_equal(samples, expected)
        assert subtype == "FLOAT"


def test_a_download_keeps_the_word_length_unless_it_would_clip():
    samples, subtype = wav(full_quality_wav(CLIP, RESTORERS["hbss"](), subtype="PCM_16"))
    expected = RESTORERS["hbss"]().restore(CLIP).samples
    assert subtype == "PCM_16"
    assert np.max(np.abs(samples - expected)) <= STEP_16  # libsndfile rounds down
    loud = AudioClip(8 * CLIP.samples, CLIP.sample_rate_hz)
    assert loud.peak > 1.0
    samples, subtype = wav(full_quality_wav(loud, None, subtype="PCM_16"))
    assert subtype == "FLOAT"
    assert np.array_equal(samples, loud.samples)
