import numpy as np
import pytest

from metrics.known_truth import MOST_DB, KnownTruth, si_sdr_db
from metrics.log_spectral import log_spectral_distance
from tests.support.signals import noise, sine

MUSIC = sine(7000, amplitude=0.2, duration_s=2.0)
HISS = noise(rms=0.02)


def mixed(music_gain: float, hiss_gain: float):
    return MUSIC.with_samples(music_gain * MUSIC.samples + hiss_gain * HISS.samples)


def truth(restored):
    return KnownTruth(MUSIC, mixed(1, 1), cutoff_hz=6000).of(restored)


def test_nothing_done_removes_nothing():
    found = truth(mixed(1, 1))
    assert found.hiss_removed_db == pytest.approx(0, abs=1e-6)
    assert found.music_removed_db == pytest.approx(0, abs=1e-6)
    assert found.snr_gain_db == pytest.approx(0, abs=1e-5)  # of samples in float32
    assert found.si_sdr_gain_db == 0


@pytest.mark.parametrize(("music_gain", "hiss_gain"), [(1, 0.5), (0.5, 1), (0.7, 0.1)])
def test_the_gains_of_music_and_hiss_are_told_apart(music_gain, hiss_gain):
    """Exact, because the restoration is nothing but the two gains."""
    found = truth(mixed(music_gain, hiss_gain))
    assert found.music_removed_db == pytest.approx(-20 * np.log10(music_gain), abs=1e-4)
    assert found.hiss_removed_db == pytest.approx(-20 * np.log10(hiss_gain), abs=1e-4)


def test_halving_the_hiss_gains_six_decibels_of_snr():
    assert truth(mixed(1, 0.5)).snr_gain_db == pytest.approx(20 * np.log10(2), abs=1e-4)


def test_lost_music_counts_as_noise():
    """Without the hiss but with half the music: |0.5 s|^2 is left as error, 6 dB below s."""
    found = truth(mixed(0.5, 0))
    assert found.snr_after_db == pytest.approx(20 * np.log10(2), abs=1e-4)
    assert found.hiss_removed_db > 60


def test_a_perfect_restoration_reaches_the_ceiling():
    found = truth(MUSIC)
    assert found.snr_after_db == MOST_DB
    assert found.si_sdr_after_db == MOST_DB


def test_without_music_in_the_band_nothing_is_said_about_it():
    low = sine(440, duration_s=2.0)
    hissy = low.with_samples(low.samples + HISS.samples)
    found = KnownTruth(low, hissy, cutoff_hz=6000).of(low)
    assert found.music_removed_db is None
    assert found.hiss_removed_db > 60


def test_silence_has_no_signal_to_noise_ratio():
    silence = MUSIC.with_samples(np.zeros(MUSIC.n_samples))
    found = KnownTruth(silence, HISS, cutoff_hz=6000).of(silence)
    assert (found.music_removed_db, found.snr_before_db, found.snr_gain_db) == (None, None, None)


def test_si_sdr_of_orthogonal_noise_is_the_ratio_of_energies():
    target, error = np.array([3.0, 0.0]), np.array([0.0, 1.0])
    assert si_sdr_db(target + error, target) == pytest.approx(10 * np.log10(9))
    assert si_sdr_db(5 * (target + error), target) == pytest.approx(10 * np.log10(9))


def test_si_sdr_of_something_else_altogether_is_the_floor():
    assert si_sdr_db(np.array([0.0, 1.0]), np.array([1.0, 0.0])) == -MOST_DB
    assert si_sdr_db(np.ones(2), np.zeros(2)) == -MOST_DB


def test_the_log_spectral_distance_of_a_gain_is_the_gain():
    """6 dB lower in every bin that is heard; the floor matters only far below."""
    power = np.full((8, 5), 1e3)
    assert log_spectral_distance(power / 4, power, n_fft=2048) == pytest.approx(6.02, abs=0.01)
    assert log_spectral_distance(power, power, n_fft=2048) == 0
    silence = np.zeros((8, 5))
    inaudible = np.full((8, 5), 1e-12)
    assert log_spectral_distance(inaudible, silence, n_fft=2048) < 0.1


def test_less_hiss_is_nearer_and_lost_music_farther():
    rng = np.random.default_rng(2)
    music = MUSIC.with_samples(0.02 * rng.standard_normal(MUSIC.samples.shape))
    reference = KnownTruth(music, music.with_samples(music.samples + HISS.samples), cutoff_hz=6000)
    gains = [
        reference.of(music.with_samples(a * music.samples + b * HISS.samples))
        for a, b in ((1, 1), (1, 0.5), (1, 0), (0.5, 0), (0.1, 0))
    ]
    high = [one.lsd_high_gain_db for one in gains]
    assert high[0] == pytest.approx(0, abs=1e-6)
    assert high[0] < high[1] < high[2]
    assert high[2] > high[3] > high[4]
    for name in ("lsd_gain_db", "log_mel_gain"):
        values = [getattr(one, name) for one in gains]
        assert values[0] == pytest.approx(0, abs=1e-6)
        assert values[1] < values[2]
        assert values[2] > values[4]


def test_a_filter_makes_no_musical_noise_and_gaps_in_time_do():
    filtered = truth(mixed(0.7, 0.3))
    assert filtered.musical_noise_db < -60
    gaps = HISS.samples * (np.arange(HISS.n_samples) // 1600 % 2)
    flickering = truth(MUSIC.with_samples(MUSIC.samples + gaps))
    assert flickering.musical_noise_db > -10
