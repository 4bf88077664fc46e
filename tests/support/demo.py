"""A short clip for an app to open first, which makes one of ten seconds in an empty library."""

from pathlib import Path

from generation import ClipStore, Prompt, SyntheticMusic


def library_with_demo(folder: Path) -> Path:
    """`folder`, with a synthetic clip of 2 s called "Demo" in it."""
    prompt, music = Prompt("Demo", 2.0, 1), SyntheticMusic()
    ClipStore(folder).add_generated(music.generate(prompt), prompt, music)
    return folder
