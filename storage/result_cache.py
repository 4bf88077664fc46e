"""Results that are remembered, so that nothing is computed twice."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class ResultCache:
    """The latest results, found by key; safe to use from several threads.

    A result that two threads ask for at once is computed once: the second waits.

    kept : how many; weigh, most : fewer, if together they weigh more, but always the latest one
    """

    def __init__(
        self, kept: int, *, weigh: Callable[[Any], float] | None = None, most: float = 0.0
    ):
        self._kept = kept
        self._weigh = weigh
        self._most = most
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
            found = result.get(compute)
            if self._weigh is not None:
                with self._lock:
                    result.weight = self._weigh(found)
                    self._make_room()
            return found
        except BaseException:
            with self._lock:
                if self._results.get(key) is result:
                    del self._results[key]
            raise

    def has(self, key: Hashable) -> bool:
        """Whether the result is there, so that `get` computes nothing."""
        with self._lock:
            return key in self._results and self._results[key].is_there

    def _make_room(self) -> None:
        while sum(one.weight for one in self._results.values()) > self._most:
            if len(self._results) == 1:
                return
            self._results.popitem(last=False)


class _Result:
    def __init__(self) -> None:
        self.weight = 0.0
        self._lock = threading.Lock()
        self._value: Any = None
        self.is_there = False

    def get(self, compute: Callable[[], Any]) -> Any:
        with self._lock:
            if not self.is_there:
                self._value = compute()
                self.is_there = True
            return self._value
