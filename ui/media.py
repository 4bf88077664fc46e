"""Sounds, pictures and downloads for the browser, behind tokens that tell nothing."""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable

MAX_BYTES = 512 * 1024**2  # some 800 ten-second stimuli; the ones longest unused go first
PREFIX = "media/"


class Medium:
    """Bytes that a page may fetch; made when they are first asked for, then kept.

    make : returns the bytes, or None if they can no longer be made
    filename : what a browser saves it as; None for what is shown or played
    """

    def __init__(self, make: Callable[[], bytes | None], media_type: str, filename: str | None):
        self.media_type = media_type
        self.filename = filename
        self._make = make
        self._data: bytes | None = None
        self._lock = threading.Lock()

    def data(self) -> bytes | None:
        with self._lock:
            if self._data is None:
                self._data = self._make()
            return self._data


class MediaStore:
    """Media found by token only; safe to use from several threads."""

    def __init__(self, max_bytes: int = MAX_BYTES):
        self._max_bytes = max_bytes
        self._media: OrderedDict[str, Medium] = OrderedDict()
        self._sizes: dict[str, int] = {}  # of the media whose bytes are made
        self._held_bytes = 0
        self._lock = threading.Lock()

    def put(self, data: bytes, media_type: str) -> str:
        """Keep the bytes; returns the address at which a page of ours fetches them."""
        address = self.put_later(lambda: data, media_type)
        self.get(address.removeprefix(PREFIX))
        return address

    def put_later(
        self, make: Callable[[], bytes | None], media_type: str, *, filename: str | None = None
    ) -> str:
        """The address of what `make` returns, which is called when it is first fetched."""
        token = secrets.token_urlsafe(16)
        with self._lock:
            self._media[token] = Medium(make, media_type, filename)
        return PREFIX + token

    def get(self, token: str) -> Medium | None:
        """The medium, its bytes made, or None if there is none any more."""
        with self._lock:
            if token not in self._media:
                return None
            self._media.move_to_end(token)
            medium = self._media[token]
        data = medium.data()
        if data is None:
            return None
        with self._lock:
            if token in self._media and token not in self._sizes:
                self._sizes[token] = len(data)
                self._held_bytes += len(data)
                self._make_room(token)
        return medium

    def drop(self, addresses: Iterable[str]) -> None:
        """Forget what stands behind these addresses; those already forgotten are no error."""
        with self._lock:
            for address in addresses:
                self._forget(address.removeprefix(PREFIX))

    def _make_room(self, newest: str) -> None:
        if self._held_bytes <= self._max_bytes:
            return
        for token in [token for token in self._media if token in self._sizes and token != newest]:
            self._forget(token)
            if self._held_bytes <= self._max_bytes:
                return

    def _forget(self, token: str) -> None:
        self._media.pop(token, None)
        self._held_bytes -= self._sizes.pop(token, 0)
