"""Finding, downloading and missing weights, each in a process whose hub and cache are known."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.fake_hub import REVISION, fake_hub

MODEL = "someone/tiny-musicgen"
ROOT = Path(__file__).parents[2]
NOBODY_LISTENS_HERE = "http://127.0.0.1:9"

MAKE_A_CLIP = """
import json, sys, time
from generation import ModelUnavailable, MusicGen, Prompt
model, stages, started = MusicGen(sys.argv[1]), [], time.monotonic()
before = model.is_on_this_machine()
def note(progress):
    if progress.stage not in stages:
        stages.append(progress.stage)
try:
    clip = model.generate(Prompt("a piano", duration_s=1.0), on_progress=note)
    result = {"n_samples": clip.n_samples, **model.provenance()}
except ModelUnavailable as error:
    result = {"error": str(error)}
took_s = time.monotonic() - started
print(json.dumps({"before": before, "stages": stages, "took_s": took_s, **result}))
"""


def make_a_clip(model: str, hub: str, cache: Path) -> dict:
    environment = {
        **os.environ,
        "HF_ENDPOINT": hub,
        "HF_HOME": str(cache),
        "HF_HUB_DISABLE_XET": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", MAKE_A_CLIP, model],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_weights_are_downloaded_once_and_then_found_without_a_network(checkpoint, tmp_path):
    published = shutil.copytree(checkpoint, tmp_path / "published")
    # As facebook/musicgen-small has it: the same weights in an older format too.
    (published / "pytorch_model.bin").write_bytes(b"never to be fetched")
    with fake_hub(MODEL, published) as hub:
        first = make_a_clip(MODEL, hub, tmp_path)
    assert first["before"] is False
    assert first["stages"] == [
        "Looking for the model", "Downloading the model", "Loading the model", "Generating",
    ]  # fmt: skip
    assert first["n_samples"] == 32_000
    assert first["revision"] == REVISION
    assert list(tmp_path.rglob("hub/**/snapshots/**/*.safetensors"))
    assert not list(tmp_path.rglob("hub/**/snapshots/**/*.bin"))
    again = make_a_clip(MODEL, NOBODY_LISTENS_HERE, tmp_path)
    assert again["before"] is True
    assert again["stages"] == ["Loading the model", "Generating"]
    assert again["revision"] == REVISION


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (MODEL, "cannot be reached; connect to the internet once, or start the app with --model"),
        ("no model/at all", "was not found on this machine"),
    ],
)
def test_weights_that_cannot_be_had_are_explained_quickly(model, message, tmp_path):
    result = make_a_clip(model, NOBODY_LISTENS_HERE, tmp_path)
    assert message in result["error"]
    assert result["took_s"] < 20  # the client alone would retry for most of a minute


def test_a_model_the_hub_does_not_know_is_named(checkpoint, tmp_path):
    with fake_hub(MODEL, checkpoint) as hub:
        result = make_a_clip("someone/else", hub, tmp_path)
    assert "Model “someone/else” was not found" in result["error"]
