import numpy as np
import pytest

from audio.clip import AudioClip
from audio.high_band import high_band
from restorers import restorer_with, settings_from_json, strength_of
from restorers.mcra import (
    REPORT_FRAME_S,
    McraWiener,
    frame_weight,
    smooth_gain,
    time_constant_s,
    wiener_gain,
)
from restorers.noise_tracker import first_noise, new_tracker
from restorers.settings import with_parameter
from tests.support.signals import music_with_hiss

REPORT = {"alpha_s": 0.8, "alpha_d": 0.95, "alpha_p": 0.2, "delta": 5.0}
RATE_HZ = 16_000


def tracker_of(power, window_frames, **changes):
    """A tracker that begins with the first frame, as the paper's does."""
    frame = {"n_fft": 2 * (len(power) - 1), "hop_length": max(1, len(power) - 1)}
    settings = {**REPORT, **changes, "window_frames": window_frames}
    return new_tracker(power[:, 0], **frame, **settings)


def white_noise(seconds, rate_hz=RATE_HZ):
    rng = np.random.default_rng(11)
    return 0.003 * rng.standard_normal((1, round(seconds * rate_hz)))


def removed_db(samples, rate_hz, **params):
    """dB removed above 6 kHz in each second."""
    restored = McraWiener(**params).restore(AudioClip(samples, rate_hz)).samples
    energies = [
        np.sum(high_band(one, rate_hz, cutoff_hz=6000.0).reshape(-1, rate_hz) ** 2, axis=1)
        for one in (samples, restored)
    ]
    return 10 * np.log10(energies[0] / energies[1])


def test_steady_power_is_its_own_noise():
    power = np.full((5, 40), 3.0)
    assert np.allclose(tracker_of(power, 10).noise_power(power), 3.0)


def test_the_estimate_of_white_noise_is_near_its_power():
    rng = np.random.default_rng(4)
    power = rng.exponential(2.0, (64, 600))  # |X|^2 of white noise is exponential
    estimate = tracker_of(power, 31).noise_power(power)[:, 300:]
    assert estimate.mean() == pytest.approx(2.0, rel=0.1)


def test_a_burst_above_the_minimum_is_not_taken_for_noise():
    power = np.full((3, 60), 1.0)
    power[:, 30:40] = 1000.0
    estimate = tracker_of(power, 50).noise_power(power)
    # Only the first frame of the burst, and the decay of its smoothed power, may leak in.
    assert estimate[1, 40] < 20.0
    ungated = tracker_of(power, 50, delta=1e9).noise_power(power)
    assert ungated[1, 40] > 300.0


def test_a_new_level_becomes_noise_after_two_windows():
    power = np.concatenate([np.full((3, 40), 1.0), np.full((3, 160), 100.0)], axis=1)
    estimate = tracker_of(power, 20).noise_power(power)
    assert estimate[1, 45] < 20
    assert estimate[1, -1] == pytest.approx(100, rel=0.05)


def test_one_step_worked_by_hand():
    """Two frames of one level, then a small rise; eqs. 3-12 with numbers."""
    power = np.array([[4.0, 4.0, 8.0, 8.0]])
    estimate = tracker_of(power, 100).noise_power(power)
    # Frame 2: S = 0.8 * 4 + 0.2 * 8 = 4.8 < 5 * 4, so no signal: p = 0, rate = 0.95.
    # Noise before frame 3 = 0.95 * 4 + 0.05 * 8 = 4.2.
    assert estimate[0] == pytest.approx([4.0, 4.0, 4.0, 4.2])


def test_the_wiener_gain_worked_by_hand():
    power = np.array([[12.0, 1.2, 0.0, 0.0, 5.0]])
    noise = np.array([[1.0, 1.0, 1.0, 0.0, 0.0]])
    gain = wiener_gain(power, noise, over_estimation=1.2, g_floor=0.055)
    # gamma 12: 12 / 13.2; gamma 1.2: one half; gamma 0: the floor; no noise: all passes
    assert gain[0] == pytest.approx([12 / 13.2, 0.5, 0.055, 1.0, 1.0])


def test_the_gain_falls_and_rises_by_its_own_weights():
    gain = np.array([[0.5, 1.0]])
    smooth = smooth_gain(gain, np.ones(1), attack=0.9, release=0.75, max_change=np.array([1.0]))
    assert smooth[0, 0] == pytest.approx(0.9 * 1.0 + 0.1 * 0.5)
    assert smooth[0, 1] == pytest.approx(0.75 * 0.95 + 0.25 * 1.0)


