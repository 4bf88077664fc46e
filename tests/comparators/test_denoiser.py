"""Denoiser as the app calls it, but with other weights of its class: the published can't be had."""

import subprocess
from pathlib import Path

import numpy as np
import pytest

from tests.comparators.commands import install, offline, python_of, refused, restored

RATE_HZ = 16_000
MAKER = Path(__file__).with_name("denoiser_checkpoints.py")


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory) -> Path:
    install("denoiser")
    folder = tmp_path_factory.mktemp("denoiser")
    subprocess.run([python_of("denoiser"), "-W", "ignore", MAKER, folder], check=True)
    return folder


@pytest.fixture
def environment(tmp_path) -> dict[str, str]:
    return offline(tmp_path / "caches")


def noise(n_samples: int, *, rms: float = 0.1) -> np.ndarray:
    return (rms * np.random.default_rng(0).standard_normal(n_samples)).astype(np.float32)


def gain_of(samples: np.ndarray) -> float:
    """What the library does to a level: it divides by s + 0.001 and multiplies by s."""
    deviation = samples.std(ddof=1)
    return float(deviation / (deviation + 1e-3))


# Soft, full and above full scale; shorter than one step of the network.
@pytest.mark.parametrize(
    ("n_samples", "rms"), [(3 * RATE_HZ, 0.1), (RATE_HZ, 0.001), (RATE_HZ // 10, 2.0), (3, 0.1)]
)
def test_a_network_that_changes_nothing_gives_back_the_clip(n_samples, rms, checkpoints, tmp_path):
    samples = noise(n_samples, rms=rms)
    back = restored("denoiser", samples, tmp_path, "--weights", checkpoints / "identity.th")
    np.testing.assert_allclose(back, gain_of(samples) * samples, atol=1e-6 * rms)  # 32-bit floats


def test_no_delay_comes_with_the_network_s_own_resampling(checkpoints, tmp_path):
    tone = 0.1 * np.sin(2 * np.pi * 1000 * np.arange(2 * RATE_HZ) / RATE_HZ)
    back = restored("denoiser", tone, tmp_path, "--weights", checkpoints / "resampling.th")
    inside = slice(200, -200)  # its sinc filters reach over 84 samples
    np.testing.assert_allclose(back[inside], gain_of(tone) * tone[inside], atol=1e-6)


def test_the_mix_option_keeps_a_part_of_the_original(checkpoints, tmp_path):
    samples = noise(RATE_HZ, rms=0.001)  # what comes back is half as loud
    more = ("--weights", checkpoints / "identity.th")
    back = restored("denoiser", samples, tmp_path, *more, mix=0.5)
    expected = (0.5 + 0.5 * gain_of(samples)) * samples
    np.testing.assert_allclose(back, expected, atol=1e-9)


@pytest.mark.parametrize("name", ["random.th", "dns64.th"])
def test_a_random_network_gives_the_same_twice(name, checkpoints, tmp_path):
    samples = noise(RATE_HZ)
    first, second = (
        restored("denoiser", samples, tmp_path, "--weights", checkpoints / name) for _ in range(2)
    )
    assert first.any()
    assert np.array_equal(first, second)


@pytest.mark.parametrize(("n_samples", "level"), [(RATE_HZ, 0.0), (RATE_HZ, 0.5), (1, 0.5)])
def test_a_constant_becomes_silence(n_samples, level, checkpoints, tmp_path):
    samples = np.full(n_samples, level, np.float32)
    assert not restored("denoiser", samples, tmp_path, "--weights", checkpoints / "random.th").any()


def test_weights_are_taken_from_the_library_s_cache(checkpoints, environment, tmp_path):
    """Without --weights, by the library's own function, as after a first use with internet."""
    cache = Path(environment["TORCH_HOME"]) / "hub" / "checkpoints"
    cache.mkdir(parents=True)
    weights = checkpoints / "dns64.th"
    (cache / "dns64-a7761ff99a7d5bb6.th").symlink_to(weights)  # the name in the package
    samples = noise(RATE_HZ)
    back = restored("denoiser", samples, tmp_path, environment=environment)
    assert np.array_equal(back, restored("denoiser", samples, tmp_path, "--weights", weights))


def test_missing_weights_are_one_sentence(checkpoints, environment, tmp_path):
    none = tmp_path / "none.th"
    for options, reason in {
        (): "Connection refused",
        ("--weights", none): f"No such file or directory: '{none}'",
    }.items():
        sentence = refused("denoiser", noise(100), tmp_path, *options, environment=environment)
        assert sentence.startswith("Denoiser: the weights could not be loaded (")
        assert reason in sentence
        assert sentence.endswith("on first use, otherwise name a copy with --weights")


def test_what_it_cannot_restore_is_refused(checkpoints, tmp_path):
    for samples, weights, sentence in [
        (noise(100), "broken", "the network gave values that are not finite"),
        (np.zeros((2, 100)), "random", "takes 1 channel(s) at 16000 Hz, got 2 at 16000 Hz"),
        (np.zeros(181 * RATE_HZ), "random", "takes at most 180 s, got 181 s"),
    ]:
        options = ("--weights", checkpoints / f"{weights}.th")
        assert refused("denoiser", samples, tmp_path, *options) == f"Denoiser: {sentence}"
