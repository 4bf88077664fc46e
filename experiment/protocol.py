"""What is done to every clip of an experiment; together with the clips it decides every number."""

import dataclasses
from dataclasses import dataclass, field

import numpy as np

from audio.clip import AudioClip
from audio.working import REPORT_RATE_HZ, WorkingFormat
from experiment.added_hiss import AddedHiss
from experiment.sweep import Sweep
from metrics import MetricSettings, measure
from restorers import RESTORERS, Restorer


def default_restorers() -> dict[str, Restorer]:
    """All restorers with the report's parameters."""
    return {condition: cls() for condition, cls in RESTORERS.items()}


@dataclass(frozen=True)
class Protocol:
    """The report's, unless told otherwise.

    restorers : {condition: restorer}
    added_hiss : None, or hiss that is mixed into every clip first; the clips then count as clean
    with_residuals : also measure what each restoration removed
    Raises ValueError, with a sentence for the user, if some of it does not go together.
    """

    working_format: WorkingFormat = WorkingFormat.REPORT
    restorers: dict[str, Restorer] = field(default_factory=default_restorers)
    settings: MetricSettings = MetricSettings()
    sweeps: tuple[Sweep, ...] = ()
    added_hiss: AddedHiss | None = None
    with_residuals: bool = False

    def __post_init__(self):
        if not self.restorers:
            raise ValueError("An experiment needs at least one restorer.")
        names = [sweep.name for sweep in self.sweeps]
        if len(set(names)) < len(names):
            raise ValueError("Each parameter can be swept only once per experiment.")
        # What does not go together shows on a second of silence, before any clip is read.
        silence = AudioClip(np.zeros(REPORT_RATE_HZ), REPORT_RATE_HZ)
        measure(silence, self.settings)
        for restorer in self.restorers.values():
            restorer.restore(silence)
        for sweep in self.sweeps:
            for restorer in self.swept(sweep):
                restorer.restore(silence)

    @property
    def conditions(self) -> tuple[str, ...]:
        return tuple(self.restorers)

    def swept(self, sweep: Sweep) -> list[Restorer]:
        """The restorers of a sweep, one for each of its values."""
        return sweep.restorers(self.restorers[sweep.condition])

    def facts(self) -> dict:
        """All of it as JSON can hold it; `protocol_from_facts` is the inverse."""
        return {
            "working_format": self.working_format,
            "restorers": {slug: dataclasses.asdict(one) for slug, one in self.restorers.items()},
            "metrics": dataclasses.asdict(self.settings),
            "sweeps": [dataclasses.asdict(s) | {"values": list(s.values)} for s in self.sweeps],
            "added_hiss": self.added_hiss and dataclasses.asdict(self.added_hiss),
            "with_residuals": self.with_residuals,
        }


def protocol_from_facts(facts: dict) -> Protocol:
    """The protocol that `facts` were made from."""
    return Protocol(
        working_format=WorkingFormat(facts["working_format"]),
        restorers={slug: RESTORERS[slug](**params) for slug, params in facts["restorers"].items()},
        settings=MetricSettings(**facts["metrics"]),
        sweeps=tuple(
            Sweep(**(sweep | {"values": tuple(sweep["values"])})) for sweep in facts["sweeps"]
        ),
        added_hiss=facts["added_hiss"] and AddedHiss(**facts["added_hiss"]),
        with_residuals=facts["with_residuals"],
    )
