"""The comparators' commands, installed and called as the app calls them."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import soundfile

from tests.test_imports import ROOT

FOLDER = ROOT / "comparators"
ENTRIES = {
    entry["name"]: entry
    for entry in tomllib.loads((FOLDER / "restorers.toml").read_text(encoding="utf-8"))["restorer"]
}


def install(*names: str) -> None:
    """What `make comparators` does; at once if it has been done."""
    subprocess.run(["bash", FOLDER / "install.sh", sys.executable, *names], check=True)


def python_of(name: str) -> Path:
    return FOLDER / ".venvs" / name / "bin" / "python"


def offline(folder: Path) -> dict[str, str]:
    """An environment without cached weights or internet: nobody listens at its proxy."""
    proxies = dict.fromkeys(("http_proxy", "https_proxy"), "http://127.0.0.1:9")
    caches = {"HF_HOME": str(folder), "TORCH_HOME": str(folder), "HF_HUB_OFFLINE": "1"}
    return os.environ | proxies | caches | {"NO_PROXY": "", "no_proxy": ""}


def called(
    name: str, source: Path, output: Path, *options: object, mix: float = 1.0, environment=None
) -> subprocess.CompletedProcess:
    """The entry of restorers.toml as a process that has ended."""
    values = {"folder": FOLDER, "in": source, "out": output, "mix": mix}
    words = [word.format_map(values) for word in ENTRIES[name]["command"]]
    return subprocess.run(
        [*words, *map(str, options)], capture_output=True, text=True, env=environment
    )


def restored(name: str, samples: np.ndarray, folder: Path, *options: object, **more) -> np.ndarray:
    """float32, shape (channels, n_samples) or (n_samples,), and back in the same shape."""
    source, output = written(name, samples, folder), folder / "out.wav"
    done = called(name, source, output, *options, **more)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    back, rate = soundfile.read(output, dtype="float32")
    assert rate == ENTRIES[name]["sample_rate_hz"]
    assert back.T.shape == samples.shape
    return back.T


def refused(name: str, samples: np.ndarray, folder: Path, *options: object, **more) -> str:
    """The one sentence that a refused call says."""
    done = called(name, written(name, samples, folder), folder / "out.wav", *options, **more)
    assert done.returncode == 1
    assert done.stdout == ""
    assert not (folder / "out.wav").exists()
    [sentence] = done.stderr.splitlines()
    return sentence


def written(name: str, samples: np.ndarray, folder: Path) -> Path:
    """As the app writes {in}: 32-bit float."""
    path = folder / "in.wav"
    soundfile.write(path, samples.T, ENTRIES[name]["sample_rate_hz"], subtype="FLOAT")
    return path
