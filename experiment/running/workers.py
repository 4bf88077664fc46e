"""Who does the work: processes of this machine, or the workers of a Dask cluster."""

import importlib.metadata
import os
import pickle
import platform
import signal
import tempfile
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Self

from experiment.running.code import code_digest, code_zip

# Whose versions decide the numbers.
LIBRARIES = (
    "librosa", "noisereduce", "numpy", "pyloudnorm", "scipy", "soundfile", "soxr",
)  # fmt: skip
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"
)
# A process that holds so much more than after its first clip is replaced.
MAX_GROWTH_BYTES = 1_000_000_000
TASKS_PER_PROCESS = 2  # one being worked on, one ready
TASKS_ON_CLUSTER = 1000  # small messages; enough for some hundred workers
CONNECT_TIMEOUT = "10s"
RETRIES = 2  # of a task that a Dask worker could not finish
LOOK_FOR_PARENT_S = 1.0


class WorkersError(Exception):
    """Workers that cannot be used; the text is meant for the user."""


class Workers(ABC):
    """Does tasks somewhere else; at_once : how many it should be given at a time."""

    at_once: int

    def __enter__(self) -> Self:
        return self

    @abstractmethod
    def __exit__(self, *exception: object) -> None:
        """Let go of what does the work."""

    @abstractmethod
    def submit(self, task: Callable, *arguments) -> Future:
        """Have `task(*arguments)` done."""

    @abstractmethod
    def renew(self) -> None:
        """Replace what broke, after a task ended in BrokenExecutor."""


def n_cores() -> int:
    """Cores that this process may use."""
    import loky

    return loky.cpu_count()


def environment() -> dict[str, str]:
    """What, besides clips and protocol, decides the numbers: {name: version}."""
    versions = {name: importlib.metadata.version(name) for name in LIBRARIES}
    return {"this program": code_digest(), "Python": platform.python_version(), **versions}


class LocalProcesses(Workers):
    """Processes of one thread each, that end with this one, even if it is killed."""

    def __init__(self, n_processes: int):
        self.at_once = TASKS_PER_PROCESS * n_processes
        self._n_processes = n_processes
        self._pool = self._new_pool()

    def __exit__(self, *exception: object) -> None:
        self._pool.shutdown(wait=True, kill_workers=True)

    def submit(self, task: Callable, *arguments) -> Future:
        return self._pool.submit(task, *arguments)

    def renew(self) -> None:
        self._pool.shutdown(wait=True, kill_workers=True)
        self._pool = self._new_pool()

    def _new_pool(self):
        import loky

        env = {**ONE_THREAD, "LOKY_MAX_MEMORY_LEAK_SIZE": str(MAX_GROWTH_BYTES)}
        return loky.ProcessPoolExecutor(self._n_processes, initializer=_begin_process, env=env)


def _begin_process() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the main process to handle
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_FOR_PARENT_S)
    os._exit(1)


class DaskCluster(Workers):
    """The workers of an existing Dask cluster, also those that join later. Dask gives the tasks of
    lost workers to others.

    They are sent this program's code. Raises WorkersError if nobody is there, or if a worker's
    libraries differ from those of this machine, for then results would not be the same.
    """

    at_once = TASKS_ON_CLUSTER

    def __init__(self, address: str):
        from distributed import Client

        try:
            self._client = Client(address, timeout=CONNECT_TIMEOUT, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise WorkersError(f"No Dask scheduler is responding at {address}.") from error
        try:
            if not self._client.nthreads():
                raise WorkersError(f"The Dask scheduler at {address} has no workers.")
            _check_same(self._send_code())
        except BaseException:
            self._client.close()
            raise
        self._executor = self._client.get_executor(pure=False, retries=RETRIES)

    def __exit__(self, *exception: object) -> None:
        self._client.close()

    def submit(self, task: Callable, *arguments) -> Future:
        return self._executor.submit(_unpacker(), pickle.dumps((task, arguments)))

    def renew(self) -> None:
        raise WorkersError("The connection to the Dask cluster was lost; finished clips are kept.")

    def _send_code(self) -> dict[str, dict[str, str]]:
        """What each worker then runs on, by its address."""
        from distributed.diagnostics.plugin import UploadFile

        with tempfile.TemporaryDirectory() as folder:
            package = Path(folder) / f"restoration_lab_{code_digest()}.zip"
            package.write_bytes(code_zip())
            try:
                self._client.register_plugin(UploadFile(str(package)), name=package.name)
                return self._client.run(environment)
            except Exception as error:  # whatever a worker's installation lacks
                raise WorkersError(
                    f"The Dask workers cannot run this program ({error}); they need the packages "
                    "in requirements.txt."
                ) from error


def _unpacker() -> Callable[[bytes], object]:
    """Does a packed task. The scheduler unpacks what it passes on but does not have our code: a
    function inside a function travels by its own code, and what it is given as bytes."""

    def unpack_and_do(packed: bytes):
        import pickle

        task, arguments = pickle.loads(packed)
        return task(*arguments)

    return unpack_and_do


def _check_same(environments: dict[str, dict[str, str]]) -> None:
    ours = environment()
    for worker, theirs in environments.items():
        for name, version in ours.items():
            if theirs[name] != version:
                raise WorkersError(
                    f"Dask worker {worker} has {name} {theirs[name]}, this machine has {version}: "
                    "results would differ. Install the same version there, or restart "
                    "the workers if it is this program that has changed."
                )
