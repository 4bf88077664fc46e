"""Prompt -> AudioClip, and the library in which clips are kept.

MusicGen is the generator this product is about; SyntheticMusic stands in where its weights cannot
be had.
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
