"""What is done to every clip of an experiment; together with the clips it decides every number."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from audio.clip import AudioClip
from audio.working import REPORT_RATE_HZ, WorkingFormat
from experiment.sweep import Sweep
from known_hiss import AddedHiss
from metrics import MetricSettings, measure
from metrics.hiss import check_hiss
from restorers import Catalogue, Restorer, params_of, restorer_with
from restorers.catalogue import source_of


def default_restorers() -> dict[str, Restorer]:
    """All built-in restorers with the report's parameters."""
    return Catalogue().defaults()


@dataclass(frozen=True)
class Protocol:
    """The report's, unless told otherwise.

    restorers : {condition: restorer}
    from_files : conditions whose restorations were made elsewhere, a file for each clip
    added_hiss : None, or hiss that is mixed into every clip first; the clips then count as clean
    with_residuals : also measure what each restoration removed
    Raises ValueError, with a sentence for the user, if some of it does not go together.
    """

    working_format: WorkingFormat = WorkingFormat.REPORT
    restorers: Mapping[str, Restorer] = field(default_factory=default_restorers)
    from_files: tuple[str, ...] = ()
    settings: MetricSettings = MetricSettings()
    sweeps: tuple[Sweep, ...] = ()
    added_hiss: AddedHiss | None = None
    with_residuals: bool = False

    def __post_init__(self):
        if not self.conditions:
            raise ValueError("An experiment needs at least one restorer.")
        if shared := set(self.restorers) & set(self.from_files):
            raise ValueError(f"“{min(shared)}” is both a restorer and a folder of files.")
        if self.added_hiss and self.from_files:
            raise ValueError(
                "Files made elsewhere have not heard the added hiss: leave one of them out."
            )
        names = [sweep.name for sweep in self.sweeps]
        if len(set(names)) < len(names):
            raise ValueError("Each parameter can be swept only once per experiment.")
        # What does not go together shows on a second of silence, before any clip is read.
        silence = AudioClip(np.zeros(REPORT_RATE_HZ), REPORT_RATE_HZ)
        measure(silence, self.settings)
        check_hiss(silence, cutoff_hz=self.settings.cutoff_hz)
        for restorer in self.restorers.values():
            restorer.restore(silence)
        for sweep in self.sweeps:
            for restorer in self.swept(sweep):
                restorer.restore(silence)

    @property
    def conditions(self) -> tuple[str, ...]:
        """Of all results, in the order of the tables."""
        return (*self.restorers, *self.from_files)

    def swept(self, sweep: Sweep) -> list[Restorer]:
        """The restorers of a sweep, one for each of its values."""
        return sweep.restorers(self.restorers[sweep.condition])

    def all_settings(self) -> dict[str, Restorer]:
        """Every setting once: the restorers' own, by condition, then those of the sweeps."""
        settings = dict(self.restorers)
        for sweep in self.sweeps:
            for value, restorer in zip(sweep.values, self.swept(sweep), strict=True):
                if restorer not in settings.values():
                    settings[f"{sweep.name}={value:.12g}"] = restorer
        return settings

    def facts(self) -> dict:
        """All of it as JSON can hold it; `protocol_from_facts` is the inverse."""
        return {
            "working_format": self.working_format,
            "restorers": {slug: params_of(one) for slug, one in self.restorers.items()},
            "sources": {
                slug: source for slug, one in self.restorers.items() if (source := source_of(one))
            },
            "from_files": list(self.from_files),
            "metrics": dataclasses.asdict(self.settings),
            "sweeps": [dataclasses.asdict(s) | {"values": list(s.values)} for s in self.sweeps],
            "added_hiss": self.added_hiss and dataclasses.asdict(self.added_hiss),
            "with_residuals": self.with_residuals,
        }


# What facts of earlier versions lack.
ADDED_FACTS: dict[str, Any] = {"sources": {}, "from_files": []}


def protocol_from_facts(facts: dict, classes: Mapping[str, type[Restorer]]) -> Protocol:
    """The protocol that `facts` were made from.

    classes : {condition: restorer class}, all that there are now
    Raises ValueError if a restorer is no more, or is another program now.
    """
    facts = ADDED_FACTS | facts
    missing = sorted(set(facts["restorers"]) - set(classes))
    if missing:
        raise ValueError(f"there is no restorer “{missing[0]}” any more")
    protocol = Protocol(
        working_format=WorkingFormat(facts["working_format"]),
        restorers={
            slug: restorer_with(classes[slug], params)
            for slug, params in facts["restorers"].items()
        },
        from_files=tuple(facts["from_files"]),
        settings=MetricSettings(**facts["metrics"]),
        sweeps=tuple(
            Sweep(**(sweep | {"values": tuple(sweep["values"])})) for sweep in facts["sweeps"]
        ),
        added_hiss=facts["added_hiss"] and AddedHiss(**facts["added_hiss"]),
        with_residuals=facts["with_residuals"],
    )
    for slug, restorer in protocol.restorers.items():
        if source_of(restorer) != facts["sources"].get(slug, {}):
            raise ValueError(f"“{slug}” is another program now")
    return protocol
