"""What every restorer is, whichever file it stands in."""

import dataclasses
from typing import Any, ClassVar, Protocol

from audio.clip import AudioClip


class Restorer(Protocol):
    """A frozen dataclass whose fields are its parameters; equal settings are equal values.

    title : its name on a page
    """

    title: ClassVar[str]
    __dataclass_fields__: ClassVar[dict[str, dataclasses.Field[Any]]]

    def __init__(self, **params: Any) -> None: ...

    def __hash__(self) -> int: ...

    def restore(self, clip: AudioClip) -> AudioClip:
        """A clip of the same length, rate and alignment; never rescaled, its input unchanged."""
        ...
