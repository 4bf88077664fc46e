"""Demucs as the app calls it, but with small weights of its class: the published can't be had."""

import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from tests.comparators.commands import install, offline, python_of, refused, restored

RATE_HZ = 44_100
MAKER = Path(__file__).with_name("demucs_checkpoints.py")


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory) -> Path:
    install("demucs")
    folder = tmp_path_factory.mktemp("demucs")
    subprocess.run([python_of("demucs"), "-W", "ignore", MAKER, folder], check=True)
    return folder


@pytest.fixture
def environment(tmp_path) -> dict[str, str]:
    """Offline; and Python finds the class of the checkpoints whose result is known beforehand."""
    return offline(tmp_path / "caches") | {"PYTHONPATH": os.fspath(MAKER.parent)}


def noise(n_samples: int, *, mean: float = 0.0) -> np.ndarray:
    rng = np.random.default_rng(0)
    return (mean + 0.1 * rng.standard_normal((2, n_samples))).astype(np.float32)


# Longer than a segment of one second, above full scale, or of one sample.
@pytest.mark.parametrize(
    "samples",
    [noise(3 * RATE_HZ, mean=0.2), 20 * noise(RATE_HZ // 10), noise(1)],
    ids=["3 s", "beyond full scale", "1 sample"],
)
def test_stems_that_add_up_to_the_mix_give_it_back(samples, checkpoints, environment, tmp_path):
    """At its level and on its samples, with its mean once, whatever shift in time is drawn."""
    weights = checkpoints / "whole.safetensors"
    back = restored("demucs", samples, tmp_path, "--weights", weights, environment=environment)
    np.testing.assert_allclose(back, samples, atol=1e-6 * np.abs(samples).max())  # 32-bit floats


def test_what_no_stem_has_is_removed(checkpoints, environment, tmp_path):
    samples = noise(2 * RATE_HZ, mean=0.2)
    weights = checkpoints / "half.safetensors"
    back = restored("demucs", samples, tmp_path, "--weights", weights, environment=environment)
    mean = samples.mean()  # it is taken off before and comes back after
    np.testing.assert_allclose(back, mean + 0.5 * (samples - mean), atol=1e-6)


def test_the_mix_option_keeps_a_part_of_the_original(checkpoints, environment, tmp_path):
    samples = noise(RATE_HZ)
    more = {"mix": 0.5, "environment": environment}
    weights = checkpoints / "half.safetensors"
    back = restored("demucs", samples, tmp_path, "--weights", weights, **more)
    mean = samples.mean()
    np.testing.assert_allclose(back, mean + 0.75 * (samples - mean), atol=1e-6)


@pytest.mark.parametrize("name", ["random.safetensors", "repository"])
def test_the_real_class_gives_the_same_twice(name, checkpoints, environment, tmp_path):
    samples, weights = noise(RATE_HZ // 2), checkpoints / name
    first, second = (
        restored("demucs", samples, tmp_path, "--weights", weights, environment=environment)
        for _ in range(2)
    )
    assert first.any()
    assert np.array_equal(first, second)


def test_silence_stays_silence(checkpoints, environment, tmp_path):
    silence = np.zeros((2, RATE_HZ // 2), np.float32)
    weights = checkpoints / "random.safetensors"
    assert not restored(
        "demucs", silence, tmp_path, "--weights", weights, environment=environment
    ).any()


def test_weights_are_taken_from_the_library_s_cache(checkpoints, environment, tmp_path):
    """Without --weights, by the library's own function, as after a first use with internet."""
    repository = Path(environment["HF_HOME"]) / "hub" / "models--adefossez--HTDemucs"
    snapshot = repository / "snapshots" / ("0" * 40)
    snapshot.mkdir(parents=True)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(snapshot.name)
    (snapshot / "htdemucs.yaml").write_text("models: ['955717e8']\n")  # as in the package
    shutil.copy(checkpoints / "whole.safetensors", snapshot / "955717e8.safetensors")
    samples = noise(RATE_HZ)
    back = restored("demucs", samples, tmp_path, environment=environment)
    np.testing.assert_allclose(back, samples, atol=1e-6)


def test_missing_weights_are_one_sentence(checkpoints, environment, tmp_path):
    none = tmp_path / "none.safetensors"
    for options, reason in {
        (): "Connection refused",
        ("--weights", none): f"No such file or directory: {none}",
    }.items():
        sentence = refused("demucs", noise(100), tmp_path, *options, environment=environment)
        assert sentence.startswith("Demucs: the weights could not be loaded (")
        assert reason in sentence
        assert sentence.endswith("on first use, otherwise name a copy with --weights")


def test_a_broken_network_and_a_mono_clip_are_refused(checkpoints, environment, tmp_path):
    options = ("--weights", checkpoints / "broken.safetensors")
    assert refused("demucs", noise(100), tmp_path, *options, environment=environment) == (
        "Demucs: the network gave values that are not finite"
    )
    assert refused("demucs", noise(100)[0], tmp_path, *options, environment=environment) == (
        "Demucs: takes 2 channel(s) at 44100 Hz, got 1 at 44100 Hz"
    )
