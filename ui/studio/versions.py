"""The versions of an open clip: which there are, and as a listening test knows them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from audio.clip import AudioClip
from listening import ClipFacts, VersionFacts
from listening.condition_titles import ORIGINAL_TITLE
from listening.trial import ORIGINAL
from restorers import BASELINE, Catalogue, Restorer, takes_long, written_params
from ui.studio.open_clips import PART_S, OpenClip
from ui.studio.workbench_state import WorkbenchState
from versions.made_elsewhere import MadeElsewhere
from versions.version_store import VersionRecord, VersionStore


class Kind(StrEnum):
    """Where a version comes from."""

    ORIGINAL = "original"
    RESTORER = "restorer"
    COMMAND = "command"  # a program of its own, which may take its time
    FILE = "file"  # made elsewhere


@dataclass(frozen=True)
class Offered:
    """A version that a page may show, by its condition; short : its title on a button"""

    condition: str
    title: str
    short: str
    kind: Kind

    @property
    def is_shown_at_first(self) -> bool:
        """All but what takes long, and what is there to be beaten."""
        return self.kind != Kind.COMMAND and self.condition != BASELINE

    def is_shown(self, chosen: frozenset[str] | None) -> bool:
        """chosen : conditions that a page has chosen; None: it has not"""
        return self.is_shown_at_first if chosen is None else self.condition in chosen


def offered_versions(opened: OpenClip, catalogue: Catalogue) -> list[Offered]:
    """All versions of a clip in the order of pages and tables, the original first."""
    return _offered(opened.versions.records, catalogue)


def clip_versions(
    clip_id: str | None, versions: VersionStore, catalogue: Catalogue
) -> list[Offered]:
    """`offered_versions` of a clip that need not be open, nor be there any more."""
    files = {} if clip_id is None else versions.of_clip(clip_id).records
    return _offered(files, catalogue)


def titles_of(opened: OpenClip, catalogue: Catalogue) -> dict[str, str]:
    """{condition: title} of all versions of a clip."""
    return {one.condition: one.title for one in offered_versions(opened, catalogue)}


def _offered(records: Mapping[str, VersionRecord], catalogue: Catalogue) -> list[Offered]:
    original = Offered(ORIGINAL, ORIGINAL_TITLE, ORIGINAL_TITLE, Kind.ORIGINAL)
    restorers = [
        Offered(
            slug, cls.title, cls.short_title, Kind.COMMAND if takes_long(cls) else Kind.RESTORER
        )
        for slug, cls in catalogue.classes.items()
    ]
    files = [
        Offered(condition, record.title, record.title, Kind.FILE)
        for condition, record in records.items()
    ]
    return [original, *restorers, *files]


def shown_versions(
    opened: OpenClip, state: WorkbenchState, catalogue: Catalogue
) -> dict[str, Restorer]:
    """{condition: restorer} of what the page shows besides the original, in its order."""
    everything = {**state.restorers, **opened.made_elsewhere()}
    return {
        one.condition: everything[one.condition]
        for one in offered_versions(opened, catalogue)
        if one.is_shown(state.shown) and one.kind != Kind.ORIGINAL
    }


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


def versions_of(
    opened: OpenClip, restorers: Mapping[str, Restorer], titles: Mapping[str, str]
) -> list[VersionFacts]:
    """The original first; raises ValueError for a clip too short to have a loudness.

    restorers : {condition: restorer}; titles : {condition: title}, the original's among them
    """
    comparison = opened.comparison
    original = VersionFacts(
        ORIGINAL,
        {},
        comparison.original_scores(),
        comparison.original_level(),
        titles[ORIGINAL],
    )
    return [original] + [
        VersionFacts(
            slug,
            written_params(restorer),
            comparison.scores(restorer),
            comparison.level(restorer),
            titles[slug],
        )
        for slug, restorer in restorers.items()
    ]


def sounds_of(opened: OpenClip, restorers: Mapping[str, Restorer]) -> dict[str, AudioClip]:
    """By condition; what one of them lacks at its ends is cut from all, or silence would tell."""
    comparison = opened.comparison
    restored = {slug: comparison.restored(restorer) for slug, restorer in restorers.items()}
    files = [one for one in restorers.values() if isinstance(one, MadeElsewhere)]
    start_s, end_s = (max((one.missing_s[at] for one in files), default=0.0) for at in (0, 1))
    rate_hz, n_samples = comparison.original.sample_rate_hz, comparison.original.n_samples
    heard = slice(math.ceil(start_s * rate_hz), n_samples - math.ceil(end_s * rate_hz))
    sounds = {ORIGINAL: comparison.original, **restored}
    if heard == slice(0, n_samples):
        return sounds
    return {slug: clip.with_samples(clip.samples[:, heard]) for slug, clip in sounds.items()}
