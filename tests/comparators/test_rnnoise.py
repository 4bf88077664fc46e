"""RNNoise with its real weights, as the app calls it; and what all comparators' commands refuse."""

import subprocess

import numpy as np
import pytest
from scipy.signal import butter, lfilter, sosfiltfilt

from tests.comparators.commands import FOLDER, called, install, refused, restored, written

RATE_HZ = 48_000
# Formants of five vowels in Hz (Peterson and Barney 1952, men), and the bandwidths of four.
VOWELS = [
    (730, 1090, 2440),
    (270, 2290, 3010),
    (300, 870, 2240),
    (530, 1840, 2480),
    (570, 840, 2410),
]
FOURTH_FORMANT_HZ = 3500
BANDWIDTHS_HZ = (80, 90, 120, 200)


@pytest.fixture(scope="module", autouse=True)
def installed():
    install("rnnoise")


def vowel(formants_hz, duration_s, rng) -> np.ndarray:
    """Glottal pulses of falling pitch, a little breath, and resonances; peak 0.3."""
    t = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    pitch_hz = 110 * (1.15 - 0.25 * t / t[-1] + 0.1 * rng.standard_normal())
    sound = np.diff(np.floor(np.cumsum(pitch_hz) / RATE_HZ), prepend=0)
    for _ in range(2):  # -12 dB an octave
        sound = lfilter([1], [1, -0.98], sound)
    sound = np.diff(sound - sound.mean(), prepend=0)  # +6 dB an octave: what lips radiate
    sound += 0.03 * sound.std() * rng.standard_normal(t.size)
    for frequency_hz, bandwidth_hz in zip(formants_hz, BANDWIDTHS_HZ, strict=True):
        radius = np.exp(-np.pi * bandwidth_hz / RATE_HZ)
        poles = [1, -2 * radius * np.cos(2 * np.pi * frequency_hz / RATE_HZ), radius**2]
        sound = lfilter([sum(poles)], poles, sound)
    sound *= np.minimum(1, np.minimum(t / 0.03, (t[-1] - t) / 0.05))
    return 0.3 * sound / np.abs(sound).max()


@pytest.fixture(scope="module")
def speech() -> np.ndarray:
    """Six seconds of babble that RNNoise takes for a voice: vowels, hisses and pauses."""
    rng = np.random.default_rng(0)
    parts = []
    for number in range(24):
        formants_hz = (*VOWELS[rng.integers(len(VOWELS))], FOURTH_FORMANT_HZ)
        parts.append(vowel(formants_hz, rng.uniform(0.12, 0.25), rng))
        if number % 3 == 0:
            hiss = np.diff(rng.standard_normal(round(0.09 * RATE_HZ)), prepend=0)
            parts.append(0.03 * hiss * np.hanning(hiss.size))
        if number % 4 == 3:
            parts.append(np.zeros(round(0.12 * RATE_HZ)))
    return np.concatenate(parts).astype(np.float32)


