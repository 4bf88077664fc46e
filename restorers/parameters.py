"""What a restorer says about its own parameters, so that sliders need no code of their own."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard, cast

from audio.blocks import Sound
from restorers.restorer import Restorer


@dataclass(frozen=True)
class Parameter:
    """One parameter of a restorer.

    title : its name on a page
    low, high : the legal range, both inclusive (numbers only)
    choices : the legal values, if there are only a few
    unit : as printed behind the value, empty if dimensionless
    below_nyquist : a frequency that the clip's rate limits further
    advanced : seldom changed; a page may tuck it away
    strength : +1 or -1 for the one parameter by which a restorer as a whole is made stronger, by
        raising or by lowering it; 0 for all others
    """

    name: str
    default: float | int | bool | str
    title: str
    help: str
    low: float | None = None
    high: float | None = None
    step: float | None = None
    unit: str = ""
    choices: tuple = ()
    below_nyquist: bool = False
    advanced: bool = False
    strength: int = 0

    @property
    def label(self) -> str:
        """What a page writes beside its control."""
        return f"{self.title} ({self.unit})" if self.unit else self.title

    @property
    def limits(self) -> tuple[float, float]:
        """low and high of a number; a parameter with choices has none."""
        assert self.low is not None
        assert self.high is not None
        return self.low, self.high

    @property
    def slider_step(self) -> float:
        assert self.step is not None
        return self.step

    def check(self, value: object) -> None:
        """Raises ValueError unless `value` is legal; NaN never is."""
        if self.choices:
            if value not in self.choices:
                raise ValueError(f"{self.name} must be one of {self.choices}, got {value!r}")
            return
        low, high = self.limits
        if not _is_number(value) or not low <= value <= high:
            raise ValueError(
                f"{self.name} must lie between {low:g} and {high:g}"
                f"{' ' + self.unit if self.unit else ''}, got {value!r}"
            )
        if isinstance(self.default, int) and value != int(value):
            raise ValueError(f"{self.name} must be a whole number, got {value!r}")

    def check_declaration(self) -> None:
        """Raises ValueError, with the end of a sentence, for what no control can be made of."""
        if self.strength not in (-1, 0, 1) or (self.strength and self.choices):
            raise ValueError(f"the strength of {self.name} must be 1 or -1, and needs a range")
        if not self.choices:
            if self.low is None or self.high is None or self.step is None:
                raise ValueError(f"{self.name} needs low, high and step, or choices")
            if not self.low < self.high or not self.step > 0:
                raise ValueError(f"{self.name} needs low below high, and a step above 0")
            if isinstance(self.default, int) and self.step != int(self.step):
                raise ValueError(
                    f"the default of {self.name} is a whole number, but its step is not"
                )
        self.check(self.default)

    def steps_by_strength(self) -> list[float]:
        """Every value that its slider can take, from the weakest to the strongest."""
        (low, high), step = self.limits, self.slider_step
        values = [round(low + i * step, 10) for i in range(round((high - low) / step) + 1)]
        return values if self.strength > 0 else values[::-1]


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def parameter(default: float | int | bool | str, **facts: Any) -> Any:
    """A dataclass field that is also a Parameter; `facts` are Parameter's other fields.

    Typed as anything, as `dataclasses.field` is, because it stands where the field's value does.
    """
    return dataclasses.field(default=default, metadata=facts)


def parameters_of(restorer: Restorer | type[Restorer]) -> tuple[Parameter, ...]:
    """The parameters of a restorer class or instance, in the order they are declared."""
    return tuple(
        Parameter(
            name=field.name,
            default=cast("float | int | bool | str", field.default),
            **field.metadata,
        )
        for field in dataclasses.fields(restorer)
    )


def check_declarations(parameters: Sequence[Parameter]) -> None:
    """Raises ValueError, with the end of a sentence, if a restorer cannot have these."""
    for item in parameters:
        item.check_declaration()
    strong = [item.name for item in parameters if item.strength]
    if len(strong) > 1:
        raise ValueError(f"only one parameter can have a strength, not {' and '.join(strong)}")


def params_of(restorer: Restorer) -> dict[str, Any]:
    """{parameter: value} of an instance."""
    return {field.name: getattr(restorer, field.name) for field in dataclasses.fields(restorer)}


def strength_of(restorer: Restorer | type[Restorer]) -> Parameter | None:
    """The parameter that makes a restorer (class or instance) as a whole stronger or weaker; None
    if it has none."""
    return next((item for item in parameters_of(restorer) if item.strength), None)


def check_parameters(restorer: Restorer) -> None:
    """Raises ValueError for the first parameter of an instance that is out of range.

    Whole numbers given for a float become floats, so that equal settings are written alike.
    """
    for item in parameters_of(restorer):
        value = getattr(restorer, item.name)
        item.check(value)
        object.__setattr__(restorer, item.name, type(item.default)(value))


class CutoffError(ValueError):
    """A sound has no band above a restorer's cutoff; the text is meant for the user."""


def check_cutoff(cutoff_hz: float, sound: Sound) -> None:
    """Raises CutoffError if a sound has no band above `cutoff_hz`."""
    if cutoff_hz >= sound.sample_rate_hz / 2:
        raise CutoffError(
            f"cutoff_hz must lie below half the sample rate ({sound.sample_rate_hz / 2:g} Hz), "
            f"got {cutoff_hz:g}"
        )
