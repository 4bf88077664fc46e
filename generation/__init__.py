"""Prompt -> AudioClip, and the library in which clips are kept.

MusicGen is the generator this product is about; SyntheticMusic stands in where its weights cannot
be had.
"""

from generation.clip_store import ClipRecord, ClipStore, ClipStoreError
from generation.generator import NotEnoughMemory
from generation.musicgen import MusicGen
from generation.prompt import Prompt, prompts_from_lines
from generation.synthetic import SyntheticMusic
from generation.weights import ModelUnavailable

__all__ = [
    "ClipStore",
    "ClipRecord",
    "ClipStoreError",
    "ModelUnavailable",
    "MusicGen",
    "NotEnoughMemory",
    "Prompt",
    "SyntheticMusic",
    "prompts_from_lines",
]
