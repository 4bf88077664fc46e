import numpy as np
from high_band_expander import HighBandExpander

from audio.clip import AudioClip
from restorers.contract import RestorerContract

RATE_HZ = 32_000


class TestContract(RestorerContract):
    restorer = HighBandExpander


def burst_then_hiss(hiss_db: float) -> AudioClip:
    """Two seconds of white noise; in the second one it is `hiss_db` lower."""
    noise = 0.1 * np.random.default_rng(0).standard_normal(2 * RATE_HZ)
    noise[RATE_HZ:] *= 10 ** (hiss_db / 20)
    return AudioClip(noise, RATE_HZ)


def change_db(clip: AudioClip, start_s: float, low_hz: float, high_hz: float) -> float:
    """Of the power of one band in half a second of the restoration."""
    here = slice(round(start_s * RATE_HZ), round((start_s + 0.5) * RATE_HZ))
    frequencies_hz = np.fft.rfftfreq(RATE_HZ // 2, 1 / RATE_HZ)
    band = (frequencies_hz >= low_hz) & (frequencies_hz < high_hz)
    before, after = (
        np.sum(np.abs(np.fft.rfft(one.samples[0, here]))[band] ** 2)
        for one in (clip, HighBandExpander().restore(clip))
    )
    return float(10 * np.log10(after / before))


def test_the_loud_part_and_everything_below_the_cutoff_stay():
    clip = burst_then_hiss(-40)
    assert abs(change_db(clip, 0.25, 6_500, 16_000)) < 0.01
    assert abs(change_db(clip, 1.25, 0, 5_500)) < 0.01


def test_three_db_below_the_threshold_come_out_six_db_lower_and_far_below_it_is_the_range():
    # 0.5 dB: the loudest frame of noise lies that much above its mean; twice that for the ratio.
    assert abs(change_db(burst_then_hiss(-9), 1.25, 6_500, 16_000) - -6) < 1.5
    assert abs(change_db(burst_then_hiss(-40), 1.25, 6_500, 16_000) - -12) < 0.1
