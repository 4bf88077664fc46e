"""What the versions of a study are measured against."""

from collections.abc import Iterable

from listening.anchors import ANCHOR_TITLES
from listening.trial import ORIGINAL

# How tables from elsewhere name a hidden reference (ITU-R BS.1534).
REFERENCE_NAMES = ("reference", "ref", "hidden_reference", "hidden reference", "hidden_ref")


def reference_of(conditions: Iterable[str], wanted: str | None = None) -> str | None:
    """The original, else a reference by its name; `wanted` before both. None if there is none."""
    conditions = tuple(conditions)
    if wanted in conditions:
        return wanted
    if ORIGINAL in conditions:
        return ORIGINAL
    return hidden_reference_of(conditions)


def hidden_reference_of(conditions: Iterable[str]) -> str | None:
    """The reference of a test after BS.1534: what the original of a generated clip is not."""
    return next((name for name in conditions if name.lower() in REFERENCE_NAMES), None)


def tested_against(conditions: Iterable[str], reference: str | None) -> list[tuple[str, str]]:
    """What is tested: everything but anchors against the reference; nothing without one."""
    if reference is None:
        return []
    return [
        (name, reference) for name in conditions if name != reference and name not in ANCHOR_TITLES
    ]
