"""All measurements of speed, one after the other, as one Markdown page.

    python -m bench [NAME ...] [--out FILE]

Every measurement runs in a process of its own; the names are those of the files in this folder.
"""

import argparse
import importlib
import subprocess
import sys
from pathlib import Path

# In this order, with these arguments.
MEASUREMENTS = (
    ("computation",),
    ("where_time_goes",),
    ("long_files",),
    ("generation",),
    ("start_up",),
    ("slider_to_sound",),
    ("slider_to_sound", "--listeners", "50"),
    ("listening_load",),
    ("killed_server",),
    ("app_memory",),
    ("visit_memory",),
    ("experiment_scale", "--clips", "200"),
    ("analysis_speed",),
)
HEAD = """# How fast is it?

Made by `make bench`. Machines differ and so do their moods: what counts are the ratios, whose two
sides took turns in one run.
"""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = sorted({name for name, *_ in MEASUREMENTS})
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(names)}")
    parser.add_argument("--out", type=Path, help="also write the page to this file")
    options = parser.parse_args()
    unknown = set(options.names) - set(names)
    if unknown:
        parser.error(f"there is no measurement {', '.join(sorted(unknown))}")
    asked = [one for one in MEASUREMENTS if not options.names or one[0] in options.names]
    page, failed = [HEAD], []
    for name, *arguments in asked:
        command = " ".join(["python -m", f"bench.{name}", *arguments])
        question = (importlib.import_module(f"bench.{name}").__doc__ or "").splitlines()[0]
        print(f"\n## {question}\n\n`{command}`\n", flush=True)
        printed, status = run([f"bench.{name}", *arguments])
        page.append(f"\n## {question}\n\n`{command}`: {printed}")
        if status:
            failed.append(command)
        elif options.out:
            options.out.write_text("".join(page), encoding="utf-8")
    if failed:
        sys.exit(f"These did not come to an end: {'; '.join(failed)}.")


def run(command: list[str]) -> tuple[str, int]:
    """What a measurement printed, shown as it comes, and its exit status."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", *command], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        print(line, end="", flush=True)
        lines.append(line)
    return "".join(lines), process.wait()


if __name__ == "__main__":
    main()
