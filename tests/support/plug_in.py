"""The example plug-in, installed by pip into a virtual environment of its own."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs" / "example_plug_in"
SLUG = "expander"
PACKAGE = "high-band-expander 0.1.0"
PATIENCE_S = 120


def python_with_plug_in(folder: Path) -> Path:
    """The Python of a new environment, which takes everything else from the one that runs the
    tests; nothing is downloaded, and nothing written beside the example."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"], check=True)
    python = folder / "venv" / "bin" / "python"
    [packages] = (folder / "venv" / "lib").glob("python*/site-packages")
    (packages / "of_the_tests.pth").write_text(sysconfig.get_path("purelib"))
    source = copy_of_example(folder)
    pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "-q"]
    offline = ["--no-index", "--no-deps", "--no-build-isolation"]
    done = subprocess.run([*pip, *offline, source], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return python


def copy_of_example(folder: Path) -> Path:
    """Setuptools builds in the folder of the package."""
    built = shutil.ignore_patterns("__pycache__", "build", "*.egg-info")
    return shutil.copytree(EXAMPLE, folder / "example_plug_in", ignore=built)


def run(python: Path, *arguments, cwd: Path = ROOT) -> subprocess.CompletedProcess:
    """In the program's folder, unless told otherwise, with that folder on the path."""
    return subprocess.run(
        [str(part) for part in (python, *arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )


@contextmanager
def app_of(python: Path, folder: Path):
    """Yields the address of the app, run by a Python, with an empty library."""
    command = [python, "app.py", "--port", "0", "--results", folder / "results"]
    process = subprocess.Popen(
        [*command, "--library", folder / "library"],
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield re.search(r"http://\S+", process.stdout.readline())[0]
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
