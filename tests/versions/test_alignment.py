"""Delay, polarity, rate, channels and length of a version, with errors made on purpose."""

import io
import re

import librosa
import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import butter, sosfilt, sosfiltfilt

from audio.clip import AudioClip
from audio.files import read_clip
from restorers import RESTORERS, strength_of
from tests.support.signals import decibels, noise, sine, stereo
from versions.alignment import MAX_MISSING_S, Alignment, VersionError, align

RATE_HZ = 16_000


def music(seed=0, *, duration_s=4.0, sample_rate_hz=RATE_HZ) -> AudioClip:
    """Eight struck notes a second at random times, pitches and strengths, over hiss at -60 dBFS."""
    rng = np.random.default_rng(seed)
    n_samples = round(duration_s * sample_rate_hz)
    samples = 1e-3 * rng.standard_normal(n_samples)
    t = np.arange(sample_rate_hz // 2) / sample_rate_hz
    for _ in range(round(8 * duration_s)):
        start = int(rng.integers(n_samples))
        pitch_hz = 110.0 * 2 ** rng.uniform(0, 4)
        note = rng.uniform(0.05, 0.2) * np.exp(-t / 0.1) * np.sin(2 * np.pi * pitch_hz * t)
        samples[start : start + t.size] += note[: n_samples - start]
    return AudioClip(samples, sample_rate_hz)


def shifted(clip: AudioClip, delay: int) -> AudioClip:
    """The clip after `delay` samples of silence, or without its first ones."""
    silence = np.zeros((clip.n_channels, max(0, delay)))
    return clip.with_samples(np.concatenate([silence, clip.samples[:, max(0, -delay) :]], axis=1))


def low_passed(clip: AudioClip, cutoff_hz: float) -> AudioClip:
    """Without any delay, for the filter runs forwards and backwards."""
    sections = butter(4, cutoff_hz, fs=clip.sample_rate_hz, output="sos")
    return clip.with_samples(sosfiltfilt(sections, clip.samples))


def joined(*parts: AudioClip) -> AudioClip:
    return parts[0].with_samples(np.concatenate([part.samples for part in parts], axis=1))


def cut(clip: AudioClip, start: int, stop: int | None = None) -> AudioClip:
    return clip.with_samples(clip.samples[:, start:stop])


def refusal(original: AudioClip, version: AudioClip) -> str:
    with pytest.raises(VersionError) as refused:
        align(original, version)
    return str(refused.value)


def test_the_same_file_is_left_as_it_is():
    aligned, found = align(music(), music())
    np.testing.assert_array_equal(aligned.samples, music().samples)
    assert (found.delay_samples, found.polarity, found.similarity) == (0, 1, 1.0)
    assert found.corrections == []


def test_what_was_only_made_quieter_is_left_as_it_is():
    version = music().with_samples(0.5 * music().samples)
    aligned, found = align(music(), version)
    assert aligned is version
    assert found.corrections == []
    assert found.similarity == pytest.approx(1, abs=1e-5)  # of float32 spectra


@pytest.mark.parametrize(
    ("version", "said"),
    [
        (shifted(music(), 137), "Delay of 137 samples (8.6 ms) corrected."),
        (music().with_samples(-music().samples), "Inverted polarity corrected."),
        (stereo(music(), music()), "Stereo file mixed down to mono."),
    ],
)
def test_what_can_be_corrected_is_corrected_and_said(version, said):
    aligned, found = align(music(), version)
    np.testing.assert_array_equal(aligned.samples, music().samples)
    assert found.corrections == [said]


def test_a_delay_in_a_file_of_the_same_length_leaves_silence_at_the_end():
    original = music()
    aligned, found = align(original, cut(shifted(original, 137), 0, -137))
    np.testing.assert_array_equal(aligned.samples[:, :-137], original.samples[:, :-137])
    assert not aligned.samples[:, -137:].any()
    assert (found.missing_start, found.missing_end, found.n_missing) == (0, 137, 137)
    assert found.corrections == [
        "Delay of 137 samples (8.6 ms) corrected.",
        "137 samples (8.6 ms) of silence added at the end.",
    ]


def test_a_file_that_begins_early_gets_silence_at_the_start():
    original = music()
    aligned, found = align(original, shifted(original, -160))
    np.testing.assert_array_equal(aligned.samples[:, 160:], original.samples[:, 160:])
    assert not aligned.samples[:, :160].any()
    assert found.corrections == [
        "Early start by 160 samples (10 ms) corrected.",
        "160 samples (10 ms) of silence added at the start.",
    ]


@settings(deadline=None, max_examples=25, derandomize=True)
@given(
    delay=st.integers(-RATE_HZ // 10, RATE_HZ),
    inverted=st.booleans(),
    gain_db=st.floats(-30, 20),
    seed=st.integers(0, 99),
)
def test_any_delay_polarity_and_gain_is_found_after_a_low_pass(delay, inverted, gain_db, seed):
    original = music(seed)
    gain = (-1 if inverted else 1) * 10 ** (gain_db / 20)
    version = low_passed(original, 3000)
    version = shifted(version.with_samples(gain * version.samples), delay)
    _, found = align(original, version)
    assert (found.delay_samples, found.polarity) == (delay, -1 if inverted else 1)


@pytest.mark.parametrize("rate_hz", [48_000, 44_100, 16_000])
def test_another_rate_is_resampled(rate_hz):
    original = music(sample_rate_hz=32_000)
    late = shifted(original, 320)  # 10 ms: whole samples at all of these rates
    samples = librosa.resample(late.samples, orig_sr=32_000, target_sr=rate_hz)
    aligned, found = align(original, AudioClip(samples, rate_hz))
    assert aligned.shape == original.shape
    assert (found.sample_rate_hz, found.delay_samples) == (rate_hz, 320)
    said = f"Resampled from {rate_hz} Hz. Delay of 320 samples (10 ms) corrected."
    assert " ".join(found.corrections) == said
    # Nothing above 6 kHz but hiss at -60 dBFS, of which 16 kHz loses half.
    lost = np.mean((aligned.samples - original.samples) ** 2)
    assert decibels(lost) < -62


def test_a_mono_file_is_put_on_both_channels():
    aligned, found = align(stereo(music(), music()), music())
    np.testing.assert_array_equal(aligned.samples, stereo(music(), music()).samples)
    assert found.corrections == ["Mono file put on both channels."]


def test_channels_that_cancel_in_a_mix_are_aligned():
    left = music()
    original = stereo(left, left.with_samples(-left.samples))
    _, found = align(original, shifted(original, 99))
    assert (found.delay_samples, found.polarity) == (99, 1)


@pytest.mark.parametrize(
    ("n_samples", "accepted"),
    [(-RATE_HZ // 10, True), (-RATE_HZ // 10 - 1, False), (1600, True), (1601, False)],
)
def test_a_tenth_of_a_second_may_be_missing_or_follow(n_samples, accepted):
    version = joined(music(), noise(rms=0.01, duration_s=0.2))
    version = cut(version, 0, music().n_samples + n_samples)
    if not accepted:
        assert " 0.101 s " in refusal(music(), version)  # never rounded to the limit itself
        return
    aligned, found = align(music(), version)
    assert aligned.shape == music().shape
    assert (found.n_missing, found.n_extra) == (max(0, -n_samples), max(0, n_samples))
    assert len(found.corrections) == 1


@pytest.mark.parametrize(
    ("version", "said"),
    [
        (cut(music(), 0, -3200), "is 0.200 s shorter than the original; at most 0.1 s of it may"),
        (
            cut(shifted(music(), 8000), 0, -8000),
            "lacks 0.500 s of the original at the end; at most",
        ),
        (joined(cut(music(), 8000), music(1)), "lacks 0.500 s of the original at the start;"),
        (joined(music(), music(1)), "goes on for 4.000 s after the original; at most 0.1 s can be"),
        (shifted(music(), 17_600), "is 1.100 s late; at most 1 s is corrected."),
        (music().with_samples(np.full(64_000, 9e-5)), "is silent;"),  # below -80 dBFS
    ],
)
def test_what_cannot_be_corrected_is_refused_with_the_numbers(version, said):
    assert refusal(music(), version).startswith(f"This file {said}")


@pytest.mark.parametrize("rms", [0.0, 0.05])
def test_a_longer_lead_is_a_delay(rms):
    aligned, found = align(music(), joined(noise(rms=rms, duration_s=0.3), music()))
    np.testing.assert_array_equal(aligned.samples, music().samples)
    assert found.delay_samples == 4800


@pytest.mark.parametrize(
    ("start", "sound"),
    [(100_000, music(duration_s=1.0).samples), (80_000, [[0.9]])],  # a click where two parts meet
)
def test_a_sound_in_silence_is_found(start, sound):
    samples = np.zeros((1, 10 * RATE_HZ))
    samples[:, start : start + np.size(sound)] = sound
    original = AudioClip(samples, RATE_HZ)
    _, found = align(original, shifted(original.with_samples(-samples), 137))
    assert (found.delay_samples, found.polarity) == (137, -1)


@pytest.mark.parametrize("frequency_hz", [100, 440, 500, 1000.5])
def test_of_a_lasting_tone_the_delay_is_where_it_begins(frequency_hz):
    original = sine(frequency_hz, duration_s=6.0)
    for version in (shifted(original, 137), cut(shifted(original, 137), 0, -137)):
        _, found = align(original, version)
        assert (found.delay_samples, found.polarity) == (137, 1)


def test_of_a_loop_the_delay_is_where_most_of_it_overlaps():
    bar = cut(music(), RATE_HZ, RATE_HZ * 3 // 2)
    original = joined(*[bar] * 12)
    for delay in (137, 9600, -800):  # 9600 is more than one turn
        assert align(original, shifted(original, delay))[1].delay_samples == delay


@pytest.mark.parametrize("other", [music(1), noise(duration_s=4.0), sine(440, duration_s=4.0)])
def test_another_sound_is_refused(other):
    text = refusal(music(), other)
    assert text.startswith("This file does not match the original: its similarity is 0.")


def test_a_part_of_another_piece_is_refused():
    version = joined(cut(music(), 0, 32_000), cut(music(1), 32_000))
    assert "does not match the original at 2.0 s: its similarity is" in refusal(music(), version)


def stretched(clip: AudioClip, n_more: int) -> AudioClip:
    n = clip.n_samples
    places = np.arange(n + n_more) * n / (n + n_more)
    return clip.with_samples(np.interp(places, np.arange(n), clip.samples[0]))


@pytest.mark.parametrize("n_more", [5, 20, 60])
def test_a_drifting_delay_is_refused_with_the_numbers(n_more):
    text = refusal(music(duration_s=10.0), stretched(music(duration_s=10.0), n_more))
    assert "drifts from" in text
    start, end = (int(found) for found in re.findall(r"(-?\d+) samples?", text))
    assert end - start == pytest.approx(n_more, abs=2 + 0.2 * n_more)  # a fit to six parts


def test_a_drift_of_one_sample_is_not_refused():
    _, found = align(music(duration_s=10.0), stretched(music(duration_s=10.0), 1))
    assert found.delay_samples in (0, 1)


@pytest.mark.parametrize("n_cut", [10, 800, 4800])
def test_a_cut_in_the_middle_is_refused_with_both_delays(n_cut):
    original = music(duration_s=10.0)
    end = noise(rms=1e-3, duration_s=n_cut / RATE_HZ)
    text = refusal(original, joined(cut(original, 0, 80_000), cut(original, 80_000 + n_cut), end))
    assert "0 samples (0 ms)" in text
    assert f"-{n_cut} samples" in text


def test_polarity_that_changes_is_refused():
    flip = music().with_samples(-music().samples)
    version = joined(cut(music(), 0, 32_000), cut(flip, 32_000))
    assert "The polarity of this file differs" in refusal(music(), version)


@pytest.mark.parametrize(
    ("right", "said"),
    [
        (music(1).with_samples(-music(1).samples), "The polarity of this file differs on the"),
        (cut(shifted(music(1), 10), 0, -10), "10 samples (0.62 ms)"),
        (music(2), "does not match the original on the right: its similarity is"),
    ],
)
def test_channels_that_differ_are_refused(right, said):
    assert said in refusal(stereo(music(), music(1)), stereo(music(), right))


@pytest.mark.parametrize("gain", [1e-3, 1e20])
def test_level_changes_nothing(gain):
    version = shifted(music(), 137)
    loud = version.with_samples(gain * version.samples.astype(np.float64))
    aligned, found = align(music(), loud)
    assert found.delay_samples == 137
    np.testing.assert_allclose(aligned.samples, gain * music().samples, rtol=1e-6)  # float32


def test_one_sample_is_singular_and_a_rounded_length_is_not_mentioned():
    facts = {"n_samples": 100, "original_rate_hz": 32_000, "original_channels": 1}
    late = Alignment(32_000, 1, delay_samples=1, missing_end=1, **facts)
    assert late.corrections == [
        "Delay of 1 sample (0.031 ms) corrected.",
        "1 sample (0.031 ms) of silence added at the end.",
    ]
    assert Alignment(44_100, 1, missing_end=1, **facts).corrections == ["Resampled from 44100 Hz."]


def coded(clip: AudioClip, file_format: str, subtype: str) -> AudioClip:
    file = io.BytesIO()
    samples = np.clip(clip.samples.T, -1, 1)
    soundfile.write(file, samples, clip.sample_rate_hz, format=file_format, subtype=subtype)
    file.seek(0)
    samples, rate_hz = soundfile.read(file, dtype="float32")
    return AudioClip(samples.T, rate_hz)


def processed(clip: AudioClip) -> dict[str, AudioClip]:
    """What people do to a clip, none of which delays it."""
    mixer_low_cut = butter(2, 80, "high", fs=clip.sample_rate_hz, output="sos")
    made = {
        "low-pass": low_passed(clip, 3500),
        "low cut": clip.with_samples(sosfilt(mixer_low_cut, clip.samples)),
        "clipped": clip.with_samples(np.tanh(2 * clip.samples)),
        "mp3": coded(clip, "MP3", "MPEG_LAYER_III"),
        "ogg": coded(clip, "OGG", "VORBIS"),
    }
    for name, restorer in RESTORERS.items():
        item = strength_of(restorer)
        made[name] = restorer(**{item.name: item.steps_by_strength()[-1]}).restore(clip)
    return made


def test_versions_of_real_clips_are_aligned_to_the_sample(real_clip_paths):
    rng = np.random.default_rng(0)
    for path in real_clip_paths:
        original = read_clip(path)
        rate_hz = original.sample_rate_hz
        for name, version in processed(original).items():
            delay = int(rng.integers(-MAX_MISSING_S * rate_hz, 0.5 * rate_hz))
            polarity = int(rng.choice([-1, 1]))
            turned = version.with_samples(polarity * version.samples)
            _, found = align(original, shifted(turned, delay))
            assert (found.delay_samples, found.polarity) == (delay, polarity), (path.name, name)
            assert found.similarity > 0.8, (path.name, name)  # measured: 0.88 and more


def test_no_real_clip_is_taken_for_another(real_clip_paths):
    clips = [read_clip(path) for path in real_clip_paths]
    for original in clips:
        for other in clips:
            if other is not original:
                # As long as the original, so that length alone refuses none.
                n_samples = min(original.n_samples, other.n_samples)
                text = refusal(cut(original, 0, n_samples), cut(other, 0, n_samples))
                assert "does not match the original" in text
