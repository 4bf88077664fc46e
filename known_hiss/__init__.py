"""Hiss that is known, because it was added to a clean clip: the only case with a right answer."""

from known_hiss.added_hiss import (
    AddedHiss,
    HissError,
    HissModel,
    HissShape,
    hash_of_recording,
)

__all__ = ["AddedHiss", "HissError", "HissModel", "HissShape", "hash_of_recording"]