def test_the_gain_never_changes_by_more_than_its_limit():
    rng = np.random.default_rng(6)
    gain = rng.uniform(0.055, 1.0, (2, 500))
    limits = np.array([0.10, 0.20])
    smooth = smooth_gain(gain, np.ones(2), attack=0.0, release=0.0, max_change=limits)
    ratio = smooth[:, 1:] / smooth[:, :-1]
    for row, limit in enumerate(limits):
        assert ratio[row].max() == pytest.approx(1 + limit)
        assert ratio[row].min() == pytest.approx(1 - limit)


@pytest.mark.parametrize("rate_hz", [16_000, 32_000, 44_100])
@pytest.mark.parametrize("start", ["at once", "fade-in", "silence", "soft silence"])
@pytest.mark.parametrize("over_estimation", [1.2, 5.0])
def test_hiss_is_removed_from_the_first_second_on(rate_hz, start, over_estimation):
    """The minimum used to begin in padding, silence or a fade-in, and stay there for 2 s."""
    samples = white_noise(4, rate_hz)
    if start == "fade-in":
        samples *= np.minimum(1, np.arange(samples.size) / (0.5 * rate_hz))
    elif start == "silence":
        samples[:, : rate_hz // 10] = 0
    elif start == "soft silence":  # the dither of a 16-bit file
        samples[:, : rate_hz // 10] *= 0.005
    seconds = removed_db(samples, rate_hz, over_estimation=over_estimation)
    assert np.ptp(seconds) < 1.5, seconds
    assert seconds.min() > 5


def dither(n_samples):
    """Of a 16-bit file, triangular."""
    rng = np.random.default_rng(2)
    return (rng.random((1, n_samples)) - rng.random((1, n_samples))) * 2.0**-15


GAPS = {
    "in the middle": [(2.5, 3.0)],
    "after a short beginning": [(0.2, 0.5)],
    "half a second at the start": [(0.0, 0.5)],
    "a long start": [(0.0, 0.95)],
    "again and again": [(s + 0.3, s + 0.6) for s in range(6)],
}


@pytest.mark.parametrize("is_dithered", [False, True])
@pytest.mark.parametrize("gaps", list(GAPS))
@pytest.mark.parametrize("frame", [{}, {"n_fft": 512, "hop_length": 128},
                                   {"n_fft": 4096, "hop_length": 1024}])  # fmt: skip
def test_silence_is_not_taken_for_the_floor(gaps, is_dithered, frame):
    samples = white_noise(6)
    for start_s, stop_s in GAPS[gaps]:
        part = slice(round(start_s * RATE_HZ), round(stop_s * RATE_HZ))
        samples[:, part] = dither(part.stop - part.start) if is_dithered else 0
    seconds = removed_db(samples, RATE_HZ, **frame)
    if gaps == "a long start":
        seconds = seconds[1:]  # of the first, hardly anything sounds
    assert np.ptp(seconds) < 2.0, seconds
    assert seconds.min() > 4


def test_a_minute_and_more_of_silence_comes_first():
    """More than a block: nothing is tracked in it, and nothing divided by it."""
    noise = white_noise(4)
    samples = np.concatenate([np.zeros((1, 70 * RATE_HZ)), noise], axis=1)
    restored = McraWiener().restore(AudioClip(samples, RATE_HZ)).samples
    assert not np.any(restored[:, : 69 * RATE_HZ])
    before, after = (
        np.sum(high_band(one[:, -4 * RATE_HZ :], RATE_HZ, cutoff_hz=6000.0) ** 2)
        for one in (samples, restored)
    )
    assert 5 < 10 * np.log10(before / after) < 8


def test_music_at_the_start_is_not_learnt_as_noise():
    """A burst in the first half second over a steady floor: the floor's own level is found."""
    samples = white_noise(4)
    floor = samples.copy()
    samples[:, :8_000] *= 30
    frame = {"n_fft": 2048, "hop_length": 512, "window_frames": 31}
    _, quiet = first_noise(AudioClip(floor, RATE_HZ), **frame)
    _, noise = first_noise(AudioClip(samples, RATE_HZ), **frame)
    assert np.median(noise / quiet) == pytest.approx(1, abs=0.2)


def test_a_floor_before_the_music_counts():
    """0.7 s of floor alone, then cymbals without end: the noise is that of the floor."""
    samples = white_noise(4)
    floor = samples.copy()
    samples[:, 11_200:] *= 30
    frame = {"n_fft": 2048, "hop_length": 512, "window_frames": 31}
    first, noise = first_noise(AudioClip(samples, RATE_HZ), **frame)
    _, quiet = first_noise(AudioClip(floor, RATE_HZ), **frame)
    assert first * 512 < 8_000
    assert np.median(noise / quiet) == pytest.approx(1, abs=0.2)


@pytest.mark.parametrize("n_samples", [1, 500, 2048, 9_000])
def test_clips_shorter_than_a_window_are_restored(n_samples):
    samples = white_noise(1)[:, :n_samples]
    restored = McraWiener().restore(AudioClip(samples, RATE_HZ)).samples
    assert restored.shape == samples.shape
    assert np.all(np.isfinite(restored))
    assert np.sum(restored**2) < np.sum(samples**2)


@pytest.mark.parametrize("weight", [0.0, 0.2, 0.75, 0.8, 0.9, 0.95])
def test_a_time_constant_is_the_reports_weight_at_its_rate_and_hop(weight):
    assert frame_weight(time_constant_s(weight), 512 / RATE_HZ) == weight  # to the last bit
    twice_as_often = frame_weight(time_constant_s(weight), REPORT_FRAME_S / 2)
    assert twice_as_often**2 == pytest.approx(weight)


def test_the_reports_values_are_the_defaults():
    mcra = McraWiener()
    seconds = (
        mcra.power_smoothing_s, mcra.noise_smoothing_s, mcra.presence_smoothing_s,
        mcra.attack_s, mcra.release_s,
    )  # fmt: skip
    assert [frame_weight(s, REPORT_FRAME_S) for s in seconds] == [0.8, 0.95, 0.2, 0.9, 0.75]


def test_rate_and_hop_do_not_change_how_fast_the_gain_moves():
    """A gain that falls for 0.32 s, at hops of 512 and 256 samples."""
    ends = []
    for hop_length in (512, 256):
        frame_s = hop_length / RATE_HZ
        gain = np.full((1, round(0.32 / frame_s)), 0.1)
        attack = frame_weight(McraWiener.attack_s, frame_s)
        limits = np.array([0.1])
        smooth = smooth_gain(
            gain, np.ones(1), attack=attack, release=0.5, max_change=limits,
            n_report_frames=frame_s / REPORT_FRAME_S,
        )  # fmt: skip
        ends.append(smooth[0, -1])
    assert ends[0] == pytest.approx(ends[1], rel=0.02)


@pytest.mark.parametrize("weight", [-0.1, 1.5, float("nan")])
def test_a_weight_of_an_earlier_version_that_is_none_is_refused(weight):
    with pytest.raises(ValueError, match="attack must lie between 0 and 1"):
        restorer_with(McraWiener, {"attack": weight})


def test_a_parameter_with_an_earlier_name_is_told_its_new_one():
    with pytest.raises(ValueError, match="what was attack is attack_s now"):
        with_parameter(McraWiener(), "mcra", "attack", "0.9")


def test_settings_of_earlier_versions_are_read():
    earlier = {"g_floor": 0.1, "alpha_s": 0.8, "alpha_d": 0.95, "alpha_p": 0.2, "attack": 0.9,
               "release": 0.75}  # fmt: skip
    assert restorer_with(McraWiener, earlier) == McraWiener(g_floor=0.1)
    assert restorer_with(McraWiener, {"attack": 1.0}).attack_s == 5.0
    line = '{"mcra": {"release": 0.75, "alpha_p": 0.0}}'
    assert settings_from_json(line, {"mcra": McraWiener})["mcra"].presence_smoothing_s == 0.0
    for wrong in ('{"mcra": {"attack": "fast"}}', '{"mcra": {"attack": null}}'):
        with pytest.raises(ValueError, match="attack"):
            settings_from_json(wrong, {"mcra": McraWiener})


def test_its_strength_acts_over_its_whole_range():
    """Every half step of 1 removes more, to the last."""
    samples = white_noise(3)
    strength = strength_of(McraWiener)
    steps = strength.steps_by_strength()
    chosen = steps[::10]
    assert chosen[-1] == strength.high
    removed = [removed_db(samples, RATE_HZ, **{strength.name: one})[-1] for one in chosen]
    assert removed[0] == pytest.approx(0, abs=1e-3)
    assert np.diff(removed).min() > 0.25
    assert removed[-1] > 12


def test_no_noise_and_full_floor_change_nothing():
    clip = music_with_hiss()
    for settings in ({"over_estimation": 0.0}, {"g_floor": 1.0}):
        restored = McraWiener(**settings).restore(clip)
        assert np.max(np.abs(restored.samples - clip.samples)) < 1e-6


def test_without_mix_only_the_high_band_changes():
    clip = music_with_hiss()
    change = McraWiener(full_band_mix=0.0).restore(clip).samples - clip.samples
    spectrum = np.abs(np.fft.rfft(change[0]))
    low = spectrum[: int(5_900 / 8_000 * spectrum.size)]
    assert np.sum(low**2) < 1e-4 * np.sum(spectrum**2)