def loud_gains_db(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Of the eight loudest tenths of a second."""
    n_blocks, length = before.size // 4800, 4800
    rms = [
        sound[: n_blocks * length].reshape(n_blocks, length).std(axis=1)
        for sound in (before, after)
    ]
    loudest = np.argsort(rms[0])[-8:]
    return 20 * np.log10(rms[1][loudest] / rms[0][loudest])


# Full scale is 1 and is not a limit: four times as loud comes out four times as loud.
@pytest.mark.parametrize("level", [0.25, 1.0, 4.0])
def test_a_voice_comes_out_at_the_level_that_it_went_in(speech, level, tmp_path):
    before = level * speech
    after = restored("rnnoise", before, tmp_path)
    # The network's own gains: within 0.1 dB in most loud parts, -6 dB in one that it doubts.
    assert np.median(loud_gains_db(before, after)) == pytest.approx(0, abs=0.2)
    assert after.max() == pytest.approx(before.max(), rel=0.1)  # neither clipped nor wrapped


def test_a_voice_comes_out_where_it_went_in(speech, tmp_path):
    """Above 2 kHz: the phase of RNNoise's own high-pass moves the sum by half a sample."""
    high_pass = butter(8, 2000, "highpass", fs=RATE_HZ, output="sos")
    before = sosfiltfilt(high_pass, speech)
    after = sosfiltfilt(high_pass, restored("rnnoise", speech, tmp_path))
    alike = {lag: float(np.dot(before, np.roll(after, -lag))) for lag in range(-480, 481)}
    assert max(alike, key=alike.get) == 0


def test_noise_goes(tmp_path):
    noise = 0.05 * np.random.default_rng(0).standard_normal(3 * RATE_HZ).astype(np.float32)
    after = restored("rnnoise", noise, tmp_path)
    assert after[RATE_HZ:].std() < 0.01 * noise.std()  # -51 dB measured over 5 s


def test_mix_is_the_share_of_what_is_restored(speech, tmp_path):
    full = restored("rnnoise", speech, tmp_path)
    assert np.array_equal(restored("rnnoise", speech, tmp_path, mix=0.0), speech)
    half = restored("rnnoise", speech, tmp_path, mix=0.5)
    np.testing.assert_allclose(half, (speech + full) / 2, atol=1e-7)  # rounding of 32-bit floats


def test_the_same_comes_out_of_the_same(speech, tmp_path):
    first = restored("rnnoise", speech, tmp_path)
    assert np.array_equal(restored("rnnoise", speech, tmp_path), first)


@pytest.mark.parametrize("n_samples", [1, 479, 480, 4800, 48_001])
def test_silence_stays_silence_at_any_length(n_samples, tmp_path):
    assert not restored("rnnoise", np.zeros(n_samples, np.float32), tmp_path).any()


@pytest.mark.parametrize("n_samples", [1, 479, 480, 4800, 48_001])
def test_a_constant_and_a_square_beyond_full_scale_are_endured(n_samples, tmp_path):
    square = np.where(np.arange(n_samples) // 55 % 2, 4.0, -4.0).astype(np.float32)
    for samples in (np.full(n_samples, 0.5, np.float32), square):
        assert np.isfinite(restored("rnnoise", samples, tmp_path)).all()


@pytest.mark.parametrize(
    ("samples", "sentence"),
    [
        (np.zeros((2, 480)), "RNNoise: takes 1 channel(s) at 48000 Hz, got 2 at 48000 Hz"),
        (np.zeros(0), "RNNoise: the file holds no samples"),
        (np.full(480, np.nan), "RNNoise: the file holds values that are not finite"),
        # Beyond what 32-bit floats can square.
        (1e20 * np.sin(np.arange(4800)), "RNNoise: the network gave values that are not finite"),
    ],
)
def test_what_it_cannot_restore_is_refused_in_one_sentence(samples, sentence, tmp_path):
    assert refused("rnnoise", samples, tmp_path) == sentence


@pytest.mark.parametrize("mix", [-0.1, 1.1, float("nan")])
def test_a_mix_that_is_no_share_is_refused(mix, tmp_path):
    sentence = refused("rnnoise", np.zeros(480), tmp_path, mix=mix)
    assert sentence == f"RNNoise: mix must be between 0 and 1, got {mix:g}"


def test_files_that_cannot_be_read_or_written_are_named(tmp_path):
    source = written("rnnoise", np.zeros(480), tmp_path)
    text = tmp_path / "text.wav"
    text.write_text("no sound")
    below_a_file = text / "out.wav"  # nobody may write there, root included
    for name, paths in {
        below_a_file: (source, below_a_file),
        text: (text, tmp_path / "out.wav"),
        tmp_path / "none.wav": (tmp_path / "none.wav", tmp_path / "out.wav"),
    }.items():
        done = called("rnnoise", *paths)
        assert done.returncode == 1
        [sentence] = done.stderr.splitlines()
        assert sentence.startswith(f"RNNoise: Error opening '{name}'")


def test_a_comparator_that_does_not_exist_is_not_installed():
    command = ["bash", FOLDER / "install.sh", "python3", "no_such"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr == (
        "There is no comparator no_such; there are rnnoise, demucs and denoiser.\n"
    )
