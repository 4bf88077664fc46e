"""An experiment from its clips to its files."""

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, wait

from experiment.measuring import ClipResult, Skipped, measure_clip
from experiment.outcome import Outcome, collect
from experiment.protocol import ADDED_FACTS, Protocol, protocol_from_facts
from experiment.running.journal import Journal
from experiment.running.output import OutputFolder
from experiment.running.sources import ClipSource
from experiment.running.workers import Workers, WorkersError, environment
from jobs.progress import Cancelled, OnProgress, Stage, ignore_progress, never_cancelled
from restorers import Restorer
from storage.records import facts_from_json

FACTS_NAME = "experiment.json"
SCHEMA_VERSION = 1
LOOK_S = 0.5  # how often somebody who wants to stop is listened to
DIED = "Its worker process died; the clip may need more memory than is available."


class ExperimentError(Exception):
    """An experiment that cannot be run as asked; the text is meant for the user."""


def begin(output: OutputFolder, protocol: Protocol) -> None:
    """Write down what the folder is for, or check that it is for this.

    Raises ExperimentError if it holds results of another protocol, program or library.
    """
    facts = {
        "schema_version": SCHEMA_VERSION,
        "protocol": protocol.facts(),
        "environment": environment(),
    }
    kept = output.read(FACTS_NAME)
    if kept is None:
        output.write(FACTS_NAME, (json.dumps(facts, indent=2) + "\n").encode())
        return
    known = _read_facts(output, kept)
    for part, what in (("protocol", "other settings"), ("environment", "other versions")):
        if known.get(part) != facts[part]:
            raise ExperimentError(
                f"{output} already contains an experiment with {what} "
                f"({_difference(known, facts, part)}); choose another folder."
            )


def _read_facts(output: OutputFolder, kept: bytes) -> dict:
    try:
        known = facts_from_json(kept)
        if not all(isinstance(known.get(part), dict) for part in ("protocol", "environment")):
            raise ValueError("a part is missing")
        known["protocol"] = ADDED_FACTS | known["protocol"]
    except ValueError as error:
        raise ExperimentError(
            f"{FACTS_NAME} in {output} is damaged; use another folder."
        ) from error
    return known


def protocol_of(output: OutputFolder, classes: Mapping[str, type[Restorer]]) -> Protocol:
    """The protocol that a folder was begun with.

    classes : {condition: restorer class}, all that there are now
    Raises ExperimentError if it cannot be read or carried out any more.
    """
    known = _read_facts(output, output.read(FACTS_NAME) or b"")
    try:
        return protocol_from_facts(known["protocol"], classes)
    except ValueError as error:
        raise ExperimentError(
            f"The experiment in {output} cannot be continued: {error}."
        ) from error
    except (KeyError, TypeError) as error:
        raise ExperimentError(
            f"{FACTS_NAME} in {output} is damaged; use another folder."
        ) from error


def _difference(known: dict, facts: dict, part: str) -> str:
    """The first thing that differs, as "name: theirs, now ours"."""
    before, now = known.get(part) or {}, facts[part]
    for name in now:
        if before.get(name) != now[name]:
            return f"{name}: {json.dumps(before.get(name))}, now {json.dumps(now[name])}"
    return "more of them"


def run_experiment(
    sources: Sequence[ClipSource],
    protocol: Protocol,
    output: OutputFolder,
    workers: Workers,
    *,
    keep_restored: bool = False,
    on_progress: OnProgress = ignore_progress,
    cancelled: Cancelled = never_cancelled,
) -> Outcome:
    """Measure every clip that was not measured before; what is done survives any end.

    keep_restored : also write every restored sound
    Raises ExperimentError if the folder is another experiment's or no clip could be measured,
    JobCancelled if asked to stop, ModelUnavailable if the codec of the added hiss cannot be had.
    """
    begin(output, protocol)
    if protocol.added_hiss:
        protocol.added_hiss.prepare()
    with Journal(output) as journal:
        ahead = [source for source in sources if not journal.has(source)]
        n_before = len(sources) - len(ahead)
        stage = Stage("Measuring", "clip", on_progress, cancelled, done_before=n_before)
        n_done = n_before
        skipped: list[Skipped] = []
        crew = _Crew(workers, protocol, output.url if keep_restored else None)
        try:
            stage.step(n_done, len(sources))
            for result in crew.results(ahead):
                if isinstance(result, Skipped):
                    skipped.append(result)
                elif result is not None:
                    journal.add(result)
                n_done += result is not None
                stage.step(n_done, len(sources))
        finally:
            crew.stop()
            journal.save()
        missing = {one.track for one in skipped}
        measured = [source for source in sources if source.track not in missing]
        if not measured:
            raise ExperimentError(
                f"No clip could be measured. {skipped[0].track}: {skipped[0].reason}"
            )
        journal.close_up(measured)
        return collect(map(journal.get, measured), protocol, skipped)


class _Crew:
    """Hands tasks to the workers, never more than they need, and takes results as they come.

    When a process dies, nobody knows over which of its tasks: those in work are then done one at
    a time, and the one over which a process dies again is skipped.
    """

    def __init__(self, workers: Workers, protocol: Protocol, output_url: str | None):
        self._workers = workers
        self._protocol = protocol
        self._output_url = output_url
        self._running: dict[Future, ClipSource] = {}

    def results(self, sources: Iterable[ClipSource]) -> Iterator[ClipResult | Skipped | None]:
        """Results in the order in which they come; None now and then while nothing comes."""
        ahead = iter(sources)
        while True:
            suspects = []
            for source in itertools.islice(ahead, self._workers.at_once - len(self._running)):
                try:
                    self._give(source)
                except BrokenExecutor:
                    suspects.append(source)
            if not self._running and not suspects:
                return
            finished, _ = wait(self._running, timeout=LOOK_S, return_when=FIRST_COMPLETED)
            if not finished:
                yield None
            for future in finished:
                source = self._running.pop(future)
                result = self._result(future, source)
                if result is None:
                    suspects.append(source)
                else:
                    yield result
            if suspects:
                suspects += self._running.values()
                self._running.clear()
                yield from self._one_by_one(suspects)

    def stop(self) -> None:
        """Take back what no worker has begun."""
        for future in self._running:
            future.cancel()

    def _one_by_one(self, suspects: list[ClipSource]) -> Iterator[ClipResult | Skipped | None]:
        self._workers.renew()
        for source in suspects:
            self._give(source)
            while not wait(self._running, timeout=LOOK_S).done:
                yield None
            [(future, source)] = self._running.items()
            self._running.clear()
            result = self._result(future, source)
            if result is None:
                self._workers.renew()
            yield result or Skipped(source.track, source.url, DIED)

    def _give(self, source: ClipSource) -> None:
        task = (measure_clip, source, self._protocol, self._output_url)
        self._running[self._workers.submit(*task)] = source

    def _result(self, future: Future, source: ClipSource) -> ClipResult | Skipped | None:
        """What came of a task; None if its process died."""
        try:
            return future.result()
        except BrokenExecutor:
            return None
        except CancelledError as error:  # by a scheduler that is no more
            raise WorkersError("The workers are gone; finished clips are kept.") from error
        except Exception as error:  # Dask gave it up
            return Skipped(source.track, source.url, f"{type(error).__name__}: {error}")
