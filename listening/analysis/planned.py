"""How many tests each study was planned for: their number must not depend on the votes so far."""

from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

from listening.anchors import ANCHOR_TITLES
from listening.plan import ALL_PAIRS
from listening.study import Study
from listening.study_store import StudyStore
from listening.trial import ABX, ORIGINAL
from restorers import RESTORERS

STUDIO = "studio"  # the study_id of the Studio's own votes


def planned_tests_of(folder: Path | str) -> dict[str, int]:
    """{study: number of tests}, of a results folder's studies and of the Studio's own votes."""
    return planned_for(studies_in(folder))


def studies_in(folder: Path | str) -> tuple[Study, ...]:
    """Of a results folder, those that can be read."""
    return StudyStore(Path(folder) / "studies").contents().studies


def planned_for(studies: Iterable[Study]) -> dict[str, int]:
    return {STUDIO: len(RESTORERS)} | {study.study_id: planned_tests(study) for study in studies}


def planned_tests(study: Study) -> int:
    """Versions against the original, for each question; in ABX, every two that are compared."""
    conditions = {name for clip in study.clips for name in clip.versions}
    tested = conditions - set(ANCHOR_TITLES) - {ORIGINAL}
    if study.design.design == ABX:
        pairs = combinations(sorted(conditions), 2)
        return sum(study.design.pairs == ALL_PAIRS or ORIGINAL in pair for pair in pairs)
    return len(tested) * len(study.design.questions)
