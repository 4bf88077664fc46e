"""Where nothing but the temporary folder can be written, kernels are compiled all the same."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from audio import kernel_cache

ROOT = Path(__file__).parents[2]
NOWHERE = Path("/dev/null/below")  # not even root can write there


@pytest.fixture
def nowhere(monkeypatch, tmp_path):
    monkeypatch.delenv(kernel_cache.VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(NOWHERE))
    monkeypatch.setattr(kernel_cache, "SOURCE", NOWHERE)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    yield tmp_path
    os.environ.pop(kernel_cache.VARIABLE, None)


def test_a_folder_that_can_be_written_is_chosen_and_named(nowhere):
    sentence = kernel_cache.choose_kernel_cache()
    folder = Path(os.environ[kernel_cache.VARIABLE])
    assert folder.parent == nowhere
    assert sentence.endswith(f"compiled code goes to {folder}")
    assert folder.stat().st_mode & 0o077 == 0  # what is run from it is ours alone
    assert kernel_cache.choose_kernel_cache() is None  # once is enough


def test_kernels_compile_there(nowhere):
    kernel_cache.choose_kernel_cache()
    code = "import numpy as np; from metrics.hpss_kernel import masked_energies; "
    code += "masked_energies(*3 * [np.ones((2, 2), dtype=np.float32)])"
    environment = {**os.environ, "HOME": str(NOWHERE)}
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True)
    assert list(Path(os.environ[kernel_cache.VARIABLE]).rglob("*.nbi"))


def test_a_temporary_folder_of_somebody_else_is_not_trusted(nowhere, monkeypatch):
    theirs = nowhere / f"restoration-lab-kernels-{kernel_cache._user()}"
    theirs.write_text("in the way")
    kernel_cache.choose_kernel_cache()
    assert Path(os.environ[kernel_cache.VARIABLE]) != theirs


def test_where_the_source_can_be_written_nothing_is_said(monkeypatch):
    monkeypatch.delenv(kernel_cache.VARIABLE, raising=False)
    assert kernel_cache.choose_kernel_cache() is None
    assert kernel_cache.VARIABLE not in os.environ


def test_without_a_home_it_is_no_error(nowhere, monkeypatch):
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(Path, "home", lambda: (_ for _ in ()).throw(RuntimeError("no home")))
    assert "compiled code goes to" in kernel_cache.choose_kernel_cache()
