"""The open clip and its restorations as a listening test knows them."""

import dataclasses

from audio.clip import AudioClip
from listening import ClipFacts, VersionFacts
from listening.trial import ORIGINAL
from restorers import Restorer
from ui.studio.open_clips import PART_S, OpenClip


def clip_facts(opened: OpenClip) -> ClipFacts:
    """Raises ValueError for a clip of which only a part is open."""
    record = opened.record
    if opened.part_s is not None:
        raise ValueError(
            f"Clips of a listening test are at most {PART_S:g} s long; loop a part of this one and "
            "use “Cut to the loop”."
        )
    original = opened.comparison.original
    return ClipFacts(
        clip_id=record.clip_id,
        prompt=record.prompt.text if record.prompt else "",
        generator=record.generator,
        generation_seed=record.prompt.seed if record.prompt else None,
        sample_rate_hz=original.sample_rate_hz,
        n_channels=original.n_channels,
    )


def versions_of(opened: OpenClip, restorers: dict[str, Restorer]) -> list[VersionFacts]:
    """The original first; raises ValueError for a clip too short to have a loudness."""
    comparison = opened.comparison
    original = VersionFacts(ORIGINAL, {}, comparison.original_scores(), comparison.original_level())
    return [original] + [
        VersionFacts(
            slug,
            dataclasses.asdict(restorer),
            comparison.scores(restorer),
            comparison.level(restorer),
        )
        for slug, restorer in restorers.items()
    ]


def sounds_of(opened: OpenClip, restorers: dict[str, Restorer]) -> dict[str, AudioClip]:
    """By condition."""
    comparison = opened.comparison
    restored = {slug: comparison.restored(restorer) for slug, restorer in restorers.items()}
    return {ORIGINAL: comparison.original, **restored}
