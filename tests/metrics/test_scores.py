"""The metrics against a plain librosa computation of the same definitions, and known numbers."""

import librosa
import numpy as np
import pytest

from audio.clip import AudioClip
from audio.files import read_clip
from audio.working import WorkingFormat, in_working_format
from metrics import MetricSettings, measure, score
from metrics.hf_band import hf_band_db
from metrics.hpss import hpss_energies, hpss_ratio
from metrics.scores import score_of_original
from restorers import RESTORERS
from tests.support.signals import music_with_hiss, noise, sine, stereo


def plain_librosa(clip: AudioClip) -> dict:
    """The protocol, written down once more with librosa's own functions; always at 16 kHz mono."""
    y, rate = clip.samples.mean(axis=0), clip.sample_rate_hz
    if rate != 16_000:
        y, rate = librosa.resample(y, orig_sr=rate, target_sr=16_000), 16_000
    spectrum = librosa.stft(y, n_fft=2048, hop_length=512)
    high = librosa.fft_frequencies(sr=rate, n_fft=2048) >= 6000
    harmonic, percussive = librosa.decompose.hpss(librosa.stft(y))
    mel = librosa.feature.melspectrogram(y=y, sr=rate, n_mels=64)
    return {
        "hf_band_db": 10 * np.log10(np.sum(np.abs(spectrum[high]) ** 2) + 1e-12),
        "hpss_ratio": np.sum(np.abs(harmonic) ** 2) / np.sum(np.abs(percussive) ** 2),
        "log_mel": np.log(mel + 1e-9),
    }


@pytest.fixture(scope="module", params=[16_000, 32_000, 44_100])
def clips(request):
    rate = {"sample_rate_hz": request.param}
    return [
        music_with_hiss(**rate),
        noise(**rate),
        noise(**rate, duration_s=5_000 / 16_000),
        stereo(*(music_with_hiss(**rate, seed=seed) for seed in (1, 2))),
    ]


def test_measurements_equal_plain_librosa(clips):
    for clip in clips:
        ours, plain = measure(clip), plain_librosa(clip)
        assert ours.hf_band_db == pytest.approx(plain["hf_band_db"], abs=1e-3)
        assert ours.hpss_ratio == pytest.approx(plain["hpss_ratio"], rel=1e-5)
        assert np.max(np.abs(ours.log_mel - plain["log_mel"])) < 1e-3


def test_scores_of_real_clips_equal_plain_librosa(real_clip_paths):
    for path in real_clip_paths[::4]:
        clip = in_working_format(read_clip(path), WorkingFormat.REPORT)
        restored = RESTORERS["hbss"]().restore(clip)
        before, after = plain_librosa(clip), plain_librosa(restored)
        scores = score(measure(clip), measure(restored))
        distance = np.mean(np.abs(before["log_mel"] - after["log_mel"]))
        assert scores.hf_band_db == pytest.approx(after["hf_band_db"], abs=1e-3)
        assert scores.hpss_ratio == pytest.approx(after["hpss_ratio"], rel=1e-5)
        assert scores.delta_hf_band_db == pytest.approx(
            after["hf_band_db"] - before["hf_band_db"], abs=1e-3
        )
        assert scores.delta_hpss_ratio == pytest.approx(
            after["hpss_ratio"] - before["hpss_ratio"], abs=float(1e-5 * before["hpss_ratio"])
        )
        assert scores.log_mel_distance == pytest.approx(distance, abs=1e-3)


@pytest.mark.parametrize("shape", [(1025, 313), (1025, 3), (40, 200)])
def test_hpss_energies_equal_librosa_s(shape):
    """To the rounding of librosa's float32 sums of many squares."""
    magnitude = np.random.default_rng(7).exponential(1.0, shape).astype(np.float32)
    magnitude[:, :2] = 0  # where both medians vanish, half goes to each side
    theirs = [np.sum(part.astype(float) ** 2) for part in librosa.decompose.hpss(magnitude)]
    assert hpss_energies(magnitude) == pytest.approx(theirs, rel=1e-6)


def test_a_steady_tone_is_harmonic_and_a_click_percussive():
    tone = measure(sine(1_000)).hpss_ratio
    clicks = np.zeros(32_000)
    clicks[::8_000] = 1.0
    click = measure(AudioClip(clicks, 16_000)).hpss_ratio
    assert tone > 100
    assert click < 0.01


def test_halving_the_band_takes_6_db_off():
    power = np.full((4, 10), 2.0)
    frequencies = np.array([0.0, 3_000.0, 6_000.0, 8_000.0])
    full = hf_band_db(power, frequencies, cutoff_hz=6_000)
    assert full == pytest.approx(10 * np.log10(2 * 10 * 2.0))  # two bins, cutoff inclusive
    assert hf_band_db(power / 4, frequencies, cutoff_hz=6_000) == pytest.approx(full - 6.0206)


def test_a_cutoff_above_the_last_bin_is_refused():
    with pytest.raises(ValueError, match="must not exceed half the sample rate"):
        measure(sine(500), MetricSettings(cutoff_hz=9_000))


def test_silence_has_finite_numbers():
    silent = measure(AudioClip(np.zeros(16_000), 16_000))
    assert silent.hf_band_db == pytest.approx(-120)
    assert silent.hpss_ratio == 1.0
    assert hpss_ratio(np.zeros((5, 5), dtype=np.float32)) == 1.0
    assert np.isfinite(silent.log_mel).all()


def test_identical_clips_have_no_deltas_and_gain_shifts_the_log_mel():
    clip = music_with_hiss()
    same = score(measure(clip), measure(clip))
    assert (same.delta_hf_band_db, same.delta_hpss_ratio, same.log_mel_distance) == (0, 0, 0)
    louder = score(measure(clip), measure(clip.with_samples(1.2 * clip.samples)))
    assert louder.log_mel_distance == pytest.approx(2 * np.log(1.2), rel=1e-2)  # power, so twice
    assert louder.delta_hf_band_db == pytest.approx(20 * np.log10(1.2), abs=1e-3)


def test_the_original_is_not_judged():
    scores = score_of_original(measure(music_with_hiss()))
    assert scores.flags is None
    assert scores.delta_hf_band_db == scores.delta_hpss_ratio == scores.log_mel_distance == 0


def test_what_was_measured_differently_is_not_compared():
    clip = music_with_hiss()
    other = measure(clip, MetricSettings(cutoff_hz=5_000))
    with pytest.raises(ValueError, match="measured by the same settings"):
        score(measure(clip), other)
    with pytest.raises(ValueError, match="same length"):
        score(measure(clip), measure(clip.with_samples(clip.samples[:, :9_000])))
