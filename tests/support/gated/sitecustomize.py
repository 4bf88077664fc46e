"""Python runs this first if its folder is on PYTHONPATH: no clip is read before its gate opens.

The gate of a clip is a file of its name in the folder GATE; that of all clips is called ALL. Who
waits before a gate puts a file of its name and WAITING there.
"""

import os
import time
from pathlib import Path

import soundfile

GATE, ALL, WAITING = "LAB_TEST_GATE", "all", ".waiting"
LOOK_S = 0.02

_info = soundfile.info


def _info_behind_gate(file, *arguments, **options):
    folder, name = Path(os.environ[GATE]), Path(file).name
    (folder / f"{name}{WAITING}").touch()
    gates = [folder / ALL, folder / name]
    while not any(gate.exists() for gate in gates):
        time.sleep(LOOK_S)
    return _info(file, *arguments, **options)


if GATE in os.environ:
    soundfile.info = _info_behind_gate
