"""Restorers that are command lines, written for a test."""

import sys
from pathlib import Path

READ = "import sys, soundfile, numpy as np\nx, rate = soundfile.read(sys.argv[1], always_2d=True)\n"
WRITE = "soundfile.write(sys.argv[2], x, rate, subtype='FLOAT')\n"
HALF = f"{READ}x *= 0.5\n{WRITE}"
GAIN = f"{READ}x *= float(sys.argv[3])\n{WRITE}"
GAIN_PARAMETER = """
[[restorer.parameter]]
name = "gain"
title = "Gain"
low = 0
high = 2
step = 0.1
default = 1
help = "What every sample is multiplied by."
strength = -1
"""


def command_entry(
    folder: Path, name: str, code: str, more: str = "", *, arguments: str = ""
) -> str:
    """A [[restorer]] table of a Python program that is written into the folder.

    more : further lines of the table; arguments : further ones of the command, as TOML strings
    """
    (folder / f"{name}.py").write_text(code, encoding="utf-8")
    command = f'["{sys.executable}", "{{folder}}/{name}.py", "{{in}}", "{{out}}"{arguments}]'
    title = f"The {name}"
    return f'[[restorer]]\nname = "{name}"\ntitle = "{title}"\ncommand = {command}\n{more}\n'


def gain_entry(folder: Path, name: str = "gain", more: str = "") -> str:
    """One with a parameter."""
    return command_entry(folder, name, GAIN, more + GAIN_PARAMETER, arguments=', "{gain}"')


def restorers_file(folder: Path, *entries: str) -> Path:
    path = folder / "restorers.toml"
    path.write_text("\n".join(entries), encoding="utf-8")
    return path
