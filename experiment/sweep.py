"""One parameter of one restorer, moved through a range while all others stay."""

import dataclasses
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from restorers import Restorer

MAX_VALUES = 100


@dataclass(frozen=True)
class Sweep:
    """condition, parameter : as in "hbss.alpha"; values : in the order they were asked for"""

    condition: str
    parameter: str
    values: tuple[float, ...]

    @property
    def name(self) -> str:
        return f"{self.condition}.{self.parameter}"

    def restorers(self, base: Restorer) -> list[Restorer]:
        """One restorer for each value, all else as in `base`; raises ValueError for a bad value."""
        return [dataclasses.replace(base, **{self.parameter: value}) for value in self.values]


def parse_sweep(text: str, restorers: dict[str, Restorer]) -> Sweep:
    """Read "hbss.alpha=0.8:2.0:0.2" (first, last, step; both ends included) or "hbss.alpha=1,1.4".

    restorers : {condition: restorer} that may be swept
    Raises ValueError, with a sentence for the user.
    """
    name, equals, values = text.partition("=")
    condition, dot, parameter = name.strip().partition(".")
    if not (equals and dot):
        raise ValueError(f"A sweep must look like hbss.alpha=0.8:2.0:0.2, not “{text}”.")
    if condition not in restorers:
        raise ValueError(
            f"There is no restorer “{condition}” in this experiment; "
            f"choose from {', '.join(sorted(restorers))}."
        )
    fields = {field.name: field for field in dataclasses.fields(restorers[condition])}
    if parameter not in fields or isinstance(fields[parameter].default, bool):
        raise ValueError(f"{condition} has no parameter “{parameter}” that can be swept.")
    sweep = Sweep(condition, parameter, _numbers(values, type(fields[parameter].default)))
    sweep.restorers(restorers[condition])  # every value has to be legal
    return sweep


def _numbers(text: str, kind: type) -> tuple:
    try:
        parts = [Decimal(part.strip()) for part in text.replace(":", ",").split(",")]
    except InvalidOperation as error:
        raise ValueError(
            f"Sweep values must be numbers, e.g. 0.8:2.0:0.2, not “{text}”."
        ) from error
    if not all(part.is_finite() for part in parts):
        raise ValueError(f"Sweep values must be finite, not “{text}”.")
    if ":" in text:
        parts = _range(parts, text)
    if len(parts) > MAX_VALUES:
        raise ValueError(f"A sweep can have up to {MAX_VALUES} values; this one has {len(parts)}.")
    if len(set(parts)) < len(parts) or any(kind(part) != part for part in parts if kind is int):
        raise ValueError(
            f"Sweep values must be distinct and valid for their parameter, not “{text}”."
        )
    return tuple(kind(part) for part in parts)


def _range(parts: list[Decimal], text: str) -> list[Decimal]:
    if len(parts) != 3 or "," in text:
        raise ValueError(f"A range must be first:last:step, e.g. 0.8:2.0:0.2, not “{text}”.")
    first, last, step = parts
    if step <= 0 or last < first:
        raise ValueError(f"A range needs a positive step and an end above its start, not “{text}”.")
    n_steps = min(int((last - first) / step), MAX_VALUES)  # one too many is refused above
    return [first + i * step for i in range(n_steps + 1)]
