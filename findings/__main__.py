"""python -m findings: measure everything in docs/findings.md again, and write it."""

import argparse
import functools
import sys
from pathlib import Path

from tqdm import tqdm

from audio.kernel_cache import choose_kernel_cache
from findings.document import write_document
from findings.measuring import Codec, kinds, measure, write_pieces
from findings.pieces import PIECES
from findings.samples import SamplesError, fetch_samples
from generation import ModelUnavailable
from generation.codec import DEFAULT_CODEC, load_codec
from jobs.progress import Progress

FOLDER, PAGE = Path("artifacts/findings"), Path("docs/findings.md")
HISS_RECORDING = "vinyl_hiss.flac"
DONE, CANNOT = 0, 2


def main(arguments: list[str] | None = None) -> int:
    """Returns the exit status: 0 done, 2 the recordings cannot be had."""
    options = _options(arguments)
    if notice := choose_kernel_cache():
        print(notice, file=sys.stderr)
    try:
        samples = fetch_samples(options.folder / "samples")
    except SamplesError as error:
        print(error, file=sys.stderr)
        return CANNOT
    codec = _codec(options.codec, options.folder / "random-codec")
    pieces = PIECES[: options.pieces]
    folder = write_pieces(pieces, samples, options.folder / f"pieces-{len(pieces)}")
    outcomes = {}
    for kind in kinds(samples / HISS_RECORDING, codec):
        with tqdm(desc=kind.title, unit="piece", total=len(pieces)) as bar:
            results = options.folder / f"results-{len(pieces)}"
            outcomes[kind] = measure(kind, folder, results, functools.partial(_show, bar))
    write_document(options.page, outcomes, pieces, samples, codec)
    print(f"Findings: {options.page}")
    return DONE


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m findings",
        description="Measure what docs/findings.md says on clean pieces with known hiss, and write "
        "it. Takes some 35 minutes on two cores; after Ctrl-C, rerun the command to resume.",
    )
    add = parser.add_argument
    add("--folder", type=Path, default=FOLDER, help="for recordings and results (%(default)s)")
    add("--page", type=Path, default=PAGE, help="the file that is written (%(default)s)")
    add("--pieces", type=int, default=len(PIECES), metavar="N", help="only the first N of them")
    add("--codec", default=DEFAULT_CODEC, help="EnCodec, or a MusicGen checkpoint (%(default)s)")
    return parser.parse_args(arguments)


def _codec(name: str, folder: Path) -> Codec:
    """The codec of that name, or one of its class with random weights where it cannot be had."""
    try:
        load_codec(name)
        return Codec(name, is_random=False)
    except ModelUnavailable as error:
        from tests.support.checkpoint import make_codec

        print(f"{error} One with random weights is used.", file=sys.stderr)
        make_codec(folder)
        return Codec(str(folder), is_random=True)


def _show(bar: tqdm, moment: Progress) -> None:
    bar.update(moment.done - bar.n)


if __name__ == "__main__":
    sys.exit(main())
