"""A screen and a sound device that exist in memory only: without a device, no audio clock runs."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STARTS_WITHIN_S = 20


@contextmanager
def virtual_devices() -> Iterator[dict[str, str]]:
    """Environment variables by which a browser finds both; they are gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="lab-devices-"))
    folder.chmod(0o700)
    display, screen = _screen()
    environment = {
        "DISPLAY": display,
        "XDG_RUNTIME_DIR": str(folder),
        "PULSE_SERVER": f"unix:{folder}/sound",
        "HOME": str(folder),
    }
    modules = (
        f"module-native-protocol-unix socket={folder}/sound auth-anonymous=1",
        "module-null-sink sink_name=nobody rate=48000",
        "module-always-sink",
    )
    sound = subprocess.Popen(
        ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no",
         *(part for module in modules for part in ("-L", module))],
        env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait_for(folder / "sound")
        yield environment
    finally:
        for process in (sound, screen):
            process.terminate()
            process.wait(timeout=10)
        shutil.rmtree(folder, ignore_errors=True)


def _screen() -> tuple[str, subprocess.Popen]:
    """A display of its own, whose number Xvfb chooses and tells."""
    reader, writer = os.pipe()
    command = [
        "Xvfb",
        "-displayfd",
        str(writer),
        "-screen",
        "0",
        "1400x1200x24",
        "-nolisten",
        "tcp",
    ]
    process = subprocess.Popen(
        command, pass_fds=[writer], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    os.close(writer)
    with os.fdopen(reader) as told:
        number = told.readline().strip()
    return f":{number}", process


def _wait_for(path: Path) -> None:
    end = time.monotonic() + STARTS_WITHIN_S
    while not path.exists():
        if time.monotonic() > end:
            raise TimeoutError(f"{path} did not appear")
        time.sleep(0.05)
