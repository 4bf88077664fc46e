"""Prompt -> AudioClip, and the library in which clips are kept.

MusicGen is the generator this product is about; SyntheticMusic stands in where its weights cannot
be had.
"""

from generation.generator import NotEnoughMemory
from generation.library import ClipLibrary, ClipRecord, LibraryError
from generation.musicgen import MusicGen
from generation.prompt import Prompt, prompts_from_lines
from generation.synthetic import SyntheticMusic
from generation.weights import ModelUnavailable

__all__ = [
    "ClipLibrary",
    "ClipRecord",
    "LibraryError",
    "ModelUnavailable",
    "MusicGen",
    "NotEnoughMemory",
    "Prompt",
    "SyntheticMusic",
    "prompts_from_lines",
]
