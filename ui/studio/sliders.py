"""Controls for the parameters of every restorer, made from the restorers' own fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import gradio as gr

from restorers import RESTORERS, Parameter, Restorer, parameters_of, strength_of


@dataclass(frozen=True)
class Controls:
    """The components in the order of the fields, and one Fit button for each restorer."""

    all: list
    fit: dict[str, gr.Button]

    def strength_control(self, slug: str):
        """The control that Fit moves."""
        wanted = (slug, strength_of(RESTORERS[slug]).name)
        return self.all[[(slug, item.name) for slug, item in _all_parameters()].index(wanted)]


def build_controls(sample_rate_hz: int) -> Controls:
    """Draw one column for each restorer."""
    controls, fit = [], {}
    with gr.Row(equal_height=False):
        for slug, cls in RESTORERS.items():
            with gr.Column(min_width=280, elem_classes="lab-restorer"):
                gr.Markdown(f"#### {cls.title}")
                controls += _controls_of(cls, slug, sample_rate_hz)
                fit[slug] = gr.Button(
                    f"Fit {strength_of(cls).name} to the log-mel limit",
                    size="sm",
                    elem_id=f"{slug}-fit",
                )
    return Controls(controls, fit)


def _controls_of(cls: type[Restorer], slug: str, sample_rate_hz: int) -> list:
    parameters = parameters_of(cls)

    def draw(advanced: bool) -> dict:
        chosen = [item for item in parameters if item.advanced == advanced]
        return {item.name: _control(item, slug, sample_rate_hz) for item in chosen}

    made = draw(advanced=False)
    with gr.Accordion("More", open=False):
        made |= draw(advanced=True)
    return [made[item.name] for item in parameters]


def _control(item: Parameter, slug: str, sample_rate_hz: int):
    common: dict[str, Any] = {
        "value": item.default,
        "label": item.label,
        "info": item.help,
        "interactive": True,
        "elem_id": f"{slug}-{item.name}",
    }
    if item.choices == (True, False):
        return gr.Checkbox(**common)
    if item.choices:
        return gr.Dropdown(choices=list(item.choices), **common)
    low, high = item.limits[0], _highest(item, sample_rate_hz)
    return gr.Slider(low, high, step=item.slider_step, buttons=["reset"], **common)


def _highest(item: Parameter, sample_rate_hz: int) -> float:
    _, high = item.limits
    return min(high, sample_rate_hz / 2 - item.slider_step) if item.below_nyquist else high


def _all_parameters() -> list[tuple[str, Parameter]]:
    return [(slug, item) for slug, cls in RESTORERS.items() for item in parameters_of(cls)]


def restorers_from(values) -> dict[str, Restorer]:
    """The restorers that the controls describe; `values` in the order of `Controls.all`.

    Raises ValueError for values that do not go together.
    """
    values = iter(values)
    return {
        slug: cls(**{item.name: next(values) for item in parameters_of(cls)})
        for slug, cls in RESTORERS.items()
    }


def values_of(restorers: dict[str, Restorer]) -> list:
    """The value of every control for these restorers: the reverse of `restorers_from`."""
    return [getattr(restorers[slug], item.name) for slug, item in _all_parameters()]


def defaults() -> list:
    """The report's value of every control."""
    return [item.default for _, item in _all_parameters()]


def limits_for(
    sample_rate_hz: int, values, lowered: Mapping[int, tuple[float, float]]
) -> tuple[list, dict[int, tuple[float, float]]]:
    """Updates that keep every frequency below half the sample rate, and what they lower.

    lowered : {place of a control: (its value before, the limit it was set to)} of the clip before;
        a control that still stands at that limit goes back
    """
    updates, now_lowered = [], {}
    for place, ((_, item), value) in enumerate(zip(_all_parameters(), values, strict=True)):
        if not item.below_nyquist:
            updates.append(gr.skip())
            continue
        before, limit = lowered.get(place, (value, value))
        wanted = before if value == limit else value
        high = _highest(item, sample_rate_hz)
        if wanted > high:
            now_lowered[place] = (wanted, high)
        updates.append(gr.update(maximum=high, value=min(wanted, high)))
    return updates, now_lowered
