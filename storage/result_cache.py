"""Results that are remembered, so that nothing is computed twice."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class ResultCache:
    """The latest results, found by key; safe to use from several threads.

    A result that two threads ask for at once is computed once: the second waits.
    """

    def __init__(self, kept: int):
        self._kept = kept
        self._results: OrderedDict[Hashable, _Result] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        """The result of `compute()`, from memory if it is there. An error is not remembered."""
        with self._lock:
            result = self._results.setdefault(key, _Result())
            self._results.move_to_end(key)
            while len(self._results) > self._kept:
                self._results.popitem(last=False)
        try:
            return result.get(compute)
        except BaseException:
            with self._lock:
                if self._results.get(key) is result:
                    del self._results[key]
            raise


class _Result:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._value: Any = None
        self._there = False

    def get(self, compute: Callable[[], Any]) -> Any:
        with self._lock:
            if not self._there:
                self._value = compute()
                self._there = True
            return self._value
