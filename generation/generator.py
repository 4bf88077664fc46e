"""What every generator can do."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from audio.clip import AudioClip
from generation.prompt import Prompt
from jobs.progress import Cancelled, OnProgress, ignore_progress, never_cancelled


class NotEnoughMemory(Exception):
    """So many clips cannot be made together; fewer may."""


class Generator(ABC):
    """Prompt -> AudioClip.

    name : what a clip's record says it was made by
    is_synthetic : whether the clips are a stand-in for MusicGen's
    settings : what else was chosen that changes the clips
    """

    name: str
    is_synthetic: bool
    settings: dict

    @abstractmethod
    def generate_all(
        self,
        prompts: Sequence[Prompt],
        *,
        on_progress: OnProgress = ignore_progress,
        cancelled: Cancelled = never_cancelled,
    ) -> list[AudioClip]:
        """One clip for each prompt, in their order.

        Raises JobCancelled if stopped, NotEnoughMemory if fewer should be made together.
        """

    @abstractmethod
    def at_once(
        self,
        duration_s: float,
        *,
        on_progress: OnProgress = ignore_progress,
        cancelled: Cancelled = never_cancelled,
    ) -> int:
        """How many clips of this length the memory that is free now has room for, at least 1."""

    @abstractmethod
    def provenance(self) -> dict:
        """What, besides the prompt, decides how a clip sounds. Call it after a clip was made."""

    def generate(self, prompt: Prompt, **hooks: Any) -> AudioClip:
        """The clip of one prompt; `hooks` as for `generate_all`."""
        [clip] = self.generate_all([prompt], **hooks)
        return clip
