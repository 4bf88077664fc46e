"""Prompt -> AudioClip, and the library in which clips are kept.

A generator has `name`, `is_synthetic`, `provenance()` and
`generate_all(prompts, *, on_progress, cancelled) -> list[AudioClip]`. MusicGen is the one this
product is about; SyntheticMusic stands in where its weights cannot be had.
"""

from generation.job import GenerationJob
from generation.library import ClipLibrary, ClipRecord, LibraryError
from generation.musicgen import MusicGen
from generation.progress import GenerationCancelled, Progress
from generation.prompt import Prompt
from generation.synthetic import SyntheticMusic
from generation.weights import ModelUnavailable

__all__ = [
    "ClipLibrary",
    "ClipRecord",
    "GenerationCancelled",
    "GenerationJob",
    "LibraryError",
    "ModelUnavailable",
    "MusicGen",
    "Progress",
    "Prompt",
    "SyntheticMusic",
]
