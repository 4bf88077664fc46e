"""The settings of all restorers as one line of JSON or Python, and back."""

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from restorers.built_in import RESTORERS
from restorers.catalogue import Catalogue
from restorers.parameters import params_of
from restorers.restorer import Restorer


def settings_json(restorers: Mapping[str, Restorer]) -> str:
    """{condition: {parameter: value}} on one line; `settings_from_json` reads it back exactly."""
    return json.dumps(_params(restorers))


def settings_python(restorers: Mapping[str, Restorer], catalogue: Catalogue) -> str:
    """One line that makes the same restorers, to be run in this project's folder."""
    classes = "from restorers import RESTORERS"
    if not set(restorers) <= set(RESTORERS):
        files = ", ".join(f"Path({str(path)!r})" for path in catalogue.files)
        classes = (
            "from pathlib import Path; from restorers import load_catalogue; "
            f"RESTORERS = load_catalogue([{files}]).classes"
        )
    return (
        f"{classes}; restorers = {{slug: RESTORERS[slug](**params) "
        f"for slug, params in {_params(restorers)!r}.items()}}"
    )


def settings_from_json(
    text: str, classes: Mapping[str, type[Restorer]], *, ignores_others: bool = False
) -> dict[str, Restorer]:
    """The restorers that a line of JSON describes; what it does not name has its default.

    classes : {condition: restorer class}, all that may be named
    ignores_others : settings of other restorers are left out; what was written may be older than
        the restorers that there are now
    Raises ValueError, with a sentence for the user, for anything else.
    """
    try:
        params = json.loads(text)
    except ValueError as error:
        raise ValueError(f"These settings are not valid JSON ({error}).") from error
    if not isinstance(params, dict) or not all(isinstance(p, dict) for p in params.values()):
        raise ValueError(
            'Settings must look like {"hbss": {"alpha": 1.2}}, with any of the parameters.'
        )
    unknown = sorted(set(params) - set(classes))
    if unknown and not ignores_others:
        raise ValueError(
            f"There is no restorer “{unknown[0]}”; choose from {', '.join(sorted(classes))}."
        )
    return {slug: _restorer(cls, slug, params.get(slug, {})) for slug, cls in classes.items()}


def restorer_with(cls: type[Restorer], params: Mapping[str, Any]) -> Restorer:
    """A restorer with parameters that this version or an earlier one wrote.

    Raises ValueError or TypeError for any others.
    """
    return cls(**_current(cls, params))


def _current(cls: type[Restorer], params: Mapping[str, Any]) -> dict[str, Any]:
    rename = getattr(cls, "current_params", dict)
    return rename(params)


def _restorer(cls: type[Restorer], slug: str, params: dict) -> Restorer:
    params = _current(cls, params)
    names = {field.name for field in dataclasses.fields(cls)}
    unknown = sorted(set(params) - names)
    if unknown:
        raise ValueError(f"{slug} has no parameter “{unknown[0]}”.")
    return cls(**params)


def _params(restorers: Mapping[str, Restorer]) -> dict:
    return {slug: params_of(restorer) for slug, restorer in restorers.items()}


def split_setting(text: str) -> tuple[str, str, str]:
    """("hbss", "alpha", "1.4") from "hbss.alpha=1.4"; raises ValueError for anything else."""
    target, dot, rest = text.partition(".")
    parameter, equals, value = rest.partition("=")
    if not (dot and equals):
        raise ValueError(f"A setting must look like hbss.alpha=1.4, not “{text}”.")
    return target, parameter, value


def with_parameter(settings: Any, target: str, parameter: str, value: str) -> Any:
    """A copy of a dataclass of settings with one parameter read from text.

    target : what the settings are called in an error
    Raises ValueError if there is no such parameter or the text is no value of it.
    """
    defaults: dict[str, Any] = {field.name: field.default for field in dataclasses.fields(settings)}
    if parameter not in defaults:
        [current] = _current(type(settings), {parameter: 0.5})  # any value that is legal
        renamed = f" (what was {parameter} is {current} now)" if current != parameter else ""
        raise ValueError(
            f"{target} has no parameter “{parameter}”{renamed}; it has {', '.join(defaults)}."
        )
    kind = type(defaults[parameter])
    try:
        read = {"true": True, "false": False}[value.lower()] if kind is bool else kind(value)
    except (KeyError, ValueError) as error:
        raise ValueError(f"{target}.{parameter} cannot be “{value}”.") from error
    return dataclasses.replace(settings, **{parameter: read})
