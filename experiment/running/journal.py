"""What is measured already: kept as it comes, so that an interrupted run resumes where it left off.

In the folder of results each lot of results is one small file, because what lies behind a URL can
often not be appended to. A complete run leaves one file with all results in their order. On this
machine the results lie in one temporary file, so that memory does not grow with their number.
"""

import json
import secrets
import tempfile
import time

from experiment.measuring import ClipResult, result_facts, result_from_facts
from experiment.running.output import WORK_FOLDER, OutputFolder
from experiment.running.sources import ClipSource
from storage.records import facts_from_json

WHOLE = f"{WORK_FOLDER}/results.jsonl"
LOT = 200  # results in a file
LOT_S = 2.0  # or as many as came in this time: the most that is measured again after a crash


class Journal:
    """The results of one experiment; used by one thread. Close it, or leave it as a context."""

    def __init__(self, output: OutputFolder):
        self._output = output
        self._spool = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the journal)
        self._places: dict[str, tuple[int, int, str]] = {}  # track: start, length, fingerprint
        self._lots: list[str] = []  # files in the folder of results besides WHOLE
        self._waiting: list[bytes] = []
        self._saved_at = time.monotonic()
        for name in output.names(WORK_FOLDER):
            if name.endswith(".jsonl"):
                self._take(output.read(name) or b"")
                self._lots += [name] if name != WHOLE else []

    def __enter__(self) -> "Journal":
        return self

    def __exit__(self, *exception) -> None:
        self._spool.close()

    def has(self, source: ClipSource) -> bool:
        """Whether this very clip was measured."""
        return source.track in self._places and self._places[source.track][2] == source.fingerprint

    def add(self, result: ClipResult) -> None:
        """Keep a result; it is safe after the next `save`, which comes by itself."""
        line = json.dumps(result_facts(result), ensure_ascii=False).encode() + b"\n"
        self._remember(line, result.track, result.fingerprint)
        self._waiting.append(line)
        if len(self._waiting) >= LOT or time.monotonic() - self._saved_at > LOT_S:
            self.save()

    def get(self, source: ClipSource) -> ClipResult:
        """The result of a clip that `has` knows; its address is that of today."""
        return result_from_facts(facts_from_json(self._line(source)) | {"url": source.url})

    def save(self) -> None:
        """Write what waits to the folder of results."""
        if self._waiting:
            name = f"{WORK_FOLDER}/{time.time_ns():020d}-{secrets.token_hex(4)}.jsonl"
            self._output.write(name, b"".join(self._waiting))
            self._lots.append(name)
        self._waiting = []
        self._saved_at = time.monotonic()

    def close_up(self, sources: list[ClipSource]) -> None:
        """One file with the results of these clips in this order, and no other."""
        self._output.write_all(WHOLE, map(self._line, sources))
        for name in self._lots:
            self._output.delete(name)
        self._lots = []

    def _line(self, source: ClipSource) -> bytes:
        start, length, _ = self._places[source.track]
        self._spool.seek(start)
        return self._spool.read(length)

    def _take(self, content: bytes) -> None:
        for line in content.splitlines(keepends=True):
            try:
                result = result_from_facts(facts_from_json(line))
            except ValueError:  # cut off, or not ours: measured again
                continue
            self._remember(line, result.track, result.fingerprint)

    def _remember(self, line: bytes, track: str, fingerprint: str) -> None:
        start = self._spool.seek(0, 2)
        self._spool.write(line)
        self._places[track] = (start, len(line), fingerprint)
