"""python -m experiment: the report's tables and figures over any number of clips."""

import dataclasses
import logging
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tqdm import tqdm

from audio.kernel_cache import choose_kernel_cache
from experiment.options import parse_options, protocol_from
from experiment.outcome import Outcome
from experiment.protocol import Protocol
from experiment.report.page import conclusion
from experiment.report.writing import write_results
from experiment.running.generating import generate_clips
from experiment.running.output import OutputError, OutputFolder
from experiment.running.run import ExperimentError, begin, run_experiment
from experiment.running.sources import ClipSource, SourceError, find_clips, find_conditions
from experiment.running.workers import DaskCluster, LocalProcesses, Workers, WorkersError, n_cores
from generation import ModelUnavailable, MusicGen, NotEnoughMemory, SyntheticMusic
from generation.prompt import REPORT_PROMPTS_FILE, prompts_from_lines
from jobs.progress import OnProgress, Progress
from messages import Messages

DONE, SOME_SKIPPED, CANNOT, STOPPED = 0, 1, 2, 130
EXPLAINED = (
    ValueError, ExperimentError, ModelUnavailable, NotEnoughMemory, OutputError, SourceError,
    WorkersError,
)  # fmt: skip


def main(arguments=None) -> int:
    """Returns the exit status: 0 all done, 1 some clips were skipped, 2 it cannot be done as asked,
    130 stopped by the user."""
    options = parse_options(arguments)
    logging.basicConfig(level=logging.ERROR, format="%(levelname)s %(name)s: %(message)s")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if notice := choose_kernel_cache():
        print(notice, file=sys.stderr)
    try:
        outcome = _run(options)
    except KeyboardInterrupt:
        print("Stopped. Finished clips are kept; rerun the command to resume.")
        return STOPPED
    except EXPLAINED as error:
        print(error, file=sys.stderr)
        return CANNOT
    for sentence in conclusion(outcome, Messages("report", options.language)):
        print(sentence)
    print(f"Tables, figures and report: {OutputFolder(options.out)}")
    if outcome.skipped:
        n_skipped = len(outcome.skipped)
        clips = "1 clip was" if n_skipped == 1 else f"{n_skipped} clips were"
        print(f"{clips} skipped; see skipped.csv:", file=sys.stderr)
        for one in outcome.skipped:
            print(f"  {one.track}: {one.reason}", file=sys.stderr)
        return SOME_SKIPPED
    return DONE


def _run(options) -> Outcome:
    protocol = protocol_from(options)
    if protocol.added_hiss:
        protocol.added_hiss.prepare()
    output = OutputFolder(options.out)
    sources = _sources(options, protocol, output)
    with _workers(options, len(sources)) as workers, _bar() as show:
        outcome = run_experiment(
            sources,
            protocol,
            output,
            workers,
            keep_restored=options.keep_restored,
            on_progress=show,
        )
    if options.synthetic:
        outcome = dataclasses.replace(outcome, n_synthetic=len(outcome.clips))
    write_results(outcome, output, Messages("report", options.language))
    return outcome


def _workers(options, n_clips: int) -> Workers:
    if options.scheduler:
        return DaskCluster(options.scheduler)
    return LocalProcesses(min(options.workers or n_cores(), n_clips))


def _sources(options, protocol: Protocol, output: OutputFolder) -> list[ClipSource]:
    if options.conditions:
        return _paired(options, protocol, output)
    if options.prompts is None:
        return find_clips(options.clips, leaving_out=output.url)
    file = Path(options.prompts) if options.prompts else REPORT_PROMPTS_FILE
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        raise SourceError(f"The prompts in {file} cannot be read: {error}.") from error
    prompts = prompts_from_lines(
        text,
        duration_s=options.duration,
        first_seed=options.seed,
        guidance_scale=options.guidance,
    )
    if not prompts:
        raise SourceError(f"{file} contains no prompts.")
    generator = (
        SyntheticMusic()
        if options.synthetic
        else MusicGen(options.model, device=options.device, precision=options.precision)
    )
    begin(output, protocol)  # a folder of other settings is refused before anything is generated
    with _bar() as show:
        return find_clips([generate_clips(prompts, generator, output, on_progress=show)])


def _paired(options, protocol: Protocol, output: OutputFolder) -> list[ClipSource]:
    original, *folders = options.conditions
    [location] = options.clips
    named = dict(zip(protocol.from_files, folders, strict=True))
    paired = find_conditions(location, original, named, leaving_out=output.url)
    for url in paired.unpaired:
        print(f"{url} is left out: no clip in {original} is called the same.", file=sys.stderr)
    return paired.sources


@contextmanager
def _bar() -> Iterator[OnProgress]:
    """A progress bar with the time that is left, of one stage after the other."""
    bars: list[tqdm] = []

    def show(moment: Progress) -> None:
        if not bars or bars[-1].desc != moment.stage:
            _close(bars)
            # `initial`: what an earlier run did does not count for the time
            bars.append(
                tqdm(
                    desc=moment.stage,
                    unit=moment.unit or "step",
                    total=moment.total or None,
                    initial=moment.done,
                    smoothing=0.05,
                    dynamic_ncols=True,
                )
            )
        bars[-1].update(moment.done - bars[-1].n)

    try:
        yield show
    finally:
        _close(bars)


def _close(bars: list[tqdm]) -> None:
    for bar in bars:
        bar.close()


if __name__ == "__main__":
    sys.exit(main())
