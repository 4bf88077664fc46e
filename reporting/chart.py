"""A picture with a name, drawn at once or when it is first looked at."""

import threading
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Chart:
    """file : its name without folder; title : what it shows, also for those who cannot see it;
    is_wide : whether it needs the whole width of a page"""

    file: str
    title: str
    png: bytes
    is_wide: bool = False


class LaterChart:
    """A chart that is drawn when its PNG is first asked for, by whichever thread; attributes as of
    `Chart`."""

    def __init__(self, file: str, title: str, draw: Callable[[], bytes], *, is_wide: bool = False):
        self.file = file
        self.title = title
        self.is_wide = is_wide
        self._draw = draw
        self._png: bytes | None = None
        self._lock = threading.Lock()

    @property
    def png(self) -> bytes:
        with self._lock:
            if self._png is None:
                self._png = self._draw()
            return self._png
