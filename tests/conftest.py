"""What several test files need."""

import csv
import os
from pathlib import Path

import pytest

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"

# Firefox and WebKit have a command of their own, `make browsers`.
collect_ignore = [] if os.environ.get("LAB_BROWSERS") else ["cross_browser"]

SHARED = Path(__file__).parents[2] / "shared"


def _shared(name: str) -> Path:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"needs {path}, the project's shared test material, which is not here")
    return path


@pytest.fixture(scope="session")
def report_tables() -> list[dict]:
    """The rows of the report's three tables, as text."""
    with _shared("report_tables.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def real_clip_paths() -> list[Path]:
    """The real MusicGen clips."""
    folder = _shared("clips")
    with (folder / "MANIFEST.csv").open(encoding="utf-8", newline="") as file:
        return [folder / row["file"] for row in csv.DictReader(file)]


@pytest.fixture(scope="session")
def report_results(real_clip_paths) -> list:
    """What the experiment measures on the real clips in the report's format; restored only once."""
    from tests.support.experiments import measured

    return measured(real_clip_paths[0].parent)


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory) -> Path:
    """A tiny MusicGen checkpoint with random weights, saved as real ones are."""
    import torch

    from tests.support.checkpoint import make_checkpoint

    torch.manual_seed(0)
    return make_checkpoint(tmp_path_factory.mktemp("checkpoint"))
