"""Sounds and pictures for the browser, behind tokens that tell nothing and cannot be guessed."""

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass

MAX_BYTES = 512 * 1024**2  # some 800 ten-second stimuli; the ones longest unused go first


@dataclass(frozen=True)
class Medium:
    data: bytes
    media_type: str


class MediaStore:
    """Bytes in memory, found by token only; safe to use from several threads."""

    def __init__(self, max_bytes: int = MAX_BYTES):
        self._max_bytes = max_bytes
        self._media: OrderedDict[str, Medium] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def put(self, data: bytes, media_type: str) -> str:
        """Keep the bytes; returns the address at which a page of ours fetches them."""
        token = secrets.token_urlsafe(16)
        with self._lock:
            self._media[token] = Medium(data, media_type)
            self._bytes += len(data)
            while self._bytes > self._max_bytes and len(self._media) > 1:
                _, oldest = self._media.popitem(last=False)
                self._bytes -= len(oldest.data)
        return f"media/{token}"

    def get(self, token: str) -> Medium | None:
        with self._lock:
            if token not in self._media:
                return None
            self._media.move_to_end(token)
            return self._media[token]

    def drop(self, address: str) -> None:
        """Forget what `put` gave this address; an address already forgotten is no error."""
        with self._lock:
            medium = self._media.pop(address.removeprefix("media/"), None)
            if medium is not None:
                self._bytes -= len(medium.data)
