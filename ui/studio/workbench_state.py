"""What the workbench shows, as the page's script says it with every question and event."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from audio.working import WorkingFormat
from restorers import Catalogue, Restorer, settings_from_json


@dataclass(frozen=True)
class WorkbenchState:
    """part_s : where the part of a long clip begins that is open
    restorers : all that there are, at their settings
    shown : conditions that the page shows; None: it has not chosen
    """

    clip_id: str
    working_format: WorkingFormat
    part_s: float
    restorers: dict[str, Restorer]
    shown: frozenset[str] | None


def read_state(value: Mapping[str, Any] | None, catalogue: Catalogue) -> WorkbenchState:
    """From what the page's script says; raises ValueError, with a sentence, for anything else."""
    if not value or not value.get("clip"):
        raise ValueError("No clip is open yet; please make or choose one first.")
    return WorkbenchState(
        clip_id=str(value["clip"]),
        working_format=read_format(value.get("format")),
        part_s=_seconds(value.get("part_s")),
        restorers=read_settings(value.get("settings"), catalogue),
        shown=read_shown(value.get("conditions")),
    )


def read_settings(value: Any, catalogue: Catalogue) -> dict[str, Restorer]:
    """The restorers of {condition: {parameter: value}}; what it leaves out has its default.

    Raises ValueError for values that do not go together.
    """
    text = json.dumps(value or {})
    return settings_from_json(text, catalogue.classes, ignores_others=True)


def read_shown(value: Any) -> frozenset[str] | None:
    """Raises ValueError for what is no list of conditions."""
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError("The versions to show must be a list of names.")
    return frozenset(value)


def read_format(value: Any) -> WorkingFormat:
    """The report's where nothing is said; raises ValueError for a format that there is not."""
    try:
        return WorkingFormat(value or WorkingFormat.REPORT)
    except ValueError as error:
        formats = ", ".join(WorkingFormat)
        raise ValueError(f"There is no format “{value}”; there are {formats}.") from error


def _seconds(value: Any) -> float:
    try:
        seconds = float(value or 0)
    except (TypeError, ValueError):
        seconds = math.nan
    if not math.isfinite(seconds):
        raise ValueError(f"“{value}” is no time in seconds.")
    return seconds
