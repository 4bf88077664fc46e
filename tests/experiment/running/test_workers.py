import os
from concurrent.futures import BrokenExecutor

import pytest

from experiment.running import workers
from experiment.running.code import code_digest, code_zip
from experiment.running.workers import LocalProcesses, WorkersError, environment


def test_processes_have_one_thread_and_are_replaced_when_they_die():
    with LocalProcesses(1) as crew:
        assert crew.submit(os.getenv, "OMP_NUM_THREADS").result() == "1"
        first = crew.submit(os.getpid).result()
        assert first != os.getpid()
        with pytest.raises(BrokenExecutor):
            crew.submit(os._exit, 1).result()
        crew.renew()
        assert crew.submit(os.getpid).result() not in (first, os.getpid())


def test_the_environment_names_everything_that_decides_the_numbers():
    found = environment()
    assert found["this program"] == code_digest()
    assert {"Python", "numpy", "scipy", "librosa", "noisereduce", "soxr"} <= set(found)


def test_workers_with_another_library_are_refused():
    theirs = environment() | {"librosa": "0.1"}
    with pytest.raises(WorkersError, match="tcp://there has librosa 0.1, this machine has"):
        workers._check_same({"tcp://here": environment(), "tcp://there": theirs})


def test_the_code_that_is_sent_can_be_imported_from_its_zip(tmp_path):
    """By a Python that knows this program only from there, and sees the same digest."""
    import subprocess
    import sys

    package = tmp_path / "code.zip"
    package.write_bytes(code_zip())
    program = (
        "from experiment.measuring import measure_clip; "
        "from experiment.running.code import code_digest; "
        "print(measure_clip.__code__.co_filename, code_digest())"
    )
    said = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(package)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert str(package) in said
    assert said.split()[-1] == code_digest()
