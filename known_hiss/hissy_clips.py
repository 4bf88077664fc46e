"""Clips of the library with known hiss: each keeps the clean clip beside it, as a version."""

import dataclasses
from collections.abc import Mapping
from datetime import UTC, datetime

from audio.files import FLOAT
from generation.clip_store import ClipRecord, ClipStore
from known_hiss.added_hiss import AddedHiss, HissError
from versions.alignment import Alignment
from versions.version_store import VersionRecord, VersionStore, shown_file_name

CUTOFF_HZ = 6000.0
CLEAN, CLEAN_TITLE = "clean", "Clean"
ADDED_HISS = "added_hiss"  # in the provenance of such a clip


def add_hissy_clip(
    clips: ClipStore,
    versions: VersionStore,
    clip_id: str,
    hiss: AddedHiss,
    *,
    file_name: str = "",
) -> ClipRecord:
    """A new clip: the one with that id, hiss added, at the quality of its file.

    Its samples are 32-bit float, so that nothing clips and no rounding is added to the hiss.
    file_name : of a recording of hiss, where it came from
    Raises HissError, ModelUnavailable or ClipStoreError.
    """
    source, clean = clips.record(clip_id), clips.audio(clip_id)
    if ADDED_HISS in source.provenance:
        raise HissError("Hiss has been added to this clip already; add it to the clean one.")
    hissy = clips.add_derived(
        hiss.added_to(clean, source.sha256, cutoff_hz=CUTOFF_HZ),
        source,
        suffix=f" + {hiss.title} hiss",
        subtype=FLOAT,
        provenance={
            ADDED_HISS: dataclasses.asdict(hiss) | {"file": shown_file_name(file_name)},
            "clean_clip": clip_id,
        },
    )
    versions.add_part(hissy.clip_id, _clean_version(source), clean)
    return hissy


def _clean_version(source: ClipRecord) -> VersionRecord:
    form = (source.sample_rate_hz, source.n_channels)
    return VersionRecord(
        slug=CLEAN,
        title=CLEAN_TITLE,
        created_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
        file_name="the clip before hiss was added",
        sha256=source.sha256,
        alignment=Alignment(*form, source.n_samples, *form),
    )


def clean_condition(record: ClipRecord, versions: Mapping[str, VersionRecord]) -> str | None:
    """The condition of the clean version; None for a clip whose hiss isn't known, or whose clean
    version is gone.

    versions : made elsewhere, by condition
    """
    if ADDED_HISS not in record.provenance:
        return None
    return next((c for c, version in versions.items() if version.slug == CLEAN), None)
